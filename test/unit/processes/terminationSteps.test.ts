import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { groupRuns, signalGroup } from '../../../src/processes/processGroup.js';
import { runTerminationSteps } from '../../../src/processes/terminationSteps.js';
import type { TerminationTarget } from '../../../src/processes/terminationSteps.js';

const STEP_MS = 200;

async function start(script: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data'); // it says so when it is ready
  return child;
}

function targetOf(child: ChildProcess, ask: () => Promise<void>): TerminationTarget & { signals: unknown[] } {
  const signals: unknown[] = [];
  return {
    ask,
    signal: (signal) => {
      signals.push(signal);
      return signalGroup(child, signal);
    },
    isRunning: () => groupRuns(child),
    exited: once(child, 'exit'),
    signals,
  };
}

const ready = 'console.log("ready");setInterval(() => {}, 1000);';
const deaf = `process.on("SIGTERM", () => {});${ready}`;

describe('the time until SIGKILL', () => {
  /** Runs the steps against a program that heeds nothing. Returns when it got which signal, in milliseconds. */
  async function timesOf(
    graceMs: number,
    exited: Promise<unknown> = new Promise(() => undefined),
    first: 'asked' | 'SIGTERM' = 'asked',
  ): Promise<Record<string, number>> {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const began = performance.now();
    const times: Record<string, number> = {};
    const target: TerminationTarget = {
      ask: () => new Promise(() => undefined),
      signal: (signal) => (times[signal] ??= performance.now() - began) >= 0,
      isRunning: () => true,
      exited,
    };
    const steps = runTerminationSteps(target, graceMs, first);
    await vi.advanceTimersByTimeAsync(10_000);
    await steps;
    return times;
  }

  it('is one for all steps, with a little of it for SIGTERM', async () => {
    expect(await timesOf(1_500)).toEqual({ SIGCONT: 0, SIGTERM: 1_500, SIGKILL: 1_900 });
  });

  it('is all of it for what a program has left behind', async () => {
    const { SIGTERM, SIGKILL } = await timesOf(1_500, Promise.resolve());
    expect(SIGTERM).toBe(0);
    expect(SIGKILL).toBeGreaterThanOrEqual(1_500);
    expect(SIGKILL).toBeLessThan(1_600);
  });

  it('is no longer than the launch says', async () => {
    expect(await timesOf(1)).toEqual({ SIGCONT: 0, SIGTERM: 1, SIGKILL: 2 });
  });

  it('begins with SIGTERM where nobody is asked', async () => {
    expect(await timesOf(1_500, undefined, 'SIGTERM')).toEqual({ SIGCONT: 0, SIGTERM: 0, SIGKILL: 1_500 });
  });
});

describe.skipIf(process.platform === 'win32')('runTerminationSteps (process groups are POSIX)', () => {
  it('goes no further than asking where that is enough', async () => {
    const child = await start(ready);
    const target = targetOf(child, () => {
      child.kill('SIGINT');
      return Promise.resolve();
    });
    expect(await runTerminationSteps(target, 5_000)).toBe('asked');
    expect(child.signalCode).toBe('SIGINT');
  });

  it('sends SIGTERM where asking does nothing', async () => {
    const child = await start(ready);
    expect(
      await runTerminationSteps(
        targetOf(child, () => Promise.resolve()),
        STEP_MS,
      ),
    ).toBe('SIGTERM');
    expect(child.signalCode).toBe('SIGTERM');
  });

  it('sends SIGTERM where asking fails', async () => {
    const child = await start(ready);
    const failing = () => Promise.reject(new Error('nobody there to ask'));
    expect(await runTerminationSteps(targetOf(child, failing), STEP_MS)).toBe('SIGTERM');
  });

  it('sends SIGKILL to a program that ignores SIGTERM', async () => {
    const child = await start(deaf);
    const target = targetOf(child, () => new Promise(() => undefined));
    expect(await runTerminationSteps(target, STEP_MS)).toBe('SIGKILL');
    expect(child.signalCode).toBe('SIGKILL');
    expect(target.signals).toEqual(['SIGCONT', 'SIGTERM', 'SIGKILL']);
  });

  it('begins with SIGTERM where there is nobody to ask', async () => {
    const child = await start(ready);
    const target = targetOf(child, () => Promise.reject(new Error('asked all the same')));
    const began = performance.now();
    expect(await runTerminationSteps(target, 5_000, 'SIGTERM')).toBe('SIGTERM');
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('ends what the program started and left behind', async () => {
    const grandchild = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(ready)}], {stdio: ["ignore", "inherit", "inherit"]}).pid`;
    const child = await start(`console.error = () => {}; globalThis.pid = ${grandchild};`);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    expect(child.stdout?.closed, 'the grandchild holds the pipe').toBe(false);
    const target = { ...targetOf(child, () => Promise.resolve()), exited: Promise.resolve() };
    await runTerminationSteps(target, 1_000);
    child.stdout?.resume();
    if (child.stdout?.closed === false) await once(child.stdout, 'close');
  });

  it('has nothing to do for a process that never began', async () => {
    const child = spawn('/not/there', { detached: true });
    await once(child, 'error');
    const target = { ...targetOf(child, () => Promise.resolve()), exited: Promise.resolve() };
    expect(await runTerminationSteps(target, STEP_MS)).toBe('asked');
  });
});
