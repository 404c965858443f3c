import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectorHandshake, listenerHandshake } from '../../src/ipc/authentication/handshake.js';
import type { HandshakeOptions } from '../../src/ipc/authentication/handshake.js';
import { makeCapabilitiesMac, makeProof, proofHolds } from '../../src/ipc/authentication/proof.js';
import { rejectionOf } from '../support/rejection.js';
import { within } from '../support/within.js';
import { FedSocket } from './support/fedSocket.js';
import {
  ANSWER,
  CAPABILITIES,
  CAPABILITIES_BYTES,
  CAPABILITIES_JSON,
  OWN_CAPABILITIES_JSON,
  CHALLENGE,
  CHALLENGE_BYTES,
  HELLO,
  nonceIn,
  rawAnswer,
  rawCapabilities,
  rawChallenge,
  rawConnectorPart,
  rawFrame,
  rawHello,
  rawListenerPart,
  rawMac,
  rawProof,
} from './support/rawHandshake.js';
import type { RawTranscript, Role } from './support/rawHandshake.js';
import { NEVER_MS, randomKey } from './support/sessions.js';
import {
  CAPABILITIES_VECTORS,
  OLD_PROOF_VECTORS,
  PROOF_VECTORS,
  VECTOR_KEY,
  VECTOR_TRANSCRIPT,
} from './support/vectors.js';

const ENDPOINT = 'unix /run/user/1000/dai-Kx3f2q/s';
const HELLO_BYTES = 8 + 33;
const ANSWER_BYTES = 8 + 32;
const AGREED = { version: 1, features: [] };
/** Well-formed capabilities whose code belongs to no handshake. */
const ANY_CAPABILITIES = rawFrame(CAPABILITIES, Buffer.concat([Buffer.alloc(32), CAPABILITIES_JSON]));

function optionsWith(more: Partial<HandshakeOptions> = {}): HandshakeOptions {
  return {
    key: VECTOR_KEY,
    endpoint: ENDPOINT,
    handshakeTimeoutMs: NEVER_MS,
    maxHandshakeBytes: 1024,
    ...more,
  };
}

/** One real half against bytes from the test. */
interface Half {
  readonly fed: FedSocket;
  readonly result: Promise<unknown>;
}

function startListenerHalf(more: Partial<HandshakeOptions> = {}): Half {
  return startHalf(listenerHandshake, more);
}

function startConnectorHalf(more: Partial<HandshakeOptions> = {}): Half {
  return startHalf(connectorHandshake, more);
}

function startHalf(half: typeof listenerHandshake, more: Partial<HandshakeOptions>): Half {
  const fed = new FedSocket();
  const result = within(half(fed.socket, optionsWith(more)), 'the half settles');
  result.catch(() => undefined);
  onTestFinished(async () => {
    fed.destroy();
    await Promise.allSettled([result]);
  });
  return { fed, result };
}

/** Takes the listener's half up to its challenge. */
async function challenged(
  more: Partial<HandshakeOptions> = {},
): Promise<Half & { transcript: RawTranscript }> {
  const half = startListenerHalf(more);
  const connectorNonce = randomBytes(32);
  await half.fed.feed(rawHello(connectorNonce));
  const challenge = await half.fed.writtenBytes(CHALLENGE_BYTES);
  return { ...half, transcript: { connectorNonce, listenerNonce: nonceIn(challenge), endpoint: ENDPOINT } };
}

/** Takes the connector's half up to where it waits for a challenge. */
async function greeted(more: Partial<HandshakeOptions> = {}): Promise<Half & { transcript: RawTranscript }> {
  const half = startConnectorHalf(more);
  const connectorNonce = nonceIn(await half.fed.writtenBytes(HELLO_BYTES));
  return { ...half, transcript: { connectorNonce, listenerNonce: randomBytes(32), endpoint: ENDPOINT } };
}

/** Both real halves, joined by a wire that the test may tamper with. */
async function joined(
  launcher: Partial<HandshakeOptions>,
  adapter: Partial<HandshakeOptions>,
): Promise<{ connector: PromiseSettledResult<unknown>; listener: PromiseSettledResult<unknown> }> {
  const connectorHalf = startConnectorHalf(launcher);
  const listenerHalf = startListenerHalf(adapter);
  pump(connectorHalf, listenerHalf);
  pump(listenerHalf, connectorHalf);
  const [connector, listener] = await Promise.allSettled([connectorHalf.result, listenerHalf.result]);
  return { connector, listener };
}

/** Everything that one half writes is read by the other; a half that fails ends its side, as its owner would. */
function pump(from: Half, to: Half): void {
  let seen = 0;
  const write = from.fed._write.bind(from.fed);
  from.fed._write = (chunk, encoding, done) => {
    write(chunk, encoding, done);
    to.fed.push(Buffer.from(from.fed.written.subarray(seen)));
    seen = from.fed.written.length;
  };
  to.fed.push(Buffer.from(from.fed.written));
  seen = from.fed.written.length;
  from.result.catch(() => {
    to.fed.feedEnd();
  });
}

describe('the proofs', () => {
  it.each([...PROOF_VECTORS, ...OLD_PROOF_VECTORS])(
    'of a $role of version $version at $endpoint are the documented bytes',
    ({ role, endpoint, key, hex, version, channelBinding }) => {
      const bound = channelBinding === undefined ? {} : { channelBinding };
      const transcript = { ...VECTOR_TRANSCRIPT, ...bound, version, endpoint };
      expect(makeProof(key, role, transcript).toString('hex')).toBe(hex);
      expect(rawProof(key, role, transcript).toString('hex')).toBe(hex);
      expect(proofHolds(Buffer.from(hex, 'hex'), key, role, transcript)).toBe(true);
    },
  );

  it.each(CAPABILITIES_VECTORS)(
    'for the capabilities of a $role are the documented bytes',
    ({ role, hex }) => {
      const proof = rawProof(VECTOR_KEY, 'connector', { ...VECTOR_TRANSCRIPT, endpoint: ENDPOINT });
      expect(makeCapabilitiesMac(VECTOR_KEY, role, proof, CAPABILITIES_JSON).toString('hex')).toBe(hex);
      expect(rawMac(VECTOR_KEY, role, proof, CAPABILITIES_JSON).toString('hex')).toBe(hex);
    },
  );

  it('stand in the docs as they are tested here', () => {
    const docs = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
    const rows = new Set(docs.split('\n').map((line) => line.replaceAll('`', '').replace(/ +/g, ' ').trim()));
    for (const { role, endpoint, hex, version, channelBinding } of [...PROOF_VECTORS, ...OLD_PROOF_VECTORS]) {
      const binding = channelBinding === undefined ? 'none' : 'b5*32';
      const row = `| ${version} | ${role} | ${endpoint} | ${binding} | ${hex} |`;
      expect(rows.has(row), row).toBe(true);
    }
    for (const { role, hex } of CAPABILITIES_VECTORS) {
      expect(rows.has(`| ${role} | ${hex} |`), hex).toBe(true);
    }
  });

  const transcript = { ...VECTOR_TRANSCRIPT, version: 2, endpoint: ENDPOINT } as const;
  const other = Buffer.alloc(32, 7);
  it.each<[string, Uint8Array, Role, RawTranscript & { version: 1 | 2 }]>([
    ['another key', other, 'listener', transcript],
    ['the other role', VECTOR_KEY, 'connector', transcript],
    ["another connector's nonce", VECTOR_KEY, 'listener', { ...transcript, connectorNonce: other }],
    ["another listener's nonce", VECTOR_KEY, 'listener', { ...transcript, listenerNonce: other }],
    ['another version', VECTOR_KEY, 'listener', { ...transcript, version: 1 }],
    ['another TLS session', VECTOR_KEY, 'listener', { ...transcript, channelBinding: other }],
    ['another endpoint', VECTOR_KEY, 'listener', { ...transcript, endpoint: `${ENDPOINT}x` }],
    [
      'nonces that changed places',
      VECTOR_KEY,
      'listener',
      {
        ...transcript,
        connectorNonce: transcript.listenerNonce,
        listenerNonce: transcript.connectorNonce,
      },
    ],
  ])('do not hold for %s', (_, key, role, differing) => {
    const proof = makeProof(VECTOR_KEY, 'listener', transcript);
    expect(proofHolds(proof, key, role, differing)).toBe(false);
  });

  it.each([0, 1, 31, 33, 64])('do not hold with %i bytes', (bytes) => {
    const proof = makeProof(VECTOR_KEY, 'listener', transcript);
    const resized = Buffer.concat([proof, proof]).subarray(0, bytes);
    expect(proofHolds(resized, VECTOR_KEY, 'listener', transcript)).toBe(false);
  });

  it('do not hold with any one bit changed', () => {
    const proof = makeProof(VECTOR_KEY, 'listener', transcript);
    for (let bit = 0; bit < proof.length * 8; bit += 1) {
      const changed = Buffer.from(proof);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(proofHolds(changed, VECTOR_KEY, 'listener', transcript)).toBe(false);
    }
  });
});

describe('the bytes of a handshake', () => {
  it("are, on the listener's side, exactly those of the description", async () => {
    const { fed, result, transcript } = await challenged();
    expect(fed.written).toEqual(rawChallenge(VECTOR_KEY, transcript));
    await fed.feed(rawConnectorPart(VECTOR_KEY, transcript));
    await expect(result).resolves.toEqual(AGREED);
    expect(fed.written.subarray(CHALLENGE_BYTES)).toEqual(
      rawCapabilities(VECTOR_KEY, 'listener', transcript, OWN_CAPABILITIES_JSON),
    );
  });

  it("are, on the connector's side, exactly those of the description", async () => {
    const { fed, result, transcript } = await greeted();
    expect(fed.written).toEqual(rawHello(transcript.connectorNonce));
    await fed.feed(rawListenerPart(VECTOR_KEY, transcript));
    await expect(result).resolves.toEqual(AGREED);
    expect(fed.written.subarray(HELLO_BYTES)).toEqual(
      rawConnectorPart(VECTOR_KEY, transcript, OWN_CAPABILITIES_JSON),
    );
  });

  it('never hold a nonce twice', async () => {
    const nonces = new Set<string>();
    for (let round = 0; round < 50; round += 1) {
      nonces.add((await challenged()).transcript.listenerNonce.toString('hex'));
      nonces.add((await greeted()).transcript.connectorNonce.toString('hex'));
    }
    expect(nonces.size).toBe(100);
  });
});

describe('a handshake in pieces', () => {
  it.each([1, 2, 7])('of %i bytes succeeds at the listener', async (pieceBytes) => {
    const half = startListenerHalf();
    const connectorNonce = randomBytes(32);
    await half.fed.feedInPieces(rawHello(connectorNonce), pieceBytes);
    const listenerNonce = nonceIn(await half.fed.writtenBytes(CHALLENGE_BYTES));
    const transcript = { connectorNonce, listenerNonce, endpoint: ENDPOINT };
    await half.fed.feedInPieces(rawConnectorPart(VECTOR_KEY, transcript), pieceBytes);
    await expect(half.result).resolves.toEqual(AGREED);
  });

  it('split at any place succeeds at the listener', async () => {
    for (let split = 1; split < HELLO_BYTES; split += 1) {
      const half = startListenerHalf();
      const hello = rawHello();
      await half.fed.feed(hello.subarray(0, split));
      expect(half.fed.written).toHaveLength(0);
      await half.fed.feed(hello.subarray(split));
      await half.fed.writtenBytes(CHALLENGE_BYTES);
    }
    const rest = ANSWER_BYTES + CAPABILITIES_BYTES;
    for (let split = 1; split < rest; split += 1) {
      const { fed, result, transcript } = await challenged();
      const bytes = rawConnectorPart(VECTOR_KEY, transcript);
      await fed.feed(bytes.subarray(0, split));
      await fed.feed(bytes.subarray(split));
      await expect(result).resolves.toEqual(AGREED);
    }
  });

  it('split at any place succeeds at the connector', async () => {
    const whole = CHALLENGE_BYTES + CAPABILITIES_BYTES;
    for (let split = 1; split < whole; split += 1) {
      const { fed, result, transcript } = await greeted();
      const bytes = rawListenerPart(VECTOR_KEY, transcript);
      await fed.feed(bytes.subarray(0, split));
      await fed.feed(bytes.subarray(split));
      await expect(result).resolves.toEqual(AGREED);
    }
  });

  it('cut off at any byte fails at once at the listener', async () => {
    for (let cut = 0; cut < HELLO_BYTES; cut += 1) {
      const { fed, result } = startListenerHalf();
      await fed.feed(rawHello().subarray(0, cut));
      fed.feedEnd();
      expect((await rejectionOf(result)).code).toBe('ERR_IPC_HANDSHAKE');
    }
    const rest = ANSWER_BYTES + CAPABILITIES_BYTES;
    for (let cut = 0; cut < rest; cut += 1) {
      const { fed, result, transcript } = await challenged();
      await fed.feed(rawConnectorPart(VECTOR_KEY, transcript).subarray(0, cut));
      fed.feedEnd();
      expect((await rejectionOf(result)).code).toBe('ERR_IPC_HANDSHAKE');
    }
  });

  it('cut off at any byte fails at once at the connector', async () => {
    const whole = CHALLENGE_BYTES + CAPABILITIES_BYTES;
    for (let cut = 0; cut < whole; cut += 1) {
      const { fed, result, transcript } = await greeted();
      await fed.feed(rawListenerPart(VECTOR_KEY, transcript).subarray(0, cut));
      fed.feedEnd();
      expect((await rejectionOf(result)).code).toBe('ERR_IPC_HANDSHAKE');
    }
  });
});

describe('a proof that is none', () => {
  it('of a listener with another key fails the connector at once, which answers nothing', async () => {
    const { fed, result, transcript } = await greeted();
    await fed.feed(rawChallenge(randomKey(), transcript));
    expect((await rejectionOf(result)).code).toBe('ERR_IPC_AUTHENTICATION');
    expect(fed.written).toHaveLength(HELLO_BYTES);
  });

  it('of a connector with another key fails the listener at once, which says nothing more', async () => {
    const { fed, result, transcript } = await challenged();
    await fed.feed(rawConnectorPart(randomKey(), transcript));
    expect((await rejectionOf(result)).code).toBe('ERR_IPC_AUTHENTICATION');
    expect(fed.written).toHaveLength(CHALLENGE_BYTES);
  });

  it('is found out before what stands behind it is parsed', async () => {
    const { fed, result, transcript } = await challenged();
    await fed.feed(rawConnectorPart(randomKey(), transcript, Buffer.from('{')));
    expect((await rejectionOf(result)).code).toBe('ERR_IPC_AUTHENTICATION');
  });

  it("reflected at the listener that made it fails: a listener's proof is not a connector's", async () => {
    const { fed, result } = await challenged();
    const reflected = fed.written.subarray(8 + 1 + 32, CHALLENGE_BYTES);
    await fed.feed(Buffer.concat([rawFrame(ANSWER, reflected), ANY_CAPABILITIES]));
    expect((await rejectionOf(result)).code).toBe('ERR_IPC_AUTHENTICATION');
  });

  it('reflected through a second handshake of the same listener fails', async () => {
    // The attacker opens two, and uses the second as an oracle for the nonce of the first.
    const first = await challenged();
    const oracle = startListenerHalf();
    await oracle.fed.feed(rawHello(first.transcript.listenerNonce));
    const got = (await oracle.fed.writtenBytes(CHALLENGE_BYTES)).subarray(41);
    await first.fed.feed(Buffer.concat([rawFrame(ANSWER, got), ANY_CAPABILITIES]));
    expect((await rejectionOf(first.result)).code).toBe('ERR_IPC_AUTHENTICATION');
  });

  it("reflected at the connector that began fails: its hello is not a listener's challenge", async () => {
    const { fed, result } = await greeted();
    await fed.feed(Buffer.from(fed.written));
    expect((await rejectionOf(result)).code).toBe('ERR_IPC_HANDSHAKE');
  });

  it('replayed from an earlier handshake fails at the listener', async () => {
    const { fed, result, transcript } = await challenged();
    const recorded = [
      rawHello(transcript.connectorNonce),
      rawAnswer(VECTOR_KEY, transcript),
      rawCapabilities(VECTOR_KEY, 'connector', transcript),
    ];
    await fed.feed(Buffer.concat(recorded.slice(1)));
    await expect(result).resolves.toEqual(AGREED);
    const later = startListenerHalf();
    await later.fed.feed(Buffer.concat(recorded));
    expect((await rejectionOf(later.result)).code).toBe('ERR_IPC_AUTHENTICATION');
  });

  it('replayed from an earlier handshake fails at the connector', async () => {
    const earlier = await greeted();
    const recorded = rawListenerPart(VECTOR_KEY, earlier.transcript);
    await earlier.fed.feed(recorded);
    await expect(earlier.result).resolves.toEqual(AGREED);
    const later = await greeted();
    await later.fed.feed(recorded);
    expect((await rejectionOf(later.result)).code).toBe('ERR_IPC_AUTHENTICATION');
  });

  it.each([
    ['between two sessions', { key: randomKey() }],
    ['of one session through another endpoint', { endpoint: 'unix /tmp/relay' }],
    ['of one session through another transport', { endpoint: 'tcp 127.0.0.1:4711' }],
  ])('relayed %s fails at the launcher, and the adapter lets nobody in', async (_, launcher) => {
    const { connector, listener } = await joined(launcher, {});
    expect(connector).toMatchObject({ status: 'rejected', reason: { code: 'ERR_IPC_AUTHENTICATION' } });
    expect(listener).toMatchObject({ status: 'rejected', reason: { code: 'ERR_IPC_HANDSHAKE' } });
  });

  it('is none in a relay that changes nothing but the endpoint it claims', async () => {
    // A relay that knows both endpoints still has no key to make the proofs that it would need.
    const { fed, result, transcript } = await challenged();
    const elsewhere = { ...transcript, endpoint: 'unix /tmp/relay' };
    await fed.feed(rawConnectorPart(VECTOR_KEY, elsewhere));
    expect((await rejectionOf(result)).code).toBe('ERR_IPC_AUTHENTICATION');
  });
});

describe('bytes that are no handshake', () => {
  it.each([
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')],
    ['a TLS hello', Buffer.from('160301020001000001fc0303', 'hex')],
    ['a message of a launcher without a key', rawFrame(0x01, Buffer.from('{"event":"initialized"}'))],
    ['a DP frame of another version', Buffer.from('4450021000000021', 'hex')],
    ['an answer before the hello', rawFrame(ANSWER, Buffer.alloc(32))],
    ['a challenge', rawFrame(CHALLENGE, Buffer.alloc(65))],
    ['capabilities', ANY_CAPABILITIES],
    ['a hello that is too short', rawFrame(HELLO, Buffer.concat([Buffer.of(2), Buffer.alloc(31)]))],
    ['a hello that is too long', rawFrame(HELLO, Buffer.concat([Buffer.of(2), Buffer.alloc(33)]))],
    ['a hello that claims 4 GiB', Buffer.from('44500110ffffffff', 'hex')],
    ['a hello above the byte cap', rawFrame(HELLO, Buffer.alloc(1017))],
  ])('fail the listener at once: %s', async (_, bytes) => {
    const { fed, result } = startListenerHalf();
    await fed.feed(bytes);
    expect((await rejectionOf(result)).code).toBe('ERR_IPC_HANDSHAKE');
    expect(fed.written).toHaveLength(0);
  });

  it.each([
    ['an HTTP answer', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a command of an adapter without a key', rawFrame(0x02, Buffer.from('{"command":"initialize"}'))],
    ['a hello', rawHello()],
    ['capabilities without a proof', ANY_CAPABILITIES],
    ['a challenge that is too long', rawFrame(CHALLENGE, Buffer.concat([Buffer.of(2), Buffer.alloc(65)]))],
    ['a challenge that claims 4 GiB', Buffer.from('44500111ffffffff', 'hex')],
  ])('fail the connector at once: %s', async (_, bytes) => {
    const { fed, result } = await greeted();
    await fed.feed(bytes);
    expect((await rejectionOf(result)).code).toBe('ERR_IPC_HANDSHAKE');
    expect(fed.written).toHaveLength(HELLO_BYTES);
  });

  it.each([HELLO, CHALLENGE, CAPABILITIES, 0x01, 0x02, 0x14, 0xff])(
    'fail the listener where an answer has to come: kind %i',
    async (kind) => {
      const { fed, result } = await challenged();
      await fed.feed(rawFrame(kind, Buffer.alloc(32)));
      expect((await rejectionOf(result)).code).toBe('ERR_IPC_HANDSHAKE');
    },
  );

  it('count against one cap for the whole handshake, headers included', async () => {
    // Hello, answer and the capabilities' header and code leave this much for the capabilities themselves.
    const room = 1024 - HELLO_BYTES - ANSWER_BYTES - 8 - 32;
    for (const [bytes, code] of [
      [room, undefined],
      [room + 1, 'ERR_IPC_HANDSHAKE'],
    ] as const) {
      const { fed, result, transcript } = await challenged();
      const capabilities = Buffer.from('{"versions":[1],"features":[]}'.padEnd(bytes, ' '));
      await fed.feed(rawConnectorPart(VECTOR_KEY, transcript, capabilities));
      if (code === undefined) await expect(result).resolves.toEqual(AGREED);
      else expect((await rejectionOf(result)).code).toBe(code);
    }
  });

  it('are not waited for longer than the deadline when they do not come', async () => {
    const silent = startListenerHalf({ handshakeTimeoutMs: 50 });
    expect((await rejectionOf(silent.result)).code).toBe('ERR_IPC_HANDSHAKE_TIMEOUT');
    const unanswered = startConnectorHalf({ handshakeTimeoutMs: 50 });
    expect((await rejectionOf(unanswered.result)).code).toBe('ERR_IPC_HANDSHAKE_TIMEOUT');
  });

  it('do not win time by coming slowly: the deadline is for the whole handshake', async () => {
    const { fed, result } = startListenerHalf({ handshakeTimeoutMs: 100 });
    const began = performance.now();
    const hello = rawHello();
    for (let at = 0; at < HELLO_BYTES - 1 && performance.now() - began < 300; at += 1) {
      await fed.feed(hello.subarray(at, at + 1));
      // The pace of the peer, which is the subject: all bytes would take longer than the deadline.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect((await rejectionOf(result)).code).toBe('ERR_IPC_HANDSHAKE_TIMEOUT');
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('what both ends have', () => {
  const v = (...versions: number[]): { versions: number[]; features: string[] } => ({
    versions,
    features: [],
  });

  it('is agreed on: the highest common version, the common features', async () => {
    const { connector, listener } = await joined(
      { capabilities: { versions: [1, 2, 3], features: ['a', 'b'] } },
      { capabilities: { versions: [2, 3, 4], features: ['b', 'c'] } },
    );
    const agreed = { status: 'fulfilled', value: { version: 3, features: ['b'] } };
    expect(connector).toEqual(agreed);
    expect(listener).toEqual(agreed);
  });

  it('without a common version is named at both ends at once', async () => {
    const { connector, listener } = await joined({ capabilities: v(1) }, { capabilities: v(2, 3) });
    const code = 'ERR_IPC_NO_COMMON_VERSION';
    expect(connector).toMatchObject({
      reason: { code, message: expect.stringMatching(/ 1, the peer 2, 3: update/) as unknown },
    });
    expect(listener).toMatchObject({
      reason: { code, message: expect.stringMatching(/ 2, 3, the peer 1: update/) as unknown },
    });
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '1',
    '{}',
    '{"versions":1,"features":[]}',
    '{"versions":["1"],"features":[]}',
  ])('has to be said in the form that is described, not as %j', async (text) => {
    const { fed, result, transcript } = await challenged();
    await fed.feed(rawConnectorPart(VECTOR_KEY, transcript, Buffer.from(text)));
    expect((await rejectionOf(result)).code).toBe('ERR_IPC_HANDSHAKE');
  });

  it('is not waited for where a payload is empty: no version is another version', async () => {
    const listener = startListenerHalf();
    await listener.fed.feed(rawFrame(HELLO, Buffer.alloc(0)));
    expect((await rejectionOf(listener.result)).code).toBe('ERR_IPC_NO_COMMON_VERSION');
    const connector = await greeted();
    await connector.fed.feed(rawFrame(CHALLENGE, Buffer.alloc(0)));
    expect((await rejectionOf(connector.result)).code).toBe('ERR_IPC_NO_COMMON_VERSION');
    const { fed, result } = await challenged();
    await fed.feed(rawFrame(ANSWER, Buffer.alloc(0)));
    expect((await rejectionOf(result)).code).toBe('ERR_IPC_AUTHENTICATION');
  });

  it.each([
    [3, 'update this side'],
    [0, 'update the side that connects'],
  ])('of handshake version %i is named at the listener, which says its own', async (version, wayOut) => {
    const { fed, result } = startListenerHalf();
    await fed.feed(rawFrame(HELLO, Buffer.concat([Buffer.of(version), Buffer.alloc(100)])));
    const error = await rejectionOf(result);
    expect(error.code).toBe('ERR_IPC_NO_COMMON_VERSION');
    expect(error.message).toContain(
      `the connector's handshake is version ${version}, this end's 2: ${wayOut}`,
    );
    expect(fed.written).toEqual(rawFrame(CHALLENGE, Buffer.of(2)));
  });

  it.each([
    [3, 'update this side'],
    [1, 'update the side that listens (the adapter'],
  ])('of handshake version %i is named at the connector, which proves nothing', async (version, wayOut) => {
    for (const rest of [Buffer.alloc(0), Buffer.alloc(64)]) {
      const { fed, result } = await greeted();
      await fed.feed(rawFrame(CHALLENGE, Buffer.concat([Buffer.of(version), rest])));
      const error = await rejectionOf(result);
      expect(error.code).toBe('ERR_IPC_NO_COMMON_VERSION');
      expect(error.message).toContain(
        `the listener's handshake is version ${version}, this end's 2: ${wayOut}`,
      );
      expect(fed.written).toHaveLength(HELLO_BYTES);
    }
  });
});
