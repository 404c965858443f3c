import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AdapterServer } from '../../src/adapter/serving/serverAdapter.js';
import type { ServerOptions } from '../../src/adapter/serving/serverAdapter.js';
import { DEFAULT_SERVER_LIMITS } from '../../src/ipc/core/limits.js';
import { DapClient, frame } from '../support/dapClient.js';
import { clientOf, server } from '../support/programs.js';
import { rejectionOf } from '../support/rejection.js';
import { eventually, within } from '../support/within.js';
import { asOtherUser, whyNoOtherUser } from './support/otherUser.js';
import { readToTheEnd } from './support/sessions.js';

const MIB = 1024 * 1024;
const { maxInitializeBytes, maxUninitialized } = DEFAULT_SERVER_LIMITS;
const noOtherUser = whyNoOtherUser();
const skipName = noOtherUser === undefined ? '' : ` (skipped: ${noOtherUser})`;
const NEVER_MS = 60_000;

async function listen(options: ServerOptions = {}) {
  const reports: string[] = [];
  const adapter = await AdapterServer.listen(0, {
    reportError: (message) => reports.push(message),
    allowOtherUsers: true,
    ...options,
  });
  onTestFinished(() => adapter.close());
  return { port: adapter.port, reports };
}

async function connectTo(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** The request `initialize`, as a message of exactly this many bytes. */
function initializeOf(bytes: number): string {
  const message = { seq: 1, type: 'request', command: 'initialize', arguments: { adapterID: '' } };
  message.arguments.adapterID = 'x'.repeat(bytes - JSON.stringify(message).length);
  return frame(JSON.stringify(message));
}

function otherRequest(seq: number, bytes: number): string {
  const message = { seq, type: 'request', command: 'threads', arguments: { x: '' } };
  message.arguments.x = 'x'.repeat(bytes - frame(JSON.stringify(message)).length);
  return frame(JSON.stringify(message)).padEnd(bytes);
}

/** Memory of a process in MiB, at its highest. */
function peakOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** The number of descriptors of a process. */
function descriptorsOf(pid: number | undefined): number {
  return readdirSync(`/proc/${String(pid)}/fd`).length;
}

describe('initializeTimeoutMs', () => {
  const limits = { initializeTimeoutMs: 200 };

  it.each([
    ['nothing', ''],
    ['half a header', 'Content-Le'],
    ['half a message', initializeOf(1000).slice(0, 500)],
    ['another request', frame('{"seq":1,"type":"request","command":"threads"}')],
  ])('ends a client that sends %s, with the reason', async (_, bytes) => {
    const { port, reports } = await listen({ limits });
    const socket = await connectTo(port);
    socket.write(bytes);
    const got = (await readToTheEnd(socket)).toString();
    expect(got).toContain('no \\"initialize\\" has come within 200 ms');
    expect(reports).toEqual([expect.stringContaining('within 200 ms')]);
  });

  it('is over with initialize', async () => {
    const { port } = await listen({ limits });
    const client = await clientOf(port);
    await client.request('initialize', { adapterID: 'x' });
    // The other client came later: when its time is over, that of the first would be, too.
    await readToTheEnd(await connectTo(port));
    expect(await client.ask('threads')).toMatchObject({ success: false });
  });

  it('ends a client that sends no token', async () => {
    const tokenFile = `${process.env.TMPDIR ?? '/tmp'}/token-${process.pid}`;
    onTestFinished(() => rmSync(tokenFile, { force: true }));
    const { port } = await listen({ limits, tokenFile });
    expect((await readToTheEnd(await connectTo(port))).toString()).toContain('within 200 ms');
  });
});

describe('maxUninitialized', () => {
  it('is how many clients may be without initialize; one more ends the oldest', async () => {
    const { port } = await listen({ limits: { maxUninitialized: 3, initializeTimeoutMs: NEVER_MS } });
    const initialized = await clientOf(port);
    await initialized.request('initialize', { adapterID: 'x' });
    const sockets: Socket[] = [];
    for (let count = 0; count < 3; count += 1) sockets.push(await connectTo(port));
    await (await clientOf(port)).request('initialize', { adapterID: 'x' });
    const [oldest, ...others] = sockets;
    if (oldest === undefined) throw new Error('there is no socket');
    expect((await readToTheEnd(oldest)).toString()).toContain('3 clients that came later');
    for (const socket of others) {
      const client = new DapClient(socket, socket);
      await client.request('initialize', { adapterID: 'x' });
    }
    expect(await initialized.ask('threads')).toMatchObject({ success: false });
  });

  it('reports a flood of refusals in few lines', async () => {
    const { port, reports } = await listen({
      limits: { maxUninitialized: 1, initializeTimeoutMs: NEVER_MS },
    });
    for (let count = 0; count < 50; count += 1) await connectTo(port);
    await (await clientOf(port)).request('initialize', { adapterID: 'x' });
    expect(reports.length).toBeLessThan(20);
  });
});

describe('maxInitializeBytes', () => {
  it('is the longest first message; a longer one is refused by its length alone', async () => {
    const { port } = await listen();
    const client = await clientOf(port);
    client.sendRaw(initializeOf(maxInitializeBytes - 100));
    expect(await client.responseTo(1)).toMatchObject({ success: true });
    const socket = await connectTo(port);
    socket.write(`Content-Length: ${maxInitializeBytes + 1}\r\n\r\n`);
    const got = (await readToTheEnd(socket)).toString();
    expect(got).toMatch(/too large to come before .*initialize.*65537 bytes: maxFrameBytes is 65536/);
  });

  it('counts all messages before initialize together', async () => {
    const { port } = await listen();
    const socket = await connectTo(port);
    for (let seq = 1; seq <= 20; seq += 1) socket.write(otherRequest(seq, 8_000).trim());
    expect((await readToTheEnd(socket)).toString()).toContain('too many bytes came before');
  });

  it('is over with initialize, also for what follows in the same piece', async () => {
    const { port } = await listen();
    const client = await clientOf(port);
    const large = frame(
      JSON.stringify({ seq: 2, type: 'request', command: 'threads', arguments: { x: 'x'.repeat(MIB) } }),
    );
    client.sendRaw(initializeOf(1000) + large);
    expect(await client.responseTo(2)).toMatchObject({ command: 'threads', success: false });
  });
});

describe.each(['initializeTimeoutMs', 'maxUninitialized', 'maxInitializeBytes'] as const)('%s', (name) => {
  it('must be above 0', async () => {
    for (const value of [0, -1, Number.NaN]) {
      const error = await rejectionOf(AdapterServer.listen(0, { limits: { [name]: value } }));
      expect(error).toMatchObject({
        code: 'ERR_IPC_CONFIG',
        message: expect.stringContaining(name) as string,
      });
    }
  });
});

describe('--max-frame-bytes', () => {
  it('is the longest message of a client, also after initialize', async () => {
    const { port } = await server(['--server=0', '--server-allow-other-users', '--max-frame-bytes', '5000']);
    const client = await clientOf(port);
    await client.request('initialize', { adapterID: 'x' });
    expect(await client.ask('threads', { x: 'x'.repeat(4_000) })).toMatchObject({ success: false });
    client.send('threads', { x: 'x'.repeat(5_000) });
    await within(client.closed, 'the end of the session');
  });
});

describe.skipIf(process.platform !== 'linux')('strangers at a server', () => {
  const args = ['--server=0', '--server-allow-other-users'];

  /** Code that opens connections, which stay, and prints DONE. */
  function opening(port: number, count: number, afterwards: string): string {
    return `
      const net = require('net');
      let left = ${count};
      const done = () => { left -= 1; if (left === 0) console.log('DONE'); };
      for (let count = 0; count < ${count}; count += 1) {
        const socket = net.connect(${port}, '127.0.0.1', () => { ${afterwards} });
        socket.on('error', done);
      }
      setInterval(() => {}, 1000);`;
  }

  it.each([
    ['refused', ['--server=0']],
    ['let in', args],
  ])(`with 1,500 idle connections keep nobody out: %s${skipName}`, { timeout: 60_000 }, async (_, flags) => {
    if (noOtherUser !== undefined) return;
    const adapter = await server(flags);
    await asOtherUser(opening(adapter.port, 1_500, 'done();')).printed('DONE');
    const client = await clientOf(adapter.port);
    await client.request('initialize', { adapterID: 'x' });
    const { pid } = adapter.child;
    await eventually(() => descriptorsOf(pid) <= maxUninitialized + 40, 'the connections are closed', 20_000);
    expect(peakOf(pid)).toBeLessThan(250);
  });

  it.skipIf(noOtherUser)(
    `with 20 half messages of 63 MiB take no memory${skipName}`,
    { timeout: 60_000 },
    async () => {
      const adapter = await server(args);
      const before = peakOf(adapter.child.pid);
      const half = `socket.write('Content-Length: 66900000\\r\\n\\r\\n');
      socket.write(globalThis.body ??= Buffer.alloc(63 * 1024 * 1024, 32), done);`;
      await asOtherUser(opening(adapter.port, 20, half)).printed('DONE');
      await (await clientOf(adapter.port)).request('initialize', { adapterID: 'x' });
      expect(peakOf(adapter.child.pid) - before).toBeLessThan(100);
    },
  );
});
