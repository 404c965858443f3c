import { describe, expect, it } from 'vitest';
import { AuthenticationError, DIGEST_NAMES, connect } from '../../src/ipc/multiprocessing/index.js';
import type { Address, Connection, ConnectionOptions } from '../../src/ipc/multiprocessing/index.js';
import { boundName } from '../../src/ipc/transport/abstractSocketTransport.js';
import { findPythons } from '../support/pythons.js';
import type { Python } from '../support/pythons.js';
import { recordingLogger } from '../support/recordingLogger.js';
import { rejectionOf } from '../support/rejection.js';
import { eventually, within } from '../support/within.js';
import {
  abstractName,
  accepted,
  connecting,
  listening,
  pattern,
} from '../unit/ipc/multiprocessing/support/ends.js';
import { startPython } from '../unit/ipc/multiprocessing/support/pythonPeer.js';
import type { PythonPeer } from '../unit/ipc/multiprocessing/support/pythonPeer.js';

const MIB = 1024 * 1024;
const KIB_16 = 16 * 1024;
/** Around the size up to which Python sends header and payload in one write, and much larger. */
const SIZES = [0, 1, KIB_16 - 1, KIB_16, KIB_16 + 1, 16 * MIB];
const COUNT = 1000;
const KEY = 'a key that both have';
const LARGE_MS = 15_000;
const FIRST_WITH_NAMED_DIGESTS = [3, 12] as const;

const ADDRESSES: readonly (readonly [string, () => Address | undefined])[] = [
  ['a Unix socket', () => undefined],
  ['TCP', () => ['127.0.0.1', 0]],
  ...(process.platform === 'linux' ? ([['an abstract name', paddedName]] as const) : []),
];

/** The name as this Node.js binds it, for Python. Before Node.js 22 it is padded with NUL bytes. */
function paddedName(): Address {
  return boundName(abstractName());
}

function isSince({ version: [major, minor] }: Python, [first, second]: readonly [number, number]): boolean {
  return major > first || (major === first && minor >= second);
}

/** Node.js listens, Python connects. */
async function pythonAsClient(peer: PythonPeer, address: Address | undefined, options: ConnectionOptions) {
  const listener = await listening(address, options);
  const { authkey } = options;
  const key = authkey === undefined ? {} : { key: String(authkey) };
  const [connection, answer] = await Promise.all([
    accepted(listener),
    peer.ask({ op: 'connect', address: listener.address, ...key }),
  ]);
  expect(answer).toEqual({});
  return connection;
}

/** Python listens, Node.js connects. */
async function pythonAsListener(peer: PythonPeer, address: Address | undefined, options: ConnectionOptions) {
  const { authkey } = options;
  const key = authkey === undefined ? {} : { key: String(authkey) };
  const bound = await peer.ask({ op: 'listen', ...(address !== undefined && { address }), ...key });
  expect(bound.error).toBeUndefined();
  const [answer, connection] = await Promise.all([
    peer.ask({ op: 'accept' }),
    connecting(bound.address as Address, options),
  ]);
  expect(answer).toEqual({});
  return connection;
}

/** Everything that goes over one connection: values, bytes of all sizes, many at once, the end. */
async function exchange(peer: PythonPeer, connection: Connection): Promise<void> {
  await connection.send({ text: 'aé✓😀', list: [1, null, true] });
  expect(await peer.ask({ op: 'recv_json' })).toEqual({ value: { text: 'aé✓😀', list: [1, null, true] } });
  await Promise.all([
    peer.ask({ op: 'send_json', value: { a: [1.5] } }),
    expectValue(connection, { a: [1.5] }),
  ]);
  await expectSizes(peer, connection);
  await expectOrder(peer, connection);
  const [end] = await Promise.all([rejectionOf(connection.recv()), peer.ask({ op: 'close' })]);
  expect(end.code).toBe('ERR_IPC_END');
}

async function expectValue(connection: Connection, value: unknown): Promise<void> {
  expect(await within(connection.recv(), 'a value')).toEqual(value);
}

async function expectSizes(peer: PythonPeer, connection: Connection): Promise<void> {
  const taken = peer.ask({ op: 'recv_patterns', count: SIZES.length });
  for (const size of SIZES) await within(connection.sendBytes(pattern(size)), `${size} sent`, LARGE_MS);
  expect(await taken).toEqual({ sizes: SIZES, good: true });
  const given = peer.ask({ op: 'send_patterns', sizes: SIZES });
  for (const size of SIZES) {
    const received = await within(connection.recvBytes(), `${size} received`, LARGE_MS);
    expect([received.length, received.equals(pattern(size))]).toEqual([size, true]);
  }
  await given;
}

async function expectOrder(peer: PythonPeer, connection: Connection): Promise<void> {
  const taken = peer.ask({ op: 'recv_numbered', count: COUNT });
  await Promise.all(Array.from({ length: COUNT }, (_, number) => connection.send({ number })));
  expect(await taken).toEqual({ inOrder: true });
  const given = peer.ask({ op: 'send_numbered', count: COUNT });
  const received = await Promise.all(Array.from({ length: COUNT }, () => connection.recv()));
  expect(received).toEqual(Array.from({ length: COUNT }, (_, number) => ({ number })));
  await given;
}

for (const python of findPythons()) {
  if (python.missing !== undefined) {
    describe.skip(`${python.label}: ${python.missing}`, () => {
      it('is a peer', () => undefined);
    });
    continue;
  }
  const allowLegacyMd5 = !isSince(python, FIRST_WITH_NAMED_DIGESTS);
  const keyed = { authkey: KEY, allowLegacyMd5 };

  describe(python.label, () => {
    for (const [name, address] of ADDRESSES) {
      it(`connects over ${name} with the key, and everything arrives`, async () => {
        const peer = startPython(python);
        await exchange(peer, await pythonAsClient(peer, address(), keyed));
      });

      it(`listens over ${name} with the key, and everything arrives`, async () => {
        const peer = startPython(python);
        await exchange(peer, await pythonAsListener(peer, address(), keyed));
      });
    }

    it('needs no key where we have none, in both roles', async () => {
      const peer = startPython(python);
      for (const role of [pythonAsClient, pythonAsListener])
        await isIn(peer, await role(peer, undefined, {}));
    });

    it('connects with an empty key', async () => {
      const peer = startPython(python);
      await isIn(peer, await pythonAsClient(peer, undefined, { ...keyed, authkey: '' }));
    });

    listensWithEmptyKey(python, { ...keyed, authkey: '' });

    it('with another key is refused, and the listener goes on', async () => {
      const peer = startPython(python);
      const listener = await listening(undefined, keyed);
      const { address } = listener;
      expect(await peer.ask({ op: 'connect', address, key: 'another' })).toMatchObject({
        error: 'AuthenticationError',
      });
      const [answer] = await Promise.all([
        peer.ask({ op: 'connect', address, key: KEY }),
        accepted(listener),
      ]);
      expect(answer).toEqual({});
    });

    it('refuses another key of ours, and goes on listening', async () => {
      const peer = startPython(python);
      const { address } = await peer.ask({ op: 'listen', key: KEY });
      const [refused, error] = await Promise.all([
        peer.ask({ op: 'accept' }),
        rejectionOf(connect(address as Address, { ...keyed, authkey: 'another' })),
      ]);
      expect(refused.error).toBe('AuthenticationError');
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error.code).toBe('ERR_IPC_AUTHENTICATION');
      const [answer] = await Promise.all([peer.ask({ op: 'accept' }), connecting(address as Address, keyed)]);
      expect(answer).toEqual({});
    });

    it('without a key is dropped by a listener with one, at the deadline', async () => {
      const peer = startPython(python);
      const logger = recordingLogger();
      const listener = await listening(undefined, { ...keyed, handshakeTimeoutMs: 300, logger });
      await peer.ask({ op: 'connect', address: listener.address });
      // It takes the challenge for a message, and then finds the end.
      expect(await peer.ask({ op: 'recv_patterns', count: 2 })).toMatchObject({ error: 'EOFError' });
      const refusal = logger.entries.find(({ message }) => message === 'refused a connector');
      expect(refusal?.fields).toMatchObject({ err: { code: 'ERR_IPC_HANDSHAKE_TIMEOUT' } });
    });

    it('tells one without a key, when it listens with one', async () => {
      const peer = startPython(python);
      const { address } = await peer.ask({ op: 'listen', key: KEY });
      const accepting = peer.ask({ op: 'accept' });
      const connection = await connecting(address as Address);
      const error = await rejectionOf(connection.recv());
      expect([error.code, error.message]).toEqual([
        'ERR_IPC_BAD_MESSAGE',
        expect.stringContaining('asks for an authkey'),
      ]);
      const [answer] = await Promise.all([accepting, connection.close()]);
      expect(answer.error).toBe('EOFError');
    });

    it('does not give or get pickles, and the connection goes on', async () => {
      const peer = startPython(python);
      const connection = await pythonAsClient(peer, undefined, keyed);
      await peer.ask({ op: 'send', value: { a: 1 } });
      const error = await rejectionOf(connection.recv());
      expect([error.code, error.message]).toEqual([
        'ERR_IPC_BAD_MESSAGE',
        expect.stringContaining('never loaded'),
      ]);
      await peer.ask({ op: 'send_json', value: 'go on' });
      expect(await within(connection.recv(), 'a value')).toBe('go on');
    });

    it('polls, reads into its own memory, and finds our end', async () => {
      const peer = startPython(python);
      const connection = await pythonAsClient(peer, undefined, keyed);
      expect(await peer.ask({ op: 'poll' })).toEqual({ ready: false });
      await connection.sendBytes(Buffer.from('abc'));
      expect(await peer.ask({ op: 'poll', timeout: 10 })).toEqual({ ready: true });
      const target = { op: 'recv_into', size: 4, offset: 1 };
      expect(await peer.ask(target)).toEqual({ size: 3, hex: '00616263' });
      await connection.sendBytes(Buffer.from('abcd'));
      expect(await peer.ask(target)).toMatchObject({ error: 'BufferTooShort' });
      const [found] = await Promise.all([peer.ask({ op: 'recv_json' }), closedByUs(peer, connection)]);
      expect(found.error).toBe('EOFError');
    });

    if (allowLegacyMd5) refusesMd5(python);
    else asksForDigests(python);
  });
}

/** Both ends of an end: ours begins, Python's follows. */
async function closedByUs(peer: PythonPeer, connection: Connection): Promise<void> {
  const [ending] = await Promise.all([connection.ended, connection.close(), peer.ask({ op: 'close' })]);
  expect(ending.clean).toBe(true);
}

function refusesMd5(python: Python): void {
  it('as a client is refused unless MD5 is allowed, which the error tells', async () => {
    const peer = startPython(python);
    const logger = recordingLogger();
    const listener = await listening(undefined, { authkey: KEY, logger });
    const answer = await peer.ask({ op: 'connect', address: listener.address, key: KEY });
    expect(answer.error).toBe('AuthenticationError');
    await eventually(() => logger.entries.some(({ level }) => level === 'warn'), 'the refusal is logged');
    const error = await rejectionOf(listener.accept({ timeoutMs: 1 }));
    expect([error.code, error.message]).toEqual([
      'ERR_IPC_ACCEPT_TIMEOUT',
      expect.stringContaining('allowLegacyMd5: true'),
    ]);
  });

  it('as a listener is refused unless MD5 is allowed, which the error tells', async () => {
    const peer = startPython(python);
    const { address } = await peer.ask({ op: 'listen', key: KEY });
    const accepting = peer.ask({ op: 'accept' });
    const error = await rejectionOf(connect(address as Address, { authkey: KEY }));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect([error.code, error.message]).toEqual([
      'ERR_IPC_AUTHENTICATION',
      expect.stringContaining('allowLegacyMd5: true'),
    ]);
    // Dropped before it was answered: Python finds the end where the answer had to be.
    expect((await accepting).error).toBe('EOFError');
  });
}

function asksForDigests(python: Python): void {
  it.each(DIGEST_NAMES)('proves itself by %s in both roles', async (digest) => {
    const peer = startPython(python);
    const options = { authkey: KEY, digest, allowLegacyMd5: digest === 'md5' };
    for (const role of [pythonAsClient, pythonAsListener]) {
      await isIn(peer, await role(peer, undefined, options));
    }
  });
}

/** Something goes across, and then both ends close. */
async function isIn(peer: PythonPeer, connection: Connection): Promise<void> {
  await connection.send('in');
  expect(await peer.ask({ op: 'recv_json' })).toEqual({ value: 'in' });
  await closedByUs(peer, connection);
}

/** Before 3.13 most versions treat an empty key as no key in a listener, and as a key in a client. */
function listensWithEmptyKey(python: Python, options: ConnectionOptions): void {
  it('listens with an empty key, or asks for none and is dropped at the deadline', async () => {
    const peer = startPython(python);
    const { value: asksForNone } = await peer.ask({ op: 'empty_key_is_none' });
    if (asksForNone !== true) {
      await isIn(peer, await pythonAsListener(peer, undefined, options));
      return;
    }
    expect(isSince(python, [3, 13])).toBe(false);
    const { address } = await peer.ask({ op: 'listen', key: '' });
    const [answer, error] = await Promise.all([
      peer.ask({ op: 'accept' }),
      rejectionOf(connect(address as Address, { ...options, handshakeTimeoutMs: 300 })),
    ]);
    expect([answer, error.code]).toEqual([{}, 'ERR_IPC_HANDSHAKE_TIMEOUT']);
  });
}
