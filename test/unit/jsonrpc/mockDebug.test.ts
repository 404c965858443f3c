import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DapClient } from '../../support/dapClient.js';
import { killAndWait, exitOf } from '../../support/fixtureProcess.js';
import { eventually, within } from '../../support/within.js';

const folder = fileURLToPath(new URL('../../../examples/mockDebug/', import.meta.url));
const program = `${folder}program.txt`;
const LAST_BREAKPOINT = 5;

/** Starts the example's adapter, and a client over its stdin and stdout. */
function startAdapter() {
  const child = spawn(process.execPath, [`${folder}adapter.js`], { stdio: 'pipe' });
  onTestFinished(() => killAndWait(child));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    child,
    client: new DapClient(child.stdin, child.stdout, () => `Its stderr: ${stderr}`),
    stderr: () => stderr,
  };
}

/** Starts a session that is stopped at the breakpoint in line 4. */
async function stoppedSession() {
  const adapter = startAdapter();
  const { client } = adapter;
  await client.start({ program }, { [program]: [4, LAST_BREAKPOINT, 99] });
  const { systemProcessId } = await client.waitForEvent<{ systemProcessId: number }>('process');
  await client.waitForEvent('stopped');
  return { ...adapter, launcherPid: systemProcessId };
}

/** True if the process runs. On Linux, a process that has ended and was not reaped yet does not count. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('the example mockDebug', () => {
  it('debugs a program whose runtime is in a process of its own, to the end', async () => {
    const { client, child, launcherPid, stderr } = await stoppedSession();
    expect(launcherPid).not.toBe(child.pid);
    expect(client.responses.find(({ command }) => command === 'setBreakpoints')?.body).toEqual({
      breakpoints: [
        { line: 4, verified: true },
        { line: LAST_BREAKPOINT, verified: true },
        { line: 99, verified: false },
      ],
    });
    expect(client.output('stdout')).toBe('good morning\n');
    const stack = await client.request('stackTrace', { threadId: 1 });
    expect(stack).toMatchObject({ stackFrames: [{ line: 4, source: { path: program } }] });
    await client.request('scopes', { frameId: 1 });
    expect(await client.request('variables', { variablesReference: 1 })).toMatchObject({
      variables: [
        { name: 'customer', value: 'Ada' },
        { name: 'bolts', value: '120' },
      ],
    });
    await client.request('continue', { threadId: 1 });
    await client.waitForEvent('stopped');
    expect(await client.request('stackTrace', { threadId: 1 })).toMatchObject({
      stackFrames: [{ line: LAST_BREAKPOINT }],
    });
    await client.request('continue', { threadId: 1 });
    await client.waitForEvent('terminated');
    expect(client.output('stdout')).toBe('good morning\nshipped\ngood night\n');
    await client.request('disconnect');
    expect(await exitOf(child)).toEqual({ code: 0, signal: null });
    await eventually(() => !isRunning(launcherPid), 'the launcher is gone');
    expect(stderr()).toBe('');
  });

  it('tells the client when the runtime is killed, and answers what it asks then', async () => {
    const { client, launcherPid } = await stoppedSession();
    process.kill(launcherPid, 'SIGKILL');
    await client.waitForEvent('terminated');
    const refused = await within(client.ask('stackTrace', { threadId: 1 }), 'the refusal');
    expect(refused).toMatchObject({ success: false, message: 'Connection is closed.' });
    await client.request('disconnect');
  });

  it('refuses to launch what is not there', async () => {
    const { client } = startAdapter();
    await client.request('initialize', { adapterID: 'test', pathFormat: 'path' });
    const refused = await client.ask('launch', { program: `${folder}missing.txt` });
    expect(refused).toMatchObject({ success: false, message: expect.stringContaining('ENOENT') as string });
    await client.request('disconnect');
  });

  it('takes its runtime with it when the client disconnects', async () => {
    const { client, launcherPid } = await stoppedSession();
    expect(isRunning(launcherPid)).toBe(true);
    await client.request('disconnect');
    await eventually(() => !isRunning(launcherPid), 'the launcher is gone');
  });
});
