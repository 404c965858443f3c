import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ConnectionBase } from '../../src/ipc/connection/connectionBase.js';
import type { Endpoint } from '../../src/ipc/transport/transport.js';
import type { TransportConfig } from '../../src/ipc/core/transportConfig.js';
import { recordingLogger } from '../support/recordingLogger.js';
import { addressOf } from '../support/rawPeer.js';
import { rejectionOf } from '../support/rejection.js';
import { SLOWNESS } from '../support/slowness.js';
import { turnsOfLoop } from '../support/turns.js';
import { eventually, within } from '../support/within.js';
import { localTransport, posix } from '../support/platform.js';
import { rawFrame, rawHello } from './support/rawHandshake.js';
import {
  configFor,
  connectStranger,
  connectionFor,
  listeningAt,
  managerFor,
  randomKey,
  readBytes,
  readToTheEnd,
} from './support/sessions.js';

const CROWD = 100;
const NOISE_BYTES = 8 * 1024 * 1024;
const CARRIERS: TransportConfig[] = [{ transport: localTransport }, { transport: 'tcp' }];

/** Many connectors at once that are dropped when the test ends. */
function crowd(endpoint: Endpoint, misbehave: (socket: Socket) => void, size = CROWD): Promise<unknown> {
  const sockets = Array.from({ length: size }, () => {
    const socket = connect({ ...addressOf(endpoint), allowHalfOpen: true });
    socket.on('error', () => undefined).pause();
    misbehave(socket);
    return socket;
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return within(Promise.all(sockets.map((socket) => once(socket, 'connect'))), 'the crowd is there');
}

/** Writes without end, one byte at a time. */
function dribble(socket: Socket): void {
  const hello = rawHello();
  let at = 0;
  // The pace of the peer: ten bytes a second.
  const timer = setInterval(() => {
    socket.write(hello.subarray(at, (at += 1)));
  }, 100);
  socket.once('close', () => {
    clearInterval(timer);
  });
}

const MISBEHAVIOURS: Record<string, (socket: Socket) => void> = {
  silent: () => undefined,
  slow: dribble,
  noisy: (socket) => socket.write(Buffer.alloc(64 * 1024, 'x')),
  'closing at once': (socket) => socket.end(),
  'asking for a web page': (socket) => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  'stuck behind a good hello': (socket) => socket.write(rawHello()),
};

/** Waits until a socket takes more, or has been dropped. */
function drainedOrDropped(socket: Socket): Promise<void> {
  const over = new Promise<void>((resolve) => {
    socket.once('drain', resolve).once('close', () => {
      resolve();
    });
  });
  return within(over, 'the socket takes more or is dropped');
}

function launcherAt(endpoint: Endpoint, key: Uint8Array): ConnectionBase {
  return connectionFor({ ...configFor(endpoint), key });
}

/** Milliseconds that a launcher needs to get in. */
async function timeToGetIn(adapter: ConnectionBase, endpoint: Endpoint, key: Uint8Array): Promise<number> {
  const began = performance.now();
  await within(Promise.all([launcherAt(endpoint, key).connect(), adapter.accept()]), 'the launcher is in');
  return performance.now() - began;
}

describe.each(CARRIERS)('a crowd of strangers at %j', (carrier) => {
  it.each(Object.entries(MISBEHAVIOURS))('that is %s does not delay the launcher', async (_, misbehave) => {
    const key = randomKey();
    const { adapter, endpoint } = await listeningAt({ ...carrier, key });
    await crowd(endpoint, misbehave);
    // Alone it takes some 3 ms; a stranger's deadline would be many seconds.
    expect(await timeToGetIn(adapter, endpoint, key)).toBeLessThan(500 * SLOWNESS);
  });

  it.each(Object.entries(MISBEHAVIOURS))(
    'that is %s and comes while the launcher is connecting does not keep it out',
    async (_, misbehave) => {
      const key = randomKey();
      const { adapter, endpoint } = await listeningAt({ ...carrier, key });
      const launcher = launcherAt(endpoint, key);
      const entering = Promise.all([launcher.connect(), adapter.accept()]);
      await Promise.all([crowd(endpoint, misbehave), within(entering, 'the launcher is in')]);
    },
  );
});

describe('a flood of noise', () => {
  it('leaves the memory of the listener as it was, and lets the launcher in', async () => {
    const key = randomKey();
    const { adapter, endpoint } = await listeningAt({ transport: localTransport, key });
    const before = process.memoryUsage();
    const chunk = Buffer.alloc(64 * 1024, 0x44);
    let sent = 0;
    for (let round = 0; round < 20; round += 1) {
      const stranger = await connectStranger(endpoint);
      // Each would send 8 MiB; the kernel's buffer is all that any gets rid of.
      for (let at = 0; at < NOISE_BYTES && !stranger.destroyed; at += chunk.length) {
        sent += chunk.length;
        if (!stranger.write(chunk)) await drainedOrDropped(stranger);
      }
      stranger.destroy();
    }
    const after = process.memoryUsage();
    expect(await timeToGetIn(adapter, endpoint, key)).toBeLessThan(500);
    expect(sent).toBeGreaterThan(0);
    const grown = after.external + after.arrayBuffers - before.external - before.arrayBuffers;
    expect(grown).toBeLessThan(4 * 1024 * 1024);
  });

  it('behind a header that claims 4 GiB allocates nothing of it', async () => {
    const key = randomKey();
    const { adapter, endpoint } = await listeningAt({ transport: 'tcp', key });
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 50; round += 1) {
      const stranger = await connectStranger(endpoint);
      stranger.write(Buffer.from('44500110ffffffff', 'hex'));
      await readToTheEnd(stranger);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * 1024 * 1024);
    expect(await timeToGetIn(adapter, endpoint, key)).toBeLessThan(500);
  });

  it('does not fill memory where nobody finishes: what waits is capped for each and in number', async () => {
    const key = randomKey();
    const { endpoint } = await listeningAt({ transport: localTransport, key, maxPendingHandshakes: 16 });
    const before = process.memoryUsage().arrayBuffers;
    // A good header makes the listener wait for a payload; what is behind it stays in the kernel.
    const stuck = Buffer.concat([Buffer.from('4450011000000021', 'hex'), Buffer.of(1)]);
    await crowd(endpoint, (socket) => socket.write(stuck));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 128 * 1024);
  });
});

describe('who is refused', () => {
  it('is counted, logged with an address, and named in the error of the wait', async () => {
    const logger = recordingLogger();
    const { adapter, endpoint } = await listeningAt({ transport: 'tcp', key: randomKey(), logger });
    const accepting = adapter.accept({ timeoutMs: 600 });
    for (let round = 0; round < 3; round += 1) {
      const stranger = await connectStranger(endpoint);
      stranger.write('GET / HTTP/1.1\r\n\r\n');
      await readToTheEnd(stranger);
    }
    const error = await rejectionOf(accepting);
    expect(error.code).toBe('ERR_IPC_ACCEPT_TIMEOUT');
    expect(error.message).toMatch(/\(3 refused, the last because not a DP frame/);
    const refusals = logger.entries.filter(({ level }) => level === 'warn');
    expect(refusals.map(({ fields }) => fields)).toMatchObject(
      [1, 2, 3].map((refused) => ({ peer: '127.0.0.1', refused })),
    );
  });

  it('is dropped when the crowd is too large: the one that has waited longest', async () => {
    const logger = recordingLogger();
    const { adapter, endpoint } = await listeningAt({
      transport: localTransport,
      key: randomKey(),
      maxPendingHandshakes: 2,
      logger,
    });
    const first = await connectStranger(endpoint);
    await connectStranger(endpoint);
    const closed = vi.fn();
    first.once('end', closed);
    first.resume();
    await turnsOfLoop();
    expect(closed).not.toHaveBeenCalled();
    await connectStranger(endpoint);
    await eventually(() => closed.mock.calls.length > 0, 'the first is dropped');
    expect(logger.entries.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(adapter.state).toBe('listening');
  });

  it('is everybody else once the launcher is in, in the middle of their handshakes too', async () => {
    const key = randomKey();
    const { adapter, endpoint } = await listeningAt({ transport: 'tcp', key });
    const early = await connectStranger(endpoint);
    early.write(rawHello());
    await readBytes(early, 8 + 65);
    await timeToGetIn(adapter, endpoint, key);
    await readToTheEnd(early);
    const late = connect(addressOf(endpoint));
    const [error] = (await within(once(late, 'error'), 'the late one is refused')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('does not disturb the session: a connector that was first, without the key', async () => {
    const key = randomKey();
    const { adapter, endpoint } = await listeningAt({ transport: 'tcp', key });
    const first = await connectStranger(endpoint);
    first.write(rawFrame(0x01, Buffer.from('{"event":"initialized"}')));
    const launcher = launcherAt(endpoint, key);
    await within(Promise.all([launcher.connect(), adapter.accept()]), 'the launcher is in');
    await launcher.writeMessage({ event: 'true one' });
    expect(await within(adapter.readMessage(), 'a message')).toEqual({ event: 'true one' });
    await readToTheEnd(first);
  });
});

describe.runIf(posix)('once the launcher is in', () => {
  it('there is no socket file, and no directory', async () => {
    const key = randomKey();
    const { adapter, endpoint } = await listeningAt({ transport: localTransport, key });
    if (endpoint.transport !== 'unix') throw new Error('not a Unix socket');
    expect(existsSync(endpoint.path)).toBe(true);
    await timeToGetIn(adapter, endpoint, key);
    await eventually(() => !existsSync(dirname(endpoint.path)), 'the directory is gone');
    const late = connect(addressOf(endpoint));
    const [error] = (await within(once(late, 'error'), 'nobody is there')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ENOENT');
  });
});

/** Runs a program as another user; gives its exit code and all that it said. */
async function asNobody(script: string, args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['-e', script, ...args], {
    uid: 65_534,
    gid: 65_534,
    cwd: '/',
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (text) => (said += String(text)));
  child.stderr.on('data', (text) => (said += String(text)));
  const [code] = (await within(once(child, 'close'), 'the other user is done')) as [number | null];
  return { code, said };
}

const KNOCK = `require('net').connect(JSON.parse(process.argv[1]))
  .on('connect', () => { console.log('connected'); process.exit(0); })
  .on('error', (e) => { console.log(e.code); process.exit(1); });`;
const PRY = `const fs = require('fs');
  for (const [verb, path] of JSON.parse(process.argv[1])) {
    try { fs[verb](path); console.log(verb, 'worked'); } catch (e) { console.log(verb, e.code); }
  }`;

describe.runIf(process.getuid?.() === 0)('another user (needs root to become one)', () => {
  // The tests' own scratch directory is closed to others, which would prove nothing.
  let open = '';
  beforeEach(() => {
    const outer = process.env.TMPDIR;
    open = mkdtempSync('/tmp/open-');
    chmodSync(open, 0o777);
    process.env.TMPDIR = open;
    onTestFinished(() => {
      process.env.TMPDIR = outer;
      rmSync(open, { recursive: true });
    });
  });

  it('cannot connect to the Unix socket, nor list or enter its directory', async () => {
    const { endpoint } = await listeningAt({ transport: localTransport, key: randomKey() });
    const { path } = endpoint as { path: string };
    expect(lstatSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    expect(await asNobody(KNOCK, [JSON.stringify({ path })])).toEqual({ code: 1, said: 'EACCES\n' });
    const verbs = ['readdirSync', 'statSync', 'unlinkSync', 'rmdirSync'];
    const targets = verbs.map((verb) => [verb, verb === 'readdirSync' ? dirname(path) : path]);
    const { said } = await asNobody(PRY, [JSON.stringify(targets)]);
    expect(said).toBe(verbs.map((verb) => `${verb} EACCES\n`).join(''));
  });

  it('cannot connect to a socket in a directory that is open to all', async () => {
    const path = join(open, 'socket');
    await listeningAt({ transport: 'unix', path, key: randomKey() });
    expect(await asNobody(KNOCK, [JSON.stringify({ path })])).toEqual({ code: 1, said: 'EACCES\n' });
  });

  it('cannot read the key file, nor list or enter its directory', async () => {
    const manager = managerFor();
    await manager.createListener({ transport: localTransport });
    const path = manager.launcherEnv.DEBUG_ADAPTER_IPC_KEY_FILE ?? '';
    const targets = [
      ['readFileSync', path],
      ['statSync', path],
      ['readdirSync', dirname(path)],
      ['unlinkSync', path],
    ];
    const { said } = await asNobody(PRY, [JSON.stringify(targets)]);
    expect(said).toBe(targets.map(([verb]) => `${verb} EACCES\n`).join(''));
    expect(existsSync(path)).toBe(true);
  });

  it('reaches the TCP port, and gets nowhere', async () => {
    const logger = recordingLogger();
    const { adapter, endpoint } = await listeningAt({ transport: 'tcp', key: randomKey(), logger });
    expect(await asNobody(KNOCK, [JSON.stringify(addressOf(endpoint))])).toMatchObject({ code: 0 });
    await eventually(() => logger.entries.some(({ level }) => level === 'warn'), 'it is refused');
    expect(adapter.state).toBe('listening');
  });
});
