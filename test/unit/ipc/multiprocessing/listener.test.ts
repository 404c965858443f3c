import { describe, expect, it } from 'vitest';
import { connect, listen } from '../../../../src/ipc/multiprocessing/index.js';
import type { Address, Connection } from '../../../../src/ipc/multiprocessing/index.js';
import { recordingLogger } from '../../../support/recordingLogger.js';
import { rejectionOf } from '../../../support/rejection.js';
import { eventually, within } from '../../../support/within.js';
import { WAYS, accepted, connecting, dropped, listening } from './support/ends.js';
import { connectRawPython, rawMessage } from './support/rawPython.js';
import { posix } from '../../../support/platform.js';

const NEVER_MS = 25_000;
const SHORT_MS = 50;
const KEY = 'the key';
const TCP: Address = ['127.0.0.1', 0];
const LISTENING = WAYS.filter(({ address }) => address !== undefined);

describe.each(LISTENING)('a listener at $name', ({ address: where }) => {
  const address = where?.();
  /** A socket keeps what was written before it is accepted. A write to a pipe ends when the other side has read. */
  const keepsWritten = posix || address !== undefined;

  it('gives connections in the order in which they came', async () => {
    const listener = await listening(address, { authkey: KEY });
    for (let number = 0; number < 5; number += 1)
      await (await connecting(listener.address, { authkey: KEY })).send(number);
    for (let number = 0; number < 5; number += 1)
      expect(await (await accepted(listener)).recv()).toBe(number);
  });

  it.runIf(keepsWritten)('loses nothing of one that wrote and closed before it was accepted', async () => {
    for (const options of [{}, { authkey: KEY }]) {
      const listener = await listening(address, options);
      const connection = await connecting(listener.address, options);
      await connection.send('first');
      await connection.sendBytes(Buffer.alloc(100_000, 'a'));
      const closed = connection.close();
      const taken = await accepted(listener);
      expect(await taken.recv()).toBe('first');
      expect(await taken.recvBytes()).toHaveLength(100_000);
      expect((await rejectionOf(taken.recv())).code).toBe('ERR_IPC_END');
      await within(closed, 'it is closed');
      await listener.close();
    }
  });

  it.runIf(keepsWritten)('loses nothing of one that was gone when it was accepted', async () => {
    const listener = await listening(address);
    const peer = await connectRawPython(listener.address);
    peer.write(Buffer.concat([rawMessage('"last"'), rawMessage('"words"')]));
    peer.end();
    await eventually(() => peer.socket.writableFinished, 'it has written');
    const taken = await accepted(listener);
    expect([await taken.recv(), await taken.recv()]).toEqual(['last', 'words']);
    expect((await rejectionOf(taken.recv())).code).toBe('ERR_IPC_END');
  });

  it.runIf(keepsWritten)(
    'loses nothing of one that was gone, though it is sent to before it is read',
    async () => {
      const listener = await listening(address);
      const peer = await connectRawPython(listener.address);
      peer.write(
        Buffer.concat([rawMessage('"last"'), rawMessage(Buffer.alloc(150_000)), rawMessage('"words"')]),
      );
      await eventually(() => peer.socket.writableLength === 0, 'it has written');
      peer.socket.destroy();
      await eventually(() => peer.socket.closed, 'it is gone');
      const taken = await accepted(listener);
      await taken.send('too late').catch(() => undefined);
      expect(await taken.recv()).toBe('last');
      expect(await taken.recvBytes()).toHaveLength(150_000);
      expect(await taken.recv()).toBe('words');
      // The version of Node.js decides if the late send is an error.
      expect(['ERR_IPC_END', 'ERR_IPC_CONNECTION_LOST']).toContain((await rejectionOf(taken.recv())).code);
    },
  );

  it('drops who was not accepted when it closes, and leaves the others', async () => {
    const listener = await listening(address);
    const [first, second] = [await connecting(listener.address), await connecting(listener.address)];
    const taken = await accepted(listener);
    await listener.close();
    expect(['ERR_IPC_END', 'ERR_IPC_CONNECTION_LOST']).toContain((await rejectionOf(second.recv())).code);
    await first.send('still here');
    expect(await taken.recv()).toBe('still here');
  });

  it('takes no more once it is closed', async () => {
    const listener = await listening(address);
    const bound = listener.address;
    await listener.close();
    await listener.close();
    await listener[Symbol.asyncDispose]();
    expect((await rejectionOf(listener.accept())).code).toBe('ERR_IPC_CLOSED');
    expect((await rejectionOf(connect(bound, { connectTimeoutMs: SHORT_MS }))).code).toBe(
      'ERR_IPC_CONNECT_TIMEOUT',
    );
  });
});

describe('accept', () => {
  it('waits no longer than it is told, and says who was refused meanwhile', async () => {
    const listener = await listening(TCP, { authkey: KEY });
    expect((await rejectionOf(listener.accept({ timeoutMs: SHORT_MS }))).message).toMatch(
      /^nobody connected to tcp 127.0.0.1:\d+ within 50 ms$/,
    );
    await rejectionOf(connect(listener.address, { authkey: 'another' }));
    const error = await rejectionOf(listener.accept({ timeoutMs: SHORT_MS }));
    expect([error.code, error.message]).toEqual([
      'ERR_IPC_ACCEPT_TIMEOUT',
      expect.stringContaining('1 refused, the last because the peer did not prove that it has the key'),
    ]);
  });

  it('waits as long as the listener says by default', async () => {
    const listener = await listening(TCP, { acceptTimeoutMs: SHORT_MS });
    expect((await rejectionOf(listener.accept())).code).toBe('ERR_IPC_ACCEPT_TIMEOUT');
  });

  it('ends when it is told to, and takes nobody with it', async () => {
    const listener = await listening(TCP);
    const abort = new AbortController();
    const waiting = rejectionOf(listener.accept({ signal: abort.signal, timeoutMs: Infinity }));
    abort.abort(new Error('enough'));
    const error = await waiting;
    expect([error.code, error.cause]).toEqual(['ERR_IPC_ABORTED', new Error('enough')]);
    expect((await rejectionOf(listener.accept({ signal: abort.signal }))).code).toBe('ERR_IPC_ABORTED');
    await Promise.all([accepted(listener), connecting(listener.address)]);
  });

  it('does not lose who comes in the turn in which it is ended', async () => {
    const listener = await listening(TCP);
    const abort = new AbortController();
    const waiting = rejectionOf(listener.accept({ signal: abort.signal }));
    const inside = listener as unknown as { addPeer(peer: unknown): void };
    const addPeer = inside.addPeer.bind(listener);
    inside.addPeer = (peer) => {
      abort.abort();
      addPeer(peer);
    };
    const connection = await connecting(listener.address);
    expect((await waiting).code).toBe('ERR_IPC_ABORTED');
    await connection.send('here');
    expect(await (await accepted(listener)).recv()).toBe('here');
  });

  it('answers all that wait when the listener closes', async () => {
    const listener = await listening(TCP);
    const waiting = [listener.accept(), listener.accept({ timeoutMs: Infinity })].map(rejectionOf);
    await listener.close();
    for (const one of waiting) expect((await one).code).toBe('ERR_IPC_CLOSED');
  });

  it('answers those that wait beside each other in their order', async () => {
    const listener = await listening(TCP);
    const waiting = [listener.accept(), listener.accept(), listener.accept()];
    for (let number = 0; number < 3; number += 1) await (await connecting(listener.address)).send(number);
    const taken = (await within(Promise.all(waiting), 'all are answered')).map(dropped);
    expect(await Promise.all(taken.map((one) => one.recv()))).toEqual([0, 1, 2]);
  });

  it('tells where the last one came from', async () => {
    const listener = await listening(TCP);
    expect(listener.lastAccepted).toBeUndefined();
    const peer = await connectRawPython(listener.address);
    await accepted(listener);
    expect(listener.lastAccepted).toEqual(['127.0.0.1', peer.socket.localPort]);
  });

  it.skipIf(process.platform === 'win32')(
    'knows no such place for a Unix socket (skipped on Windows: there are none)',
    async () => {
      const listener = await listening();
      await Promise.all([accepted(listener), connecting(listener.address)]);
      expect(listener.lastAccepted).toBeUndefined();
    },
  );
});

describe('iterating over a listener', () => {
  it('gives connections until it is closed', async () => {
    const listener = await listening();
    const heard: unknown[] = [];
    const loop = (async () => {
      for await (const connection of listener) heard.push(await dropped(connection).recv());
    })();
    for (let number = 0; number < 3; number += 1) await (await connecting(listener.address)).send(number);
    await eventually(() => heard.length === 3, 'all are heard');
    await listener.close();
    await within(loop, 'the loop ends');
    expect(heard).toEqual([0, 1, 2]);
  });
});

describe('the backlog', () => {
  it('is how many may wait; one more is refused, and told to the log', async () => {
    const logger = recordingLogger();
    const listener = await listening(TCP, { backlog: 2, logger });
    const connections: Connection[] = [];
    for (let count = 0; count < 3; count += 1) {
      const connection = await connecting(listener.address);
      // The one that is refused may know it by now.
      await connection.send(count).catch(() => undefined);
      connections.push(connection);
    }
    const refused = () => logger.entries.filter(({ message }) => message === 'refused a connector');
    await eventually(() => refused().length === 1, 'one is refused');
    expect(String((refused()[0]?.fields as { err: Error }).err.message)).toContain('2 wait to be accepted');
    expect(['ERR_IPC_END', 'ERR_IPC_CONNECTION_LOST']).toContain(
      (await rejectionOf(connections[2]?.recv() ?? Promise.resolve())).code,
    );
    expect(await (await accepted(listener)).recv()).toBe(0);
    await (await connecting(listener.address)).send(3);
    expect(await (await accepted(listener)).recv()).toBe(1);
    expect(await (await accepted(listener)).recv()).toBe(3);
  });

  it.each([0, -1, 1.5, NaN, '5'])('cannot be %j', async (backlog) => {
    const error = await rejectionOf(listen(undefined, { backlog: backlog as number }));
    expect([error.code, error.message]).toEqual(['ERR_IPC_ARGUMENT', expect.stringContaining('backlog')]);
  });
});

describe('a crowd', () => {
  it('of a hundred at once, the true between false, silent and noisy ones, is served', async () => {
    const logger = recordingLogger();
    const options = { authkey: KEY, handshakeTimeoutMs: NEVER_MS, logger };
    const listener = await listening(undefined, options);
    const address = listener.address;
    const strangers = Array.from({ length: 60 }, (_, number) => stranger(address, number));
    const friends = Array.from({ length: 40 }, async (_, number) => {
      const connection = await connecting(address, { authkey: KEY });
      await connection.send(number);
      return connection.recv();
    });
    for (let count = 0; count < 40; count += 1) {
      const connection = await accepted(listener);
      await connection.send(await connection.recv());
    }
    expect(await within(Promise.all(friends), 'all are answered')).toEqual(
      Array.from({ length: 40 }, (_, number) => number),
    );
    await Promise.all(strangers);
    // No other connection was accepted.
    expect((await rejectionOf(listener.accept({ timeoutMs: 1 }))).code).toBe('ERR_IPC_ACCEPT_TIMEOUT');
  });

  it('that is silent gives way to who comes later', async () => {
    const listener = await listening(undefined, {
      authkey: KEY,
      handshakeTimeoutMs: NEVER_MS,
      maxPendingHandshakes: 10,
    });
    for (let count = 0; count < 30; count += 1) await connectRawPython(listener.address);
    await Promise.all([accepted(listener), connecting(listener.address, { authkey: KEY })]);
  });
});

/** One of three kinds: with another key, with noise, or without a word. */
async function stranger(address: Address, number: number): Promise<void> {
  if (number % 3 === 0) {
    const error = await rejectionOf(connect(address, { authkey: 'another', handshakeTimeoutMs: NEVER_MS }));
    expect(error.code).toBe('ERR_IPC_AUTHENTICATION');
    return;
  }
  const peer = await connectRawPython(address);
  if (number % 3 === 1) peer.write(Buffer.alloc(300, number));
}
