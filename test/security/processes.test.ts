import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identifyReported, signalGroupOf, signalProcess } from '../../src/processes/processIdentity.js';
import { readProcess, userOf } from '../../src/processes/listing/procFiles.js';
import { ProcessTree } from '../../src/processes/processTree.js';
import { processSpace } from '../../src/ipc/index.js';
import { isRunning, stdioClient } from '../support/programs.js';
import { eventually, within } from '../support/within.js';
import { localTransport } from '../support/platform.js';

const LISTENER = fileURLToPath(new URL('fixtures/hostileListener.mjs', import.meta.url));
const LINUX = process.platform === 'linux';
/** The time in which a process starts on a machine that is busy, in milliseconds. */
const READY_MS = 15_000;
const NOBODY_ID = 65_534;
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const OTHER_PIDS = ['unshare', '--pid', '--fork', '--mount-proc'];

/** True if this machine can run a command in that way. */
function canRun(under: readonly string[]): boolean {
  const [command = '', ...args] = [...under, 'true'];
  return LINUX && spawnSync(command, args).status === 0;
}

/** Starts a process that leads a group, and ends it with the test. */
function victim(under: readonly string[] = []): ChildProcess & { readonly pid: number } {
  const [command = '', ...args] = [...under, 'sleep', '60'];
  const child = spawn(command, args, { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { pid } = child;
  if (pid === undefined) throw new Error('no process could be started');
  return Object.assign(child, { pid });
}

function isGroupThere(leader: number): boolean {
  try {
    return process.kill(-leader, 0);
  } catch {
    return false;
  }
}

/** Attaches to a listener that reports these process ids, and asks for its end. */
async function endOf(reported: readonly unknown[], transport: string, under: readonly string[] = []) {
  // Not the tests' own directory, which other users cannot enter.
  const directory = mkdtempSync('/tmp/processes-');
  chmodSync(directory, 0o777);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const keyFile = join(directory, 'key');
  const argv = [...under, process.execPath, LISTENER, keyFile, transport, JSON.stringify(reported)];
  const [command = '', ...args] = [...argv, processSpace()];
  const listener = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(listener, 'close');
  onTestFinished(async () => {
    // The group has the listener in it, also where other commands run it.
    if (listener.pid !== undefined && isGroupThere(listener.pid)) process.kill(-listener.pid, 'SIGKILL');
    listener.stdout.resume();
    await closed;
  });
  await within(once(listener.stdout, 'data'), 'the listener is ready', READY_MS);
  // The user has taken the key over: a key file of another user is refused.
  chownSync(keyFile, process.getuid?.() ?? 0, process.getgid?.() ?? 0);

  const { client, exited } = stdioClient();
  await client.start({ keyFile, terminateTimeoutMs: 200 }, {}, { request: 'attach' });
  await client.request('threads'); // All that the listener reports was sent before this response.
  await client.request('disconnect', { terminateDebuggee: true });
  expect(await exited, 'the adapter ends by itself').toEqual({ code: 0, signal: null });
  return { listener, important: client.output('important') };
}

describe.skipIf(!LINUX)(
  'a process id that a peer reports (Linux; macOS in psTable.test.ts, never on Windows)',
  () => {
    it.each([0, 1, -1, -0, NaN, Infinity, -Infinity, 1.5, 2 ** 31, 2 ** 53, 1e300, 4_194_305])(
      'is not %d',
      (reported) => {
        expect(identifyReported(reported)).toBeUndefined();
      },
    );

    it.each(['1234', null, undefined, true, {}, [4], 12n])('is not of another type: %s', (reported) => {
      expect(identifyReported(reported)).toBeUndefined();
    });

    it('is not that of the adapter, of a thread or of a process that has ended', async () => {
      const [, thread] = readdirSync('/proc/self/task').map(Number);
      expect(readProcess(thread ?? 0), 'the system has a file for each thread').toBeDefined();
      expect([process.pid, thread].map((pid) => identifyReported(pid))).toEqual([undefined, undefined]);
      const child = victim();
      expect(identifyReported(child.pid)).toMatchObject({ pid: child.pid, user: process.getuid?.() });
      expect(identifyReported(-child.pid)).toBeUndefined();
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(identifyReported(child.pid)).toBeUndefined();
    });

    it.skipIf(!canRun(NOBODY))("is not another user's (needs setpriv and root)", async () => {
      const { pid } = victim(NOBODY);
      await eventually(() => userOf(pid) === NOBODY_ID, 'setpriv has changed the user');
      expect(identifyReported(pid)).toBeUndefined();
    });

    it('is not signalled once another process has it, and no group is that it does not lead', async () => {
      const child = victim();
      const row = readProcess(child.pid);
      if (row === undefined) throw new Error('the process has ended');
      const earlier = { pid: child.pid, startTime: row.startTime - 1 };
      expect(signalProcess(earlier, 'SIGKILL')).toBe(false);
      expect(signalProcess({ ...row, user: 4_000_000 }, 'SIGKILL')).toBe(false);
      expect(new ProcessTree(earlier).signal('SIGKILL')).toBe(false);
      for (const leader of [0, 1, -1, readProcess(process.pid)?.group ?? 0]) {
        expect(signalGroupOf(leader, 'SIGKILL')).toBe(false);
      }
      expect(isRunning(child.pid)).toBe(true);
      expect(signalProcess(row, 'SIGKILL')).toBe(true);
      await once(child, 'exit');
    });
  },
);

describe.skipIf(!LINUX)('an attached program that does not end', () => {
  const forged = (pid: number): unknown[] => [0, 1, -1, -pid, 1.5, null, '1', `${pid}`, 1e300, [pid], pid];

  it.each(['tcp', localTransport])('has no other process ended by a forged id (%s)', async (transport) => {
    const { pid } = victim();
    const { listener, important } = await endOf(forged(pid), transport);
    expect(important).toContain(`left running: it reported the process id ${pid}`);
    expect([isRunning(pid), isRunning(listener.pid ?? 0)]).toEqual([true, true]);
  });

  it.skipIf(!canRun([...OTHER_PIDS, ...NOBODY]))(
    'nor as another user in another pid namespace (needs unshare, setpriv and root)',
    async () => {
      const { pid } = victim();
      const { important } = await endOf(forged(pid), 'tcp', [...OTHER_PIDS, ...NOBODY]);
      expect(important).toContain('no process is signalled on its word alone');
      expect(isRunning(pid)).toBe(true);
    },
  );

  it.each(['tcp', localTransport])(
    'is ended where it holds the other end of the connection (%s)',
    async (transport) => {
      const { pid } = victim();
      const { listener, important } = await endOf([pid, 'own'], transport);
      if (listener.exitCode === null) await within(once(listener, 'exit'), 'the end of the listener');
      expect([listener.exitCode, important]).toEqual([143, '']);
      expect(isRunning(pid)).toBe(true);
    },
  );
});
