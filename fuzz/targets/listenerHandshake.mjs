/*
 * Fuzzes the listener's half. If the first byte is even: against an attacker, who must never succeed. If odd:
 * against a peer with the key, whose capabilities are the rest of the input, in version 1 or 2 of the handshake. Bytes
 * behind the handshake must still be readable afterwards.
 */
import assert from 'node:assert/strict';
import { listenerHandshake } from '../../dist/ipc/authentication/handshake.js';
import { makeCapabilitiesMac, makeProof } from '../../dist/ipc/authentication/proof.js';
import { ENDPOINT, KEY, attack, befriend, turn } from './attacker.mjs';

export { dictionary } from './attacker.mjs';

const CONNECTOR_NONCE = Buffer.alloc(32, 0xc0);
const BEHIND = Buffer.from('first message');

export async function fuzz(data) {
  if (data.length === 0) return;
  const rest = data.subarray(1);
  if (data[0] % 2 === 0) return attack(listenerHandshake, rest);
  const version = data[0] % 4 === 1 ? 1 : 2;
  const { error, left, agreement } = await befriend(listenerHandshake, async (wire) => {
    wire.push(frame(0x10, Buffer.concat([Buffer.of(version), CONNECTOR_NONCE])));
    await turn();
    await turn();
    const transcript = {
      version,
      connectorNonce: CONNECTOR_NONCE,
      listenerNonce: wire.written.subarray(9, 41),
      endpoint: ENDPOINT,
    };
    const proof = makeProof(KEY, 'connector', transcript);
    const mac = version === 1 ? Buffer.alloc(0) : makeCapabilitiesMac(KEY, 'connector', proof, rest);
    wire.push(Buffer.concat([frame(0x12, proof), frame(0x13, Buffer.concat([mac, rest])), BEHIND]));
    await turn();
  });
  if (error !== undefined) return;
  assert.deepEqual(left, BEHIND);
  assert.equal(agreement.version, 1);
}

function frame(kind, payload) {
  const header = Buffer.from([0x44, 0x50, 1, kind, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}
