import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
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
