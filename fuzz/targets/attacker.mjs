/*
 * Attacks both halves of the handshake. An input is a list of steps: one byte, followed by the step's data. A
 * step sends literal bytes, sends a part of the half's own output, sends a frame, waits a turn, or ends. In
 * its friendly form the attacker has the key, so that the code behind the proof is reached, too.
 */
import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';

export const KEY = Buffer.alloc(32, 0x4b);
export const ENDPOINT = 'unix /tmp/fuzz';
/** Does not include ERR_IPC_HANDSHAKE_TIMEOUT: every input ends, and the end is reported at once. */
const HANDSHAKE_CODES = ['ERR_IPC_HANDSHAKE', 'ERR_IPC_AUTHENTICATION', 'ERR_IPC_NO_COMMON_VERSION'];
const MAX_HANDSHAKE_BYTES = 1024;

export const dictionary = [
  '4450011000000021',
  '4450011100000041',
  '4450011200000020',
  '445001130000001e',
  '445001130000003e',
  '0021',
  '0010',
  '01',
  '02',
].map((hex) => Buffer.from(hex, 'hex'));
dictionary.push(Buffer.from('{"versions":[1],"features":[]}'));

class Wire extends Duplex {
  written = Buffer.alloc(0);
  _read() {}
  _write(chunk, _encoding, done) {
    this.written = Buffer.concat([this.written, chunk]);
    done();
  }
}

const STEPS = [
  // Literal bytes: length, bytes.
  (wire, take) => wire.push(take(take(1)[0] ?? 0)),
  // Reflected bytes: offset and length in the half's own output.
  (wire, take) => {
    const [from = 0, length = 0] = take(2);
    wire.push(wire.written.subarray(from, from + length));
  },
  // A frame: kind, payload length, payload.
  (wire, take, frame) => {
    const [kind = 0, length = 0] = take(2);
    wire.push(frame(kind, take(length)));
  },
  // A frame whose payload is reflected.
  (wire, take, frame) => {
    const [kind = 0, from = 0, length = 0] = take(3);
    wire.push(frame(kind, wire.written.subarray(from, from + length)));
  },
];

function dpFrame(kind, payload) {
  return Buffer.concat([Buffer.from([0x44, 0x50, 1, kind, 0, 0, 0, payload.length]), payload]);
}

/** Runs a half against an attacker without the key. `frame(kind, payload)` makes a frame. */
export async function attack(half, data, frame = dpFrame) {
  const wire = new Wire({ allowHalfOpen: true });
  const outcome = settled(half(wire, options()));
  let at = 0;
  const take = (bytes) => data.subarray(at, (at += bytes));
  while (at < data.length && !wire.destroyed) {
    STEPS[take(1)[0] % STEPS.length](wire, take, frame);
    await turn();
  }
  wire.push(null);
  const { error } = await outcome;
  assert(error !== undefined, 'a handshake succeeded without the key');
  assert(HANDSHAKE_CODES.includes(error.code), error.stack);
  clean(wire);
}

/**
 * Runs a half against a peer with the key. `script` sends the peer's messages, depending on the half's
 * output.
 */
export async function befriend(half, script) {
  const wire = new Wire({ allowHalfOpen: true });
  const outcome = settled(half(wire, options()));
  await script(wire);
  wire.push(null);
  const { error, agreement } = await outcome;
  if (error !== undefined) assert(HANDSHAKE_CODES.includes(error.code), error.stack);
  const left = wire.read() ?? Buffer.alloc(0);
  clean(wire);
  return { error, left, agreement };
}

export function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}

function options() {
  return { key: KEY, endpoint: ENDPOINT, handshakeTimeoutMs: 3_000, maxHandshakeBytes: MAX_HANDSHAKE_BYTES };
}

function settled(promise) {
  return promise.then(
    (agreement) => ({ agreement }),
    (error) => ({ error }),
  );
}

function clean(wire) {
  for (const event of ['readable', 'end', 'close']) {
    assert.equal(
      wire.listeners(event).filter(({ name }) => name === 'onEvent').length,
      0,
      'a listener was left',
    );
  }
  wire.destroy();
}
