import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { ListenOptions, Server, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dialWithRetry } from '../../../../src/ipc/transport/dialWithRetry.js';
import { pipeTransport } from '../../../../src/ipc/transport/pipeTransport.js';
import { tcpTransport } from '../../../../src/ipc/transport/tcpTransport.js';
import type { Transport } from '../../../../src/ipc/transport/transport.js';
import { unixTransport } from '../../../../src/ipc/transport/unixTransport.js';
import { freePort } from '../../../support/freePort.js';
import { posix } from '../../../support/platform.js';
import { rejectionOf } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';

function freshPath(name = 's'): string {
  return join(mkdtempSync(join(tmpdir(), 'dial-')), name);
}

/** Listens as soon as the transport has been dialled in vain this many times. */
function listeningAfter(attempts: number, transport: Transport, where: ListenOptions): Transport {
  let made = 0;
  return {
    ...transport,
    dial: () => {
      made += 1;
      if (made === attempts + 1) listenUntilTestEnds(where);
      return transport.dial();
    },
  };
}

function listenUntilTestEnds(where: ListenOptions): Server {
  const server = createServer((socket) => socket.destroy()).listen(where);
  onTestFinished(async () => {
    server.close();
    await within(once(server, 'close'), 'the server closes');
  });
  return server;
}

/** Counts the attempts of a transport. */
function counting(transport: Transport): Transport & { readonly sockets: Socket[] } {
  const sockets: Socket[] = [];
  return {
    ...transport,
    sockets,
    dial: () => {
      const socket = transport.dial();
      sockets.push(socket);
      return socket;
    },
  };
}

describe('a listener that is not there yet', () => {
  it.runIf(posix)('is found over a Unix socket as soon as it appears', async () => {
    const path = freshPath();
    const transport = counting(listeningAfter(3, unixTransport({ path }), { path }));
    const socket = await within(dialWithRetry(transport, { timeoutMs: 3_000 }), 'the connection');
    socket.destroy();
    expect(transport.sockets.length).toBeGreaterThan(3);
    expect(transport.sockets.slice(0, -1).every((failed) => failed.destroyed)).toBe(true);
  });

  it('is found over TCP as soon as it appears', async () => {
    const where = { host: '127.0.0.1', port: await freePort() };
    const transport = counting(listeningAfter(3, tcpTransport(where), where));
    const socket = await within(dialWithRetry(transport, { timeoutMs: 3_000 }), 'the connection');
    socket.destroy();
    expect(transport.sockets.length).toBeGreaterThan(3);
  });

  it.runIf(posix).each([
    ['unix', 'ENOENT', (): Transport => unixTransport({ path: freshPath() })],
    ['unix, behind a dead socket or another file', 'ECONNREFUSED', deadSocket],
  ])('is given up at the deadline, with attempts and last cause: %s', async (_, code, make) => {
    const transport = counting(make());
    const began = performance.now();
    const error = await rejectionOf(dialWithRetry(transport, { timeoutMs: 120 }));
    const tookMs = performance.now() - began;
    expect(error.code).toBe('ERR_IPC_CONNECT_TIMEOUT');
    expect(error.cause).toMatchObject({ code });
    expect(error.message).toContain('within 120 ms');
    expect(error.message).toContain(`${transport.sockets.length} attempts`);
    expect(error.message).toContain(code);
    expect(transport.sockets.length).toBeGreaterThan(2);
    expect(tookMs).toBeGreaterThanOrEqual(115);
    expect(tookMs).toBeLessThan(1_000);
  });

  it('is given up at the deadline over TCP', async () => {
    const transport = tcpTransport({ port: await freePort() });
    const error = await rejectionOf(dialWithRetry(transport, { timeoutMs: 60 }));
    expect(error).toMatchObject({ code: 'ERR_IPC_CONNECT_TIMEOUT', cause: { code: 'ECONNREFUSED' } });
  });

  it.runIf(posix)('is asked for with growing pauses, not in a busy loop', async () => {
    const transport = counting(toNobody());
    await rejectionOf(dialWithRetry(transport, { timeoutMs: 300 }));
    // Pauses of 5, 10, 20, 40, 80, 160 ms, and what is left.
    expect(transport.sockets.length).toBeLessThanOrEqual(8);
  });
});

function deadSocket(): Transport {
  const path = freshPath();
  writeFileSync(path, '');
  return unixTransport({ path });
}

describe('an error that waiting cannot mend', () => {
  it.runIf(posix)('ends the attempts at once, with the cause', async () => {
    const file = freshPath('file');
    writeFileSync(file, '');
    const transport = counting(unixTransport({ path: join(file, 'socket') }));
    const error = await rejectionOf(dialWithRetry(transport, { timeoutMs: 60_000 }));
    expect(error).toMatchObject({ code: 'ERR_IPC_CONNECT', cause: { code: 'ENOTDIR' } });
    expect(error.message).toContain(join(file, 'socket'));
    expect(transport.sockets).toHaveLength(1);
  });

  it.each([
    ['a socket path', () => unixTransport({}, 'linux'), 'needs a path'],
    ['a port', () => tcpTransport({}), 'needs a port'],
  ])('is told at once where the configuration lacks %s', async (_, transport, what) => {
    const error = await rejectionOf(dialWithRetry(transport(), { timeoutMs: 60_000 }));
    expect(error.code).toBe('ERR_IPC_CONFIG');
    expect(error.message).toContain(what);
  });
});

describe('an attempt', () => {
  it('that gets no answer ends at the deadline', async () => {
    const sockets: Socket[] = [];
    const transport: Transport = { ...tcpTransport({ port: 1 }), dial: () => neverConnecting(sockets) };
    const error = await rejectionOf(dialWithRetry(transport, { timeoutMs: 50 }));
    expect(error.code).toBe('ERR_IPC_CONNECT_TIMEOUT');
    expect(error.message).toContain('1 attempts, the last: the attempt got no answer');
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  it.runIf(posix)('goes on without a deadline where that is asked for', async () => {
    const path = freshPath();
    const transport = listeningAfter(2, unixTransport({ path }), { path });
    const socket = await within(dialWithRetry(transport, { timeoutMs: Infinity }), 'the connection');
    socket.destroy();
  });
});

/** A transport to an endpoint at which nobody listens. */
function toNobody(): Transport {
  if (posix) return unixTransport({ path: freshPath() });
  return pipeTransport({ pipeName: `\\\\.\\pipe\\nobody-${process.pid}` });
}

/** A socket whose name lookup never ends. */
function neverConnecting(sockets: Socket[]): Socket {
  const socket = connect({ host: 'somewhere.invalid', port: 1, lookup: () => undefined });
  sockets.push(socket);
  return socket;
}

describe('an abort', () => {
  const reason = new Error('the user pressed stop');

  it('before the first attempt makes none', async () => {
    const transport = counting(toNobody());
    const signal = AbortSignal.abort(reason);
    const error = await rejectionOf(dialWithRetry(transport, { timeoutMs: 60_000, signal }));
    expect(error).toMatchObject({ code: 'ERR_IPC_ABORTED', cause: reason });
    expect(transport.sockets).toHaveLength(0);
  });

  it('during a pause ends it', async () => {
    const aborting = new AbortController();
    const transport = counting(toNobody());
    const dialled = rejectionOf(dialWithRetry(transport, { timeoutMs: 60_000, signal: aborting.signal }));
    const first = transport.sockets[0];
    await within(new Promise((resolve) => first?.once('close', resolve)), 'the first attempt fails');
    aborting.abort(reason);
    expect(await dialled).toMatchObject({ code: 'ERR_IPC_ABORTED', cause: reason });
  });

  it('during an attempt ends it, and drops its socket', async () => {
    const aborting = new AbortController();
    const sockets: Socket[] = [];
    const transport: Transport = { ...tcpTransport({ port: 1 }), dial: () => neverConnecting(sockets) };
    const dialled = rejectionOf(dialWithRetry(transport, { timeoutMs: 60_000, signal: aborting.signal }));
    aborting.abort(reason);
    expect(await dialled).toMatchObject({ code: 'ERR_IPC_ABORTED', cause: reason });
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
  });
});
