import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { frame } from '../support/dapClient.js';
import { eventually } from '../support/within.js';
import {
  clientOf,
  goneSoon,
  isRunning,
  lineOf,
  pidsOf,
  program,
  server,
  stdioClient,
} from '../support/programs.js';

const QUICK = { terminateTimeoutMs: 400 };

/** True if the process has used 0.3 s of processor time, more than it needs to start. Linux only. */
function isBusy(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[11]) > 30;
}

function countOf(names: readonly string[], name: string): number {
  return names.filter((one) => one === name).length;
}

describe('a program that ends', () => {
  it.each([
    ['naturally', 0],
    ['exit3', 3],
    ['exitCode4', 4],
    ['throws', 1],
    ['sigkill', 137],
    ['sigterm', 143],
  ])('%s: is told with exit code %i, once, behind all output', async (way, exitCode) => {
    const { client } = stdioClient();
    await client.start({ program: program('ends.cjs'), args: [way] });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode });
    await client.waitForEvent('terminated');
    expect(client.output('stdout')).toBe('before\n');
    if (way === 'throws') expect(client.output('stderr')).toContain('Error: uncaught here');
    const signal = /SIGKILL|SIGTERM/.exec(client.output('console'))?.[0];
    expect(signal).toBe({ sigkill: 'SIGKILL', sigterm: 'SIGTERM' }[way]);
    await client.request('disconnect');
    const names = client.events.map(({ event }) => event);
    expect(names.slice(-2)).toEqual(['exited', 'terminated']);
    expect([countOf(names, 'exited'), countOf(names, 'terminated')]).toEqual([1, 1]);
  });

  it('has all of a flood of output before it', async () => {
    const { client } = stdioClient();
    await client.start({ program: program('floods.cjs') });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 5 });
    expect(client.output('stdout').length).toBeGreaterThan(1024 * 1024);
    expect(client.output('stdout')).toMatch(/the end of stdout$/);
    expect(client.output('stderr')).toHaveLength(client.output('stdout').length - 'the end of stdout'.length);
    await client.request('disconnect');
  });

  it('has its characters whole', async () => {
    const { client } = stdioClient();
    await client.start({ program: program('splitsCharacters.cjs') });
    await client.waitForEvent('terminated');
    expect(client.output('stdout')).toBe('hé ✓ 𝄞\n');
    await client.request('disconnect');
  });

  it('is not held up by a process that it left behind with its stdout, which lives on', async () => {
    const { client } = stdioClient();
    await client.start({ program: program('leavesChild.cjs') });
    const [pid] = await pidsOf(client);
    expect(await client.waitForEvent('exited', undefined, 3_000)).toEqual({ exitCode: 0 });
    await client.request('disconnect');
    expect(isRunning(pid ?? 0)).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('ending a program (signals are POSIX)', () => {
  it('terminate lets its own handlers run', async () => {
    const { client } = stdioClient();
    await client.start({ program: program('endsProperly.cjs') });
    await client.waitForEvent('output');
    await client.request('terminate');
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 6 });
    expect(client.output('stdout')).toBe('running\nputting things away\n');
    await client.request('disconnect');
  });

  it('terminate goes on to force where asking does not help', async () => {
    const { client } = stdioClient();
    await client.start({ program: program('ignoresSigterm.cjs'), ...QUICK });
    const pids = await pidsOf(client);
    await client.request('terminate');
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 137 });
    await goneSoon(pids);
    await client.request('disconnect');
  });

  it('disconnect ends it, and all it started, before it is answered', async () => {
    const { client, exited } = stdioClient();
    await client.start({ program: program('ignoresSigterm.cjs'), ...QUICK });
    const pids = await pidsOf(client);
    await client.request('disconnect');
    expect(pids.map(isRunning)).toEqual([false, false]);
    expect(client.events.slice(-2)).toMatchObject([{ body: { exitCode: 137 } }, { event: 'terminated' }]);
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('disconnect ends one that stands at a breakpoint', async () => {
    const { client, exited } = stdioClient();
    await client.start({ program: program('steps.cjs'), stopOnEntry: true });
    await client.waitForEvent('stopped');
    await client.request('disconnect', { terminateDebuggee: true });
    expect(client.events.slice(-1)).toMatchObject([{ event: 'terminated' }]);
    await exited;
  });

  it('disconnect lets it run on, and write on, where it is asked to', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'runs-on-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const proof = join(directory, 'proof');
    const { client, exited } = stdioClient();
    await client.start({ program: program('writesOn.cjs'), args: [proof] });
    const [pid = 0] = await pidsOf(client);
    await client.request('disconnect', { terminateDebuggee: false });
    await exited;
    const size = () => (existsSync(proof) ? readFileSync(proof).length : 0);
    const before = size();
    await eventually(() => size() > before + 10, 'more signs of life');
    process.kill(pid, 'SIGKILL');
    await goneSoon([pid]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('a %s to the adapter ends it', async (signal) => {
    const { client, child, exited } = stdioClient();
    await client.start({ program: program('busyLoop.cjs'), ...QUICK });
    const pids = await pidsOf(client);
    child.kill(signal);
    expect(await exited).toEqual({ code: 0, signal: null });
    await goneSoon(pids);
    expect(client.events.at(-1)).toMatchObject({ event: 'terminated' });
  });

  it('a client that goes away ends it', async () => {
    const { client, child, exited } = stdioClient();
    await client.start({ program: program('ignoresSigterm.cjs'), ...QUICK });
    const pids = await pidsOf(client);
    child.stdin?.end();
    expect(await exited).toEqual({ code: 0, signal: null });
    await goneSoon(pids);
  });

  it('a client that goes away, and does not read either, ends it', async () => {
    const { client, child, exited } = stdioClient();
    await client.start({ program: program('busyLoop.cjs'), ...QUICK });
    const pids = await pidsOf(client);
    child.stdout?.destroy();
    child.stdin?.destroy();
    expect(await exited).toEqual({ code: 0, signal: null });
    await goneSoon(pids);
  });

  it('a client that sends what is no DAP ends it, and stderr says why', async () => {
    const adapter = stdioClient();
    const { client, exited } = adapter;
    await client.start({ program: program('runsOn.cjs'), ...QUICK });
    await client.waitForEvent('output');
    client.sendRaw(frame('{"seq":'));
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(adapter.stderr()).toMatch(/^debug-adapter-ipc: session ended: .*JSON.*\n$/);
    expect(client.events.at(-1)).toMatchObject({ event: 'terminated' });
  });

  it.each(['busyLoop.cjs', 'ignoresSigterm.cjs'])('the death of the adapter ends %s', async (name) => {
    const { client, child, exited } = stdioClient();
    await client.start({ program: program(name), ...QUICK });
    const pids = await pidsOf(client);
    child.kill('SIGKILL');
    await exited;
    await goneSoon(pids, 10_000);
  });

  it('the death of the adapter leaves it running, and writing, where the launch asked for that', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'runs-on-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const proof = join(directory, 'proof');
    const { client, child, exited } = stdioClient();
    await client.start({ program: program('writesOn.cjs'), args: [proof], keepRunning: true });
    const [pid = 0] = await pidsOf(client);
    child.kill('SIGKILL');
    await exited;
    const size = () => (existsSync(proof) ? readFileSync(proof).length : 0);
    const before = size();
    await eventually(() => size() > before + 20, 'more signs of life');
    process.kill(pid, 'SIGKILL');
    await goneSoon([pid]);
  });

  it('an expression that does not end does not outlive the adapter, also before the start', async () => {
    const { client, child, exited } = stdioClient();
    await client.request('initialize', { adapterID: 'test', pathFormat: 'path' });
    void client.request('launch', { program: program('runsOn.cjs') }).catch(() => undefined);
    await client.waitForEvent('initialized');
    const { systemProcessId: pid } = await client.waitForEvent<{ systemProcessId: number }>('process');
    client.send('evaluate', { expression: 'for (;;);', context: 'repl' });
    await eventually(() => isBusy(pid), 'the expression');
    child.kill('SIGKILL');
    await exited;
    await goneSoon([pid]);
  });

  it('terminate is not held up by a breakpoint in a handler of SIGTERM', async () => {
    const { client } = stdioClient();
    const path = program('endsProperly.cjs');
    await client.start({ program: path }, { [path]: [lineOf(path, 'handler')] });
    await client.waitForEvent('output');
    await client.request('terminate');
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 6 });
    await client.request('disconnect');
  });

  it("the debugger's memory is not limited by the program's heap", async () => {
    const { client } = stdioClient();
    const runtimeArgs = ['--max-old-space-size=24'];
    const path = program('ends.cjs');
    await client.start({ program: path, args: ['exit3'], runtimeArgs, stopOnEntry: true });
    const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
    const { stackFrames } = await client.request<{ stackFrames: { id: number }[] }>('stackTrace', {
      threadId,
    });
    const expression = "Array.from({ length: 20000 }, (_, i) => 'x'.repeat(100) + i)";
    const frameId = stackFrames[0]?.id;
    const { variablesReference } = await client.request('evaluate', { expression, frameId });
    for (let start = 0; start < 20_000; start += 10_000) {
      const range = { variablesReference, filter: 'indexed', start, count: 10_000 };
      const { variables } = await client.request<{ variables: object[] }>('variables', range);
      expect(variables).toHaveLength(10_000);
    }
    await client.request('continue', { threadId });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 3 });
    await client.request('disconnect');
  });

  it('the death of the adapter leaves it running where the launch asked for that', async () => {
    const { client, child, exited } = stdioClient();
    await client.start({ program: program('busyLoop.cjs'), keepRunning: true });
    const pids = await pidsOf(client);
    child.kill('SIGKILL');
    await exited;
    await expect(goneSoon(pids.slice(0, 1), 500)).rejects.toThrow('did not happen');
  });
});

describe('an adapter that serves', () => {
  it('keeps several sessions apart, and one that fails from the others', async () => {
    const { port } = await server();
    const [one, two, bad] = [await clientOf(port), await clientOf(port), await clientOf(port)];
    await Promise.all([
      one.start({ program: program('steps.cjs'), args: ['1'], stopOnEntry: true }),
      two.start({ program: program('steps.cjs'), args: ['2'], stopOnEntry: true }),
    ]);
    await Promise.all([one.waitForEvent('stopped'), two.waitForEvent('stopped')]);
    bad.sendRaw('nonsense\r\n\r\n');
    await bad.closed;
    await one.request('continue', { threadId: 1 });
    expect(await one.waitForEvent('exited')).toEqual({ exitCode: 1 });
    expect(two.events.some(({ event }) => event === 'exited')).toBe(false);
    one.toAdapter.destroy();
    await two.request('continue', { threadId: 1 });
    expect(await two.waitForEvent('exited')).toEqual({ exitCode: 2 });
    await two.request('disconnect');
    const three = await clientOf(port);
    await three.start({ program: program('ends.cjs'), args: ['exit3'] });
    expect(await three.waitForEvent('exited')).toEqual({ exitCode: 3 });
    await three.request('disconnect');
  });

  it.skipIf(process.platform === 'win32')('ends every program on SIGTERM (a POSIX signal)', async () => {
    const { port, child, exited } = await server();
    const clients = [await clientOf(port), await clientOf(port)];
    const pids: number[] = [];
    for (const client of clients) {
      await client.start({ program: program('busyLoop.cjs'), ...QUICK });
      pids.push(...(await pidsOf(client)));
    }
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
    await goneSoon(pids);
    for (const client of clients) expect(client.events.at(-1)).toMatchObject({ event: 'terminated' });
  });

  it('ends the program of a client that drops its connection', async () => {
    const { port } = await server();
    const client = await clientOf(port);
    await client.start({ program: program('busyLoop.cjs'), ...QUICK });
    const pids = await pidsOf(client);
    client.fromAdapter.destroy();
    await goneSoon(pids);
  });

  it('still tells a client that has closed its own side how its program ended', async () => {
    const { port } = await server();
    const client = await clientOf(port);
    await client.start({ program: program('endsProperly.cjs') });
    await client.waitForEvent('output');
    client.toAdapter.end();
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 6 });
    await client.closed;
  });
});
