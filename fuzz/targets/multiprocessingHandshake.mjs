/*
 * Fuzzes both halves of the handshake of multiprocessing.connection. The first byte modulo 4 selects the
 * case: 0 and 1 run the listener and the connector against an attacker, who must never succeed. 2 and 3 run
 * them against a peer with the key, whose challenge contains the rest of the input. Bytes behind the
 * handshake must still be readable afterwards.
 */
import assert from 'node:assert/strict';
import { answerTo } from '../../dist/ipc/authentication/multiprocessingDigest.js';
import {
  multiprocessingConnector,
  multiprocessingListener,
} from '../../dist/ipc/authentication/multiprocessingHandshake.js';
import { KEY, attack, befriend, turn } from './attacker.mjs';

const CHALLENGE = Buffer.from('#CHALLENGE#');
const WELCOME = Buffer.from('#WELCOME#');
const BEHIND = Buffer.from('first message');
const STRICT = { digest: 'sha256', allowLegacyMd5: false };
/** Sizes with their length prefix: of a challenge, of its answers, and of a welcome or a failure. */
const CHALLENGE_BYTES = 63;
const ANSWER_BYTES = [44, 4 + 8 + 48, 4 + 10 + 32, 4 + 10 + 48];
const VERDICT_BYTES = 13;

const PREFIXES = ['', '#CHALLENGE#', '#WELCOME#', '#FAILURE#', '{sha256}', '{md5}', '{sha3_384}', '{'];
export const dictionary = [
  ...PREFIXES.slice(1),
  '\0\0\0\x3b',
  '\0\0\0\x28',
  '\0\0\0\x09',
  '\xff\xff\xff\xff',
].map((text) => Buffer.from(text, 'latin1'));

export async function fuzz(data) {
  if (data.length === 0) return;
  const rest = data.subarray(1);
  switch (data[0] % 4) {
    case 0:
      return attack(listenerTellsNothing, rest, frame);
    case 1:
      return attack(connectorTellsLittle, rest, frame);
    case 2:
      return friendly(multiprocessingListener, rest, ['answer', 'ask']);
    default:
      return friendly(multiprocessingConnector, rest, ['ask', 'answer']);
  }
}

/**
 * Checks that a listener sends only its challenge, and perhaps a failure, to a peer that has not proved
 * itself.
 */
async function listenerTellsNothing(wire, options) {
  try {
    return await multiprocessingListener(wire, { ...options, ...STRICT });
  } finally {
    const told = wire.written.length - CHALLENGE_BYTES;
    assert(told === 0 || told === VERDICT_BYTES, `a listener told ${told} bytes to a stranger`);
  }
}

/** Checks that a connector answers one challenge, never by MD5, and then sends its own challenge. */
async function connectorTellsLittle(wire, options) {
  try {
    return await multiprocessingConnector(wire, { ...options, ...STRICT });
  } finally {
    const { written } = wire;
    const behind = [0, CHALLENGE_BYTES, CHALLENGE_BYTES + VERDICT_BYTES];
    const lengths = [0, ...ANSWER_BYTES.flatMap((answer) => behind.map((more) => answer + more))];
    assert(lengths.includes(written.length), `a connector told ${written.length} bytes to a stranger`);
    assert(written.length === 0 || written[4] === 0x7b, 'a connector answered by a digest without a name');
  }
}

/** Runs a half against a peer with the key, whose own challenge contains `payload`. */
async function friendly(half, payload, order) {
  const asked = (options) => (wire, bounds) => half(wire, { ...bounds, ...options });
  const { error, left } = await befriend(asked(STRICT), async (wire) => {
    let read = 0;
    const steps = {
      ask: async (behind) => {
        wire.push(frame(1, payload));
        await turn();
        read = wire.written.length;
        wire.push(Buffer.concat([frame(0, WELCOME), behind]));
        await turn();
      },
      answer: async (behind) => {
        await turn();
        const at = order[0] === 'answer' ? 0 : read;
        const challenge = wire.written.subarray(at + 4 + CHALLENGE.length, at + CHALLENGE_BYTES);
        if (challenge.length === 0) return;
        wire.push(Buffer.concat([frame(0, answerTo(challenge, KEY, STRICT)), behind]));
        await turn();
      },
    };
    await steps[order[0]](Buffer.alloc(0));
    await steps[order[1]](BEHIND);
  });
  if (error === undefined) assert.deepEqual(left, BEHIND);
}

function frame(kind, payload) {
  const bytes = Buffer.concat([Buffer.from(PREFIXES[kind % PREFIXES.length]), payload]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
