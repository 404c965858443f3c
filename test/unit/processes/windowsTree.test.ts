import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runTerminationSteps } from '../../../src/processes/terminationSteps.js';
import { endWindowsTree } from '../../../src/processes/windowsTree.js';
import { exitOf } from '../../support/fixtureProcess.js';
import { within } from '../../support/within.js';

const LONG_MS = 20_000;

function idle() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** A program in place of taskkill, which notes its arguments. */
function standIn(exitCode: number): { program: string; given: () => string } {
  const directory = mkdtempSync(join(tmpdir(), 'taskkill-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const program = join(directory, 'taskkill');
  writeFileSync(program, `#!/bin/sh\necho "$@" > "${directory}/given"\nexit ${exitCode}\n`);
  chmodSync(program, 0o755);
  return { program, given: () => readFileSync(join(directory, 'given'), 'utf8').trim() };
}

describe.skipIf(process.platform === 'win32')('the end of a tree of processes on Windows', () => {
  it('is the work of taskkill, for the whole tree and by force', async () => {
    const child = idle();
    const { program, given } = standIn(0);
    await within(endWindowsTree(child, program), 'the end', LONG_MS);
    expect(given()).toBe(`/PID ${child.pid} /T /F`);
    expect(child.killed).toBe(false);
  });

  it.each([
    ['has failed', () => standIn(128).program],
    ['is missing', () => '/no/such/taskkill'],
  ])('is that of the process alone if taskkill %s', async (_, program) => {
    const child = idle();
    await within(endWindowsTree(child, program()), 'the end', LONG_MS);
    expect(await exitOf(child)).toMatchObject({ signal: 'SIGKILL' });
  });

  it('is nothing for a process that has ended: its number may be that of another', async () => {
    const child = idle();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { program, given } = standIn(0);
    await within(endWindowsTree(child, program), 'nothing', LONG_MS);
    expect(given).toThrow('ENOENT');
  });
});

describe('a target whose tree ends at once', () => {
  /** @param endsWhenAsked true: it ends when it is asked */
  function target(endsWhenAsked: boolean) {
    const calls: string[] = [];
    let end = (): void => undefined;
    const exited = new Promise<void>((resolve) => (end = resolve));
    const ask = (): Promise<void> => {
      calls.push('ask');
      if (endsWhenAsked) end();
      return Promise.resolve();
    };
    const signal = (name: string): boolean => calls.push(name) > 0;
    const endTree = (): Promise<void> => {
      calls.push('tree');
      end();
      return Promise.resolve();
    };
    return { calls, ask, signal, isRunning: () => true, endTree, exited };
  }

  it('is not asked or signalled before: its children would be out of reach', async () => {
    const one = target(true);
    expect(await within(runTerminationSteps(one, LONG_MS), 'the end', LONG_MS)).toBe('SIGKILL');
    expect(one.calls).toEqual(['tree']);
  });

  it('is asked before if it ends what it started itself, and ended by force if it does not end', async () => {
    const polite = { ...target(true), endsOwnTree: true };
    expect(await within(runTerminationSteps(polite, LONG_MS), 'the end', LONG_MS)).toBe('asked');
    expect(polite.calls).toEqual(['ask']);
    const deaf = { ...target(false), endsOwnTree: true };
    expect(await within(runTerminationSteps(deaf, 20), 'the end', LONG_MS)).toBe('SIGKILL');
    expect(deaf.calls).toEqual(['ask', 'tree']);
    const lost = { ...target(true), endsOwnTree: true };
    expect(await within(runTerminationSteps(lost, LONG_MS, 'SIGTERM'), 'the end', LONG_MS)).toBe('SIGKILL');
    expect(lost.calls).toEqual(['tree']);
  });
});
