import { readdirSync, readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { frame } from '../support/dapClient.js';
import { runCli } from '../support/cliProcess.js';
import { clientOf, goneSoon, program, server } from '../support/programs.js';
import { eventually, within } from '../support/within.js';
import { readToTheEnd } from './support/sessions.js';

const isLinux = process.platform === 'linux';
const ISOLATED = ['--server=0', '--isolate', '--server-allow-other-users'];
const START_MS = 20_000;
const MIB = 1024 * 1024;

/** The processes that a server has started. Linux only. */
function childrenOf(pid: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined; // It has ended.
  }
}

async function initialized(port: number) {
  const client = await clientOf(port);
  await within(client.request('initialize', { adapterID: 'x' }), 'the session', START_MS);
  return client;
}

describe('adapter --server --isolate', () => {
  it.runIf(isLinux)('answers others while one session takes any time over a long message', async () => {
    const { port, child } = await server(ISOLATED);
    const busy = await initialized(port);
    const [pid = 0] = childrenOf(child.pid);
    const other = await initialized(port);
    // A stopped process is as busy as can be, and for as long as the test wants.
    process.kill(pid, 'SIGSTOP');
    onTestFinished(() => void process.kill(pid, 'SIGCONT'));
    const long = busy.ask('threads', { text: 'x'.repeat(MIB) }, START_MS);
    await within(other.ask('threads'), 'the answer of the other session', START_MS);
    expect(busy.responses).toHaveLength(1);
    process.kill(pid, 'SIGCONT');
    expect((await long).message).toContain('needs a running program');
  });

  it('runs programs to their end, and ends each process with its session', async () => {
    const { port, child } = await server(ISOLATED);
    const client = await clientOf(port);
    const other = await initialized(port);
    const ended = client.waitForEvent('exited');
    await within(client.start({ program: program('writesLines.cjs') }), 'the start', START_MS);
    if (isLinux) expect(childrenOf(child.pid)).toHaveLength(2);
    expect(await within(ended, 'the end of the program', START_MS)).toEqual({ exitCode: 0 });
    await client.request('disconnect');
    await within(once(client.fromAdapter, 'close'), 'the end of the connection', START_MS);
    await other.ask('threads');
    if (isLinux) await eventually(() => childrenOf(child.pid).length === 1, 'one process is left', START_MS);
  });

  it.runIf(isLinux)('starts no process for a client that has not sent initialize', async () => {
    const { port, child } = await server(ISOLATED);
    const sockets = [
      '',
      'Content-Length: 100\r\n\r\n{',
      frame('{"seq":1,"type":"request","command":"threads"}'),
    ];
    for (const bytes of sockets) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      onTestFinished(() => void socket.destroy());
      await once(socket, 'connect');
      socket.write(bytes);
    }
    await initialized(port);
    expect(childrenOf(child.pid)).toHaveLength(1);
  });

  it.each([
    ['no DAP', 'GET / HTTP/1.1\r\n\r\n', /what is no DAP/],
    [
      'a message above the bound',
      `Content-Length: 70000\r\n\r\n${' '.repeat(70_000)}`,
      /too large to come before/,
    ],
  ])('refuses a client that sends %s, with the reason', async (_, bytes, why) => {
    const { port } = await server(ISOLATED);
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    socket.write(bytes);
    expect((await readToTheEnd(socket)).toString()).toMatch(why);
  });

  it.runIf(isLinux)('reports a process that dies to its client, and the others go on', async () => {
    const adapter = await server(ISOLATED);
    const victim = await initialized(adapter.port);
    const [pid = 0] = childrenOf(adapter.child.pid);
    const other = await initialized(adapter.port);
    const reason = victim.waitForEvent('output', (event) =>
      JSON.stringify(event).includes('was ended by SIGKILL'),
    );
    process.kill(pid, 'SIGKILL');
    await within(reason, 'the reason', START_MS);
    await eventually(() => adapter.stderr().includes('was ended by SIGKILL'), 'the report', START_MS);
    await other.ask('threads');
  });

  it.runIf(isLinux)('ends all of them with the server, also if the server is killed', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const { port, child, exited } = await server(ISOLATED);
      await Promise.all([initialized(port), initialized(port)]);
      const pids = childrenOf(child.pid);
      expect(pids).toHaveLength(2);
      child.kill(signal);
      await within(exited, 'the end of the server', START_MS);
      await goneSoon(pids, START_MS);
    }
  });

  it('takes the token before anything else, and passes nothing of it on', async () => {
    const directory = mkdtempSync(join(tmpdir(), 's-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'token');
    const { port } = await server(['--server=0', '--isolate', `--server-token-file=${file}`]);
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const initialize = frame(
      '{"seq":1,"type":"request","command":"initialize","arguments":{"adapterID":"x"}}',
    );
    socket.write(`Authorization: Bearer ${readFileSync(file, 'utf8').trim()}\r\n${initialize}`);
    let got = '';
    socket.on('data', (chunk: Buffer) => (got += chunk.toString()));
    await eventually(() => got.includes('"command":"initialize"'), 'the answer', START_MS);
  });

  it('goes with a server only', async () => {
    const { code, stderr } = await runCli(['adapter', '--isolate']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--isolate goes with --server')]);
  });
});
