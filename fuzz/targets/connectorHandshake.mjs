/*
 * Fuzzes the connector's half. If the first byte is even: against an attacker, to whom the connector must not
 * send a proof. If odd: against a listener with the key, whose capabilities are the rest of the input. Bytes
 * behind the handshake must still be readable afterwards.
 */
import assert from 'node:assert/strict';
import { connectorHandshake } from '../../dist/ipc/authentication/handshake.js';
import { makeCapabilitiesMac, makeProof } from '../../dist/ipc/authentication/proof.js';
import { ENDPOINT, KEY, attack, befriend, turn } from './attacker.mjs';

export { dictionary } from './attacker.mjs';

const LISTENER_NONCE = Buffer.alloc(32, 0x1e);
const BEHIND = Buffer.from('first message');
const HELLO_BYTES = 41;

export async function fuzz(data) {
  if (data.length === 0) return;
  const rest = data.subarray(1);
  if (data[0] % 2 === 0) return attack(provesNothing, rest);
  const { error, left, agreement } = await befriend(connectorHandshake, async (wire) => {
    const transcript = {
      version: 2,
      connectorNonce: wire.written.subarray(9, HELLO_BYTES),
      listenerNonce: LISTENER_NONCE,
      endpoint: ENDPOINT,
    };
    const proof = makeProof(KEY, 'listener', transcript);
    const challenge = frame(0x11, Buffer.concat([Buffer.of(2), LISTENER_NONCE, proof]));
    const mac = makeCapabilitiesMac(KEY, 'listener', makeProof(KEY, 'connector', transcript), rest);
    wire.push(Buffer.concat([challenge, frame(0x13, Buffer.concat([mac, rest])), BEHIND]));
    await turn();
  });
  if (error !== undefined) return;
  assert.deepEqual(left, BEHIND);
  assert.equal(agreement.version, 1);
}

/** Checks that a connector sends only its hello to a listener that has not proved itself. */
async function provesNothing(wire, options) {
  try {
    return await connectorHandshake(wire, options);
  } finally {
    assert.equal(wire.written.length, HELLO_BYTES, 'a connector answered a stranger');
  }
}

function frame(kind, payload) {
  const header = Buffer.from([0x44, 0x50, 1, kind, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}
