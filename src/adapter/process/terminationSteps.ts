import { settlesWithin } from '../../ipc/index.js';

/** The program that the termination steps end. */
export interface TerminationTarget {
  /** Asks the program to end, so that its own handlers run. */
  ask(): Promise<void>;
  /** Signals the program and all processes that it started. Returns false if no process is left. */
  signal(signal: NodeJS.Signals): boolean;
  /** True while the program or a process that it started runs. */
  isRunning(): boolean;
  /** Settles when the program's own process has ended. */
  readonly exited: Promise<unknown>;
}

/** A termination step; the last one that was needed is the result. */
export type TerminationStep = 'asked' | 'SIGTERM' | 'SIGKILL';

/** The interval at which a process group is polled for its end, in milliseconds. */
const GROUP_POLL_MS = 20;

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/** Waits for the end of the program's own process, then polls its group: no event reports a group's end. */
async function endsWithin(target: TerminationTarget, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  if (!(await settlesWithin(target.exited, timeoutMs))) return false;
  while (target.isRunning()) {
    if (performance.now() >= deadline) return false;
    await pause(GROUP_POLL_MS);
  }
  return true;
}

/**
 * Ends a program and all processes that it started: asks the program, sends SIGTERM to the group, sends SIGKILL to the
 * group. Each step waits for the end, and the next step follows only if a process still runs.
 *
 * @param stepMs the time that each step waits, in milliseconds
 * @returns the last step that was needed
 */
export async function runTerminationSteps(
  target: TerminationTarget,
  stepMs: number,
  firstStep: Exclude<TerminationStep, 'SIGKILL'> = 'asked',
): Promise<TerminationStep> {
  if (firstStep === 'asked') {
    void target.ask().catch(() => undefined); // If the program cannot be asked, SIGTERM follows.
    await settlesWithin(target.exited, stepMs);
  }
  if (!target.signal('SIGTERM')) return 'asked';
  if (await endsWithin(target, stepMs)) return 'SIGTERM';
  target.signal('SIGKILL');
  await settlesWithin(target.exited, stepMs); // No signal ends a process that hangs in the kernel.
  return 'SIGKILL';
}
