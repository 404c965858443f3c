import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WarmLaunchers } from '../../../src/adapter/index.js';
import { AdapterServer } from '../../../src/adapter/serving/serverAdapter.js';
import { DapClient, PORT_ARGUMENTS, startServerProcess, startStdioClient } from '../../support/dapClient.js';
import { goneSoon, program } from '../../support/programs.js';
import { eventually } from '../../support/within.js';
import { hasProcFiles, listProcesses } from '../../../src/processes/listing/procFiles.js';

const surroundings = program('surroundings.cjs');
/** Longer than the time after which the next launcher is started. */
const NEXT_MS = 15_000;

async function serverWith(warmLaunchers: WarmLaunchers): Promise<DapClient> {
  const server = await AdapterServer.listen(0, {
    warmLaunchers,
    reportError: () => undefined,
    allowOtherUsers: process.platform !== 'linux',
  });
  onTestFinished(async () => {
    warmLaunchers.close();
    await server.close();
  });
  return await DapClient.connect(server.port);
}

function ready(options?: { keepsOne: boolean }): { warm: WarmLaunchers; pid: number } {
  const warm = new WarmLaunchers(options);
  warm.prepare();
  return { warm, pid: warm.pid ?? 0 };
}

/** Launches the program, which prints its surroundings. Returns these. */
async function launched(client: DapClient, args: object = {}) {
  await client.start({ program: surroundings, ...args });
  const { systemProcessId } = await client.waitForEvent<{ systemProcessId: number }>('process');
  await client.waitForEvent('terminated');
  const seen = JSON.parse(client.output('stdout')) as Surroundings;
  expect(seen.pid).toBe(systemProcessId);
  return seen;
}

interface Surroundings {
  readonly pid: number;
  readonly argv: string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
}

describe('a launcher that is started before it is asked for', () => {
  it('runs the next launch, with its directory, environment and arguments', async () => {
    const { warm, pid } = ready({ keepsOne: false });
    const directory = realpathSync(mkdtempSync(join(tmpdir(), 'warm-')));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const client = await serverWith(warm);
    const seen = await launched(client, {
      cwd: directory,
      args: ['a', '--b'],
      env: { MADE_BY: 'the launch', NODE_ENV: 'test' },
    });
    expect(seen).toMatchObject({ pid, cwd: directory, argv: ['a', '--b'] });
    expect(seen.env).toMatchObject({ MADE_BY: 'the launch', NODE_ENV: 'test' });
    expect(Object.keys(seen.env).filter((name) => name.startsWith('DEBUG_ADAPTER_IPC'))).toEqual([]);
    expect(warm.pid).toBeUndefined();
  });

  it('has the environment of the launch, not that of its own start', async () => {
    process.env.SET_BEFORE = 'the start';
    const { warm, pid } = ready({ keepsOne: false });
    delete process.env.SET_BEFORE;
    const seen = await launched(await serverWith(warm));
    expect(seen.pid).toBe(pid);
    expect(seen.env).not.toHaveProperty('SET_BEFORE');
  });

  it('stops at the entry, as any other', async () => {
    const { warm, pid } = ready({ keepsOne: false });
    const client = await serverWith(warm);
    await client.start({ program: surroundings, stopOnEntry: true });
    expect(await client.waitForEvent('process')).toMatchObject({ systemProcessId: pid });
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'entry' });
    await client.request('disconnect', { terminateDebuggee: true });
    await goneSoon([pid]);
  });

  it.each([
    ['another runtime argument', { runtimeArgs: ['--stack-trace-limit=3'] }],
    ['a variable that Node.js reads when it starts', { env: { NODE_OPTIONS: '--no-warnings' } }],
    ['another locale', { env: { LC_ALL: 'tr_TR.UTF-8' } }],
    ['no debugger', { noDebug: true }],
  ])('leaves a launch with %s to a launcher of its own', async (_what, args) => {
    const { warm, pid } = ready({ keepsOne: false });
    const client = await serverWith(warm);
    await client.start({ program: surroundings, ...args });
    await client.waitForEvent('terminated');
    expect((JSON.parse(client.output('stdout')) as Surroundings).pid).not.toBe(pid);
    await goneSoon([pid]); // No other launch comes.
  });

  it('does no harm to the next launch if it is killed before', async () => {
    const { warm, pid } = ready({ keepsOne: false });
    const client = await serverWith(warm);
    process.kill(pid, 'SIGKILL');
    await eventually(() => warm.pid === undefined, 'the end of the launcher is noticed', NEXT_MS);
    expect((await launched(client)).pid).not.toBe(pid);
  });

  it('is followed by another', async () => {
    const { warm, pid } = ready();
    const client = await serverWith(warm);
    await launched(client);
    await eventually(() => warm.pid !== undefined, 'the next launcher', NEXT_MS);
    const next = warm.pid ?? 0;
    expect(next).not.toBe(pid);
    warm.close();
    await goneSoon([next]);
  });

  it('leaves the error for a directory that is not there as it is', async () => {
    const { warm } = ready({ keepsOne: false });
    const client = await serverWith(warm);
    const started = client.start({ program: surroundings, cwd: join(tmpdir(), 'not', 'there') });
    await expect(started).rejects.toThrow(/not.*there/);
  });
});

// Without /proc the processes are not found.
describe.runIf(hasProcFiles)('the adapter as a command', () => {
  it('keeps one as a server, which ends however the server ends', async () => {
    const server = await startServerProcess();
    onTestFinished(() => void server.child.kill('SIGKILL'));
    const pid = await onlyChildOf(server.child.pid ?? 0);
    server.child.kill('SIGKILL');
    await goneSoon([pid]);
  });

  it('keeps none where it is told not to', async () => {
    const server = await startServerProcess([...PORT_ARGUMENTS, '--no-warm-launcher']);
    onTestFinished(() => void server.child.kill('SIGKILL'));
    const { client, child } = startStdioClient(['--no-warm-launcher']);
    await client.request('initialize', { adapterID: 'test' });
    expect([...childrenOf(server.child.pid ?? 0), ...childrenOf(child.pid ?? 0)]).toEqual([]);
    child.stdin?.end();
  });

  it('starts one over stdio, which runs the launch and has no other after it', async () => {
    const { client, child } = startStdioClient();
    const pid = await onlyChildOf(child.pid ?? 0);
    expect((await launched(client)).pid).toBe(pid);
    child.stdin?.end();
    await goneSoon([pid]);
  });

  it.each([
    ['the session attaches', 'attach', { keyFile: join(tmpdir(), 'not', 'there') }],
    ['the launch fails', 'launch', { program: join(tmpdir(), 'not', 'there.js') }],
    ['the launch cannot use it', 'launch', { program: surroundings, runtimeArgs: ['--no-warnings'] }],
  ])('ends the one over stdio when %s', async (_when, command, args) => {
    const { client, child } = startStdioClient();
    await client.request('initialize', { adapterID: 'test' });
    const pid = await onlyChildOf(child.pid ?? 0);
    await client.request(command, args).catch(() => undefined);
    await goneSoon([pid]);
    child.stdin?.end();
  });

  it('ends the one over stdio with the adapter, which may be killed before it is asked for anything', async () => {
    const { client, child } = startStdioClient();
    await client.request('initialize', { adapterID: 'test' });
    const pid = await onlyChildOf(child.pid ?? 0);
    child.kill('SIGKILL');
    await goneSoon([pid]);
  });
});

function childrenOf(parent: number): number[] {
  return listProcesses()
    .filter((row) => row.parent === parent)
    .map(({ pid }) => pid);
}

async function onlyChildOf(pid: number): Promise<number> {
  await eventually(() => childrenOf(pid).length === 1, `one child of ${pid}`, NEXT_MS);
  return childrenOf(pid)[0] ?? 0;
}
