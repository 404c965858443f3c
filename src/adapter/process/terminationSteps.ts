import { settlesWithin } from '../../ipc/index.js';

/** The program that the termination steps end. */
export interface TerminationTarget {
  /** Asks the program to end, so that its own handlers run. */
  ask(): Promise<void>;
  /** Looks for the processes that the program has started, before the first step. Default: does nothing. */
  follow?(): void;
  /** Signals the program and all processes that it started. Returns false if no process is left. */
  signal(signal: NodeJS.Signals): boolean;
  /** True while the program or a process that it started runs. */
  isRunning(): boolean;
  /** Settles when the program's own process has ended. */
  readonly exited: Promise<unknown>;
}

/** A termination step; the last one that was needed is the result. */
export type TerminationStep = 'asked' | 'SIGTERM' | 'SIGKILL';

/** The interval at which the processes of a program are polled for their end, in milliseconds. */
const POLL_MS = 25;
/** The time in which a process ends after SIGKILL, in milliseconds, unless it hangs in the kernel. */
const KILLED_MS = 1_000;

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/**
 * Waits for the end of the program's own process, then polls the others: no event reports their end.
 *
 * @param repeat called before each further look
 */
async function endsWithin(
  target: TerminationTarget,
  timeoutMs: number,
  repeat = (): void => undefined,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  if (!(await settlesWithin(target.exited, timeoutMs))) return false;
  while (target.isRunning()) {
    if (performance.now() >= deadline) return false;
    await pause(POLL_MS);
    repeat();
  }
  return true;
}

/**
 * Ends a program and all processes that it started: asks the program, sends SIGTERM to all of them, sends SIGKILL to
 * all of them. Each step waits for the end, and the next step follows only if a process still runs.
 *
 * @param stepMs the time that each step waits, in milliseconds
 * @returns the last step that was needed
 */
export async function runTerminationSteps(
  target: TerminationTarget,
  stepMs: number,
  firstStep: Exclude<TerminationStep, 'SIGKILL'> = 'asked',
): Promise<TerminationStep> {
  target.follow?.();
  if (firstStep === 'asked') {
    void target.ask().catch(() => undefined); // If the program cannot be asked, SIGTERM follows.
    await settlesWithin(target.exited, stepMs);
  }
  if (!target.signal('SIGTERM')) return 'asked';
  if (await endsWithin(target, stepMs)) return 'SIGTERM';
  target.signal('SIGKILL');
  // A process may have started another one meanwhile. No signal ends a process that hangs in the kernel.
  await endsWithin(target, Math.max(stepMs, KILLED_MS), () => target.signal('SIGKILL'));
  return 'SIGKILL';
}
