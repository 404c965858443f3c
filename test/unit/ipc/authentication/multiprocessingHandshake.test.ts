import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { AuthenticationError, connect, listen } from '../../../../src/ipc/multiprocessing/index.js';
import type { ConnectionOptions, Listener } from '../../../../src/ipc/multiprocessing/index.js';
import { readToTheEnd } from '../../../security/support/sessions.js';
import { recordingLogger } from '../../../support/recordingLogger.js';
import { rejectionOf } from '../../../support/rejection.js';
import { eventually, within } from '../../../support/within.js';
import { accepted, connecting, dropped, listening } from '../multiprocessing/support/ends.js';
import {
  FAILURE,
  WELCOME,
  connectRawPython,
  listenRawPython,
  rawAnswer,
  rawChallenge,
  rawLongMessage,
  rawMessage,
} from '../multiprocessing/support/rawPython.js';
import type { RawPython } from '../multiprocessing/support/rawPython.js';

const KEY = 'the key of both';
/** Longer than any test waits: what is refused in time is not refused by this deadline. */
const NEVER_MS = 25_000;
const SHORT_MS = 100;
const STRICT = { authkey: KEY, handshakeTimeoutMs: NEVER_MS };
const LENIENT = { ...STRICT, allowLegacyMd5: true };

/** A listener, and why it refused whom. */
async function watched(options: ConnectionOptions = STRICT) {
  const logger = recordingLogger();
  const listener = await listening(['127.0.0.1', 0], { ...options, logger });
  const refusal = async (): Promise<{ code: string; message: string; error: Error }> => {
    const found = () => logger.entries.find(({ message }) => message === 'refused a connector');
    await eventually(() => found() !== undefined, 'a connector is refused');
    const { err } = found()?.fields as { err: Error & { code: string } };
    return { code: err.code, message: err.message, error: err };
  };
  return { listener, refusal };
}

/** The connector's part, by hand: answers, then asks. */
async function enterByHand(peer: RawPython, key: string, digest?: string): Promise<void> {
  const challenge = await peer.receiveChallenge();
  peer.send(digest === undefined ? rawAnswer(key, challenge, 'md5', '') : rawAnswer(key, challenge, digest));
  expect(await peer.receive()).toEqual(WELCOME);
  const own = rawChallenge(digest);
  peer.challenge(own);
  const answer = await peer.receive();
  expect(answer).toEqual(digest === undefined ? rawAnswer(key, own, 'md5', '') : rawAnswer(key, own, digest));
  peer.send(WELCOME);
}

async function expectLiving(listener: Listener): Promise<void> {
  const [connection] = await Promise.all([accepted(listener), connecting(listener.address, { ...STRICT })]);
  await connection.close();
}

describe('a listener with a key', () => {
  it('speaks as CPython 3.12 and later, byte for byte', async () => {
    const { listener } = await watched();
    const peer = await connectRawPython(listener.address);
    const challenge = await peer.receiveChallenge();
    expect(challenge.toString('latin1', 0, 8)).toBe('{sha256}');
    expect(challenge).toHaveLength(48);
    peer.send(rawAnswer(KEY, challenge));
    expect(await peer.receive()).toEqual(WELCOME);
    const own = rawChallenge('sha384');
    peer.challenge(own);
    expect(await peer.receive()).toEqual(rawAnswer(KEY, own, 'sha384'));
    // Its first message may come in the same piece as the end of its handshake.
    peer.write(Buffer.concat([rawMessage(WELCOME), rawMessage('"first"')]));
    const connection = await accepted(listener);
    expect(await within(connection.recv(), 'the first message')).toBe('first');
  });

  it('lets CPython up to 3.11 in where MD5 is allowed', async () => {
    const { listener } = await watched(LENIENT);
    const peer = await connectRawPython(listener.address);
    await enterByHand(peer, KEY);
    await accepted(listener);
  });

  it('takes each message in single bytes', async () => {
    const { listener } = await watched();
    const peer = await connectRawPython(listener.address);
    const inBytes = async (message: Buffer): Promise<void> => {
      for (const byte of rawMessage(message)) {
        peer.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await inBytes(rawAnswer(KEY, await peer.receiveChallenge()));
    expect(await peer.receive()).toEqual(WELCOME);
    await inBytes(Buffer.concat([Buffer.from('#CHALLENGE#'), rawChallenge('sha256')]));
    await peer.receive();
    await inBytes(WELCOME);
    await accepted(listener);
  });

  const malformed: readonly (readonly [string, string, (challenge: Buffer) => Buffer])[] = [
    ['an answer of another key', 'ERR_IPC_AUTHENTICATION', (c) => rawMessage(rawAnswer('other', c))],
    [
      'an answer without a name',
      'ERR_IPC_AUTHENTICATION',
      (c) => rawMessage(rawAnswer(KEY, c, 'sha256', '')),
    ],
    [
      'an answer by an unknown digest',
      'ERR_IPC_AUTHENTICATION',
      (c) => rawMessage(rawAnswer(KEY, c, 'sha1')),
    ],
    ['an answer by MD5 that names it', 'ERR_IPC_AUTHENTICATION', (c) => rawMessage(rawAnswer(KEY, c, 'md5'))],
    ['an answer by MD5 as of old', 'ERR_IPC_AUTHENTICATION', (c) => rawMessage(rawAnswer(KEY, c, 'md5', ''))],
    [
      'an answer that names another digest than it has',
      'ERR_IPC_AUTHENTICATION',
      (c) => rawMessage(rawAnswer(KEY, c, 'sha256', '{sha384}')),
    ],
    [
      'an answer cut off by one byte',
      'ERR_IPC_AUTHENTICATION',
      (c) => rawMessage(rawAnswer(KEY, c).subarray(0, -1)),
    ],
    [
      'an answer with one byte more',
      'ERR_IPC_AUTHENTICATION',
      (c) => rawMessage(Buffer.concat([rawAnswer(KEY, c), Buffer.of(0)])),
    ],
    ['an empty answer', 'ERR_IPC_AUTHENTICATION', () => rawMessage('')],
    ['its own challenge, reflected', 'ERR_IPC_AUTHENTICATION', (c) => rawMessage(c)],
    [
      'its own message, reflected',
      'ERR_IPC_AUTHENTICATION',
      (c) => rawMessage(Buffer.concat([Buffer.from('#CHALLENGE#'), c])),
    ],
    [
      'a challenge where the answer has to be',
      'ERR_IPC_AUTHENTICATION',
      () => rawMessage(Buffer.concat([Buffer.from('#CHALLENGE#'), rawChallenge('sha256')])),
    ],
    ['a welcome where the answer has to be', 'ERR_IPC_AUTHENTICATION', () => rawMessage(WELCOME)],
    ['256 bytes', 'ERR_IPC_AUTHENTICATION', () => rawMessage(Buffer.alloc(256))],
    ['257 bytes', 'ERR_IPC_HANDSHAKE', () => rawMessage(Buffer.alloc(257))],
    ['2 GiB announced', 'ERR_IPC_HANDSHAKE', () => Buffer.from('7fffffff', 'hex')],
    ['the long form', 'ERR_IPC_HANDSHAKE', (c) => rawLongMessage(rawAnswer(KEY, c))],
    ['a negative length', 'ERR_IPC_HANDSHAKE', () => Buffer.from('fffffffe', 'hex')],
    ['HTTP', 'ERR_IPC_HANDSHAKE', () => Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ];

  it.each(malformed)('refuses %s, and goes on', async (_, code, bytes) => {
    const { listener, refusal } = await watched();
    const peer = await connectRawPython(listener.address);
    peer.write(bytes(await peer.receiveChallenge()));
    const refused = await refusal();
    expect([refused.code, refused.error]).toEqual([code, expect.any(AuthenticationError)]);
    const told = await readToTheEnd(peer.socket);
    // A peer without the key sees nothing that was computed with the key.
    expect(told).toEqual(code === 'ERR_IPC_AUTHENTICATION' ? rawMessage(FAILURE) : Buffer.alloc(0));
    await expectLiving(listener);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a length', Buffer.of(0, 0)],
    ['a length and half an answer', rawMessage(Buffer.alloc(40)).subarray(0, 24)],
  ])('refuses one that ends after %s', async (_, bytes) => {
    const { listener, refusal } = await watched();
    const peer = await connectRawPython(listener.address);
    await peer.receiveChallenge();
    peer.write(bytes);
    peer.socket.end();
    expect((await refusal()).code).toBe('ERR_IPC_HANDSHAKE');
    await expectLiving(listener);
  });

  it('refuses one that is silent at the deadline, at every step', async () => {
    const { listener, refusal } = await watched({ authkey: KEY, handshakeTimeoutMs: SHORT_MS });
    const silent = await connectRawPython(listener.address);
    await silent.receiveChallenge();
    expect((await refusal()).code).toBe('ERR_IPC_HANDSHAKE_TIMEOUT');
    const second = await watched({ authkey: KEY, handshakeTimeoutMs: SHORT_MS });
    const halfWay = await connectRawPython(second.listener.address);
    halfWay.send(rawAnswer(KEY, await halfWay.receiveChallenge()));
    await halfWay.receive();
    expect((await second.refusal()).code).toBe('ERR_IPC_HANDSHAKE_TIMEOUT');
  });

  it('refuses one that has the key and says that the listener does not', async () => {
    const { listener, refusal } = await watched();
    const peer = await connectRawPython(listener.address);
    peer.send(rawAnswer(KEY, await peer.receiveChallenge()));
    await peer.receive();
    peer.challenge(rawChallenge('sha256'));
    await peer.receive();
    peer.send(FAILURE);
    expect(await refusal()).toMatchObject({
      code: 'ERR_IPC_AUTHENTICATION',
      message: expect.stringContaining('refused our proof') as string,
    });
  });

  it.each([
    [
      'no challenge',
      'ERR_IPC_HANDSHAKE',
      (peer: RawPython) => {
        peer.send('"a message"');
      },
    ],
    [
      'a challenge too short',
      'ERR_IPC_AUTHENTICATION',
      (peer: RawPython) => {
        peer.challenge(Buffer.alloc(19));
      },
    ],
    [
      'a challenge by MD5',
      'ERR_IPC_AUTHENTICATION',
      (peer: RawPython) => {
        peer.challenge(rawChallenge('md5'));
      },
    ],
  ])('refuses one that has the key and then sends %s', async (_, code, then) => {
    const { listener, refusal } = await watched();
    const peer = await connectRawPython(listener.address);
    peer.send(rawAnswer(KEY, await peer.receiveChallenge()));
    await peer.receive();
    then(peer);
    expect((await refusal()).code).toBe(code);
  });

  it('gives nothing away to one that asks first', async () => {
    const { listener, refusal } = await watched();
    const peer = await connectRawPython(listener.address);
    await peer.receiveChallenge();
    peer.challenge(rawChallenge('sha256'));
    await refusal();
    expect(await readToTheEnd(peer.socket)).toEqual(rawMessage(FAILURE));
  });

  it('cannot be entered with what it asked another connection', async () => {
    const { listener, refusal } = await watched();
    const first = await connectRawPython(listener.address);
    const second = await connectRawPython(listener.address);
    const asked = await first.receiveChallenge();
    await second.receiveChallenge();
    second.send(rawAnswer(KEY, asked));
    expect((await refusal()).code).toBe('ERR_IPC_AUTHENTICATION');
    first.send(rawAnswer(KEY, asked));
    expect(await first.receive()).toEqual(WELCOME);
  });
});

describe('a connector with a key', () => {
  /** A listener by hand, and the attempt to connect to it. */
  async function attempt(options: ConnectionOptions = STRICT) {
    const raw = await listenRawPython();
    const attempted = connect(raw.address, options);
    attempted.then(dropped, () => undefined);
    return { attempted, peer: await raw.accept() };
  }

  it('speaks as CPython 3.12 and later, byte for byte', async () => {
    const { attempted, peer } = await attempt({ ...STRICT, digest: 'sha3_256' });
    const challenge = rawChallenge('sha256');
    peer.challenge(challenge);
    expect(await peer.receive()).toEqual(rawAnswer(KEY, challenge));
    peer.send(WELCOME);
    const asked = await peer.receiveChallenge();
    expect([asked.toString('latin1', 0, 10), asked.length]).toEqual(['{sha3_256}', 50]);
    peer.send(rawAnswer(KEY, asked, 'sha3_256'));
    expect(await peer.receive()).toEqual(WELCOME);
    const connection = await within(attempted, 'it is in');
    await connection.send('first');
    expect(await peer.receive()).toEqual(Buffer.from('"first"'));
  });

  it('takes a listener of CPython up to 3.11 where MD5 is allowed', async () => {
    const { attempted, peer } = await attempt(LENIENT);
    const challenge = rawChallenge();
    peer.challenge(challenge);
    expect(await peer.receive()).toEqual(rawAnswer(KEY, challenge, 'md5', ''));
    peer.send(WELCOME);
    peer.send(rawAnswer(KEY, await peer.receiveChallenge(), 'md5', ''));
    expect(await peer.receive()).toEqual(WELCOME);
    await within(attempted, 'it is in');
  });

  it.each([
    ['of old', rawChallenge()],
    ['that names it', rawChallenge('md5')],
  ])('does not answer a challenge by MD5 %s, and tells the way out', async (_, challenge) => {
    const { attempted, peer } = await attempt();
    peer.challenge(challenge);
    const error = await rejectionOf(attempted);
    expect([error.code, error]).toEqual(['ERR_IPC_AUTHENTICATION', expect.any(AuthenticationError)]);
    expect(error.message).toContain('allowLegacyMd5: true');
    expect(await readToTheEnd(peer.socket)).toEqual(Buffer.alloc(0));
  });

  it.each([
    ['no challenge', 'ERR_IPC_HANDSHAKE', rawMessage('"a message"')],
    ['a welcome at once', 'ERR_IPC_HANDSHAKE', rawMessage(WELCOME)],
    ['an empty message', 'ERR_IPC_HANDSHAKE', rawMessage('')],
    ['the prefix of a challenge alone', 'ERR_IPC_AUTHENTICATION', rawMessage('#CHALLENGE#')],
    ['another prefix', 'ERR_IPC_HANDSHAKE', rawMessage(`#CHALLENGE:${'x'.repeat(20)}`)],
    ['an unknown digest', 'ERR_IPC_AUTHENTICATION', rawMessage(`#CHALLENGE#{sha512}${'x'.repeat(40)}`)],
    ['257 bytes', 'ERR_IPC_HANDSHAKE', rawMessage(`#CHALLENGE#{sha256}${'x'.repeat(238)}`)],
    ['a negative length', 'ERR_IPC_HANDSHAKE', Buffer.from('80000000', 'hex')],
    ['the long form', 'ERR_IPC_HANDSHAKE', rawLongMessage(`#CHALLENGE#{sha256}${'x'.repeat(40)}`)],
  ])('refuses a listener that begins with %s', async (_, code, bytes) => {
    const { attempted, peer } = await attempt();
    peer.write(bytes);
    const error = await rejectionOf(attempted);
    expect([error.code, error]).toEqual([code, expect.any(AuthenticationError)]);
    expect(await readToTheEnd(peer.socket)).toEqual(Buffer.alloc(0));
  });

  it('answers the longest challenge that fits', async () => {
    const { peer } = await attempt();
    const challenge = Buffer.from(`{sha256}${'x'.repeat(237)}`);
    peer.challenge(challenge);
    expect(await peer.receive()).toEqual(rawAnswer(KEY, challenge));
  });

  it.each([
    ['says that the key is wrong', FAILURE],
    ['says something else', Buffer.from('#WELCOME')],
    ['asks again', Buffer.from(`#CHALLENGE#{sha256}${'x'.repeat(40)}`)],
  ])('refuses a listener that %s after its answer', async (_, message) => {
    const { attempted, peer } = await attempt();
    peer.challenge(rawChallenge('sha256'));
    await peer.receive();
    peer.send(message);
    const error = await rejectionOf(attempted);
    expect([error.code, error.message]).toEqual([
      'ERR_IPC_AUTHENTICATION',
      expect.stringContaining('same authkey'),
    ]);
  });

  it('refuses a listener that welcomes everyone and reflects its challenge', async () => {
    const { attempted, peer } = await attempt();
    peer.challenge(rawChallenge('sha256'));
    await peer.receive();
    peer.send(WELCOME);
    peer.send(await peer.receiveChallenge());
    expect((await rejectionOf(attempted)).code).toBe('ERR_IPC_AUTHENTICATION');
    expect(await readToTheEnd(peer.socket)).toEqual(rawMessage(FAILURE));
  });

  it('refuses a listener that gives its own answer back', async () => {
    const { attempted, peer } = await attempt();
    peer.challenge(rawChallenge('sha256'));
    const given = await peer.receive();
    peer.send(WELCOME);
    await peer.receiveChallenge();
    peer.send(given);
    expect((await rejectionOf(attempted)).code).toBe('ERR_IPC_AUTHENTICATION');
  });

  it('gives up on a listener that is silent, or that ends', async () => {
    const silent = await attempt({ ...STRICT, handshakeTimeoutMs: SHORT_MS });
    const error = await rejectionOf(silent.attempted);
    expect([error.code, error]).toEqual(['ERR_IPC_HANDSHAKE_TIMEOUT', expect.any(AuthenticationError)]);
    const ending = await attempt();
    ending.peer.socket.end();
    expect((await rejectionOf(ending.attempted)).code).toBe('ERR_IPC_HANDSHAKE');
  });

  it('gives up when it is told to', async () => {
    const raw = await listenRawPython();
    const abort = new AbortController();
    const attempted = connect(raw.address, { ...STRICT, signal: abort.signal });
    const rejected = rejectionOf(attempted);
    await raw.accept();
    abort.abort();
    expect((await rejected).code).toBe('ERR_IPC_ABORTED');
  });
});

describe('keys', () => {
  it.each([
    ['text', 'aé✓', Buffer.from('aé✓')],
    ['none at all', '', new Uint8Array(0)],
    ['longer than a block of the digest', 'x'.repeat(1000), Buffer.alloc(1000, 'x')],
  ])('are bytes: %s', async (_, one, other) => {
    const listener = await listening(undefined, { authkey: one });
    await Promise.all([accepted(listener), connecting(listener.address, { authkey: other })]);
  });

  it('are nothing else', async () => {
    const authkey = 5 as unknown as string;
    for (const attempt of [listen(undefined, { authkey }), connect('/nowhere', { authkey })]) {
      const error = await rejectionOf(attempt);
      expect([error.code, error.message]).toEqual(['ERR_IPC_ARGUMENT', expect.stringContaining('number')]);
    }
  });

  it('do not show in what is logged or thrown', async () => {
    const logger = recordingLogger();
    const listener = await listening(undefined, { authkey: KEY, logger });
    const error = await rejectionOf(connect(listener.address, { authkey: 'another key' }));
    const seen = inspect([logger.entries, error, listener], { depth: 20, showHidden: true });
    for (const secret of [KEY, 'another key'])
      for (const form of [
        secret,
        Buffer.from(secret).toString('hex'),
        Buffer.from(secret).toString('base64'),
      ])
        expect(seen).not.toContain(form);
  });
});
