import { settlesWithin } from '../../ipc/index.js';

/** What the ladder ends. */
export interface TerminationTarget {
  /** Asks the program to end, its own handlers running. */
  ask(): Promise<void>;
  /** Signals the program and all that it started; false if nobody is left. */
  signal(signal: NodeJS.Signals): boolean;
  /** Whether any of them still runs. */
  isRunning(): boolean;
  /** Settles when the program's own process has ended. */
  readonly exited: Promise<unknown>;
}

/** How far the ladder had to be climbed. */
export type TerminationStep = 'asked' | 'SIGTERM' | 'SIGKILL';

/** How often an emptying process group is looked at, in milliseconds. */
const GROUP_POLL_MS = 20;

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/** The end of a process group is told by no event, so it is looked for; that of its leader is awaited. */
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
 * Ends a program and all that it started: asks, waits, SIGTERM to the group, waits, SIGKILL to the group,
 * and awaits the end. Whoever outlives the program itself gets the rest of the ladder.
 *
 * @param rungMs how long each rung waits, in milliseconds
 * @returns the rung that it took
 */
export async function runTerminationSteps(
  target: TerminationTarget,
  rungMs: number,
  start: Exclude<TerminationStep, 'SIGKILL'> = 'asked',
): Promise<TerminationStep> {
  if (start === 'asked') {
    void target.ask().catch(() => undefined); // it cannot be asked: the next rung needs no consent
    await settlesWithin(target.exited, rungMs);
  }
  if (!target.signal('SIGTERM')) return 'asked';
  if (await endsWithin(target, rungMs)) return 'SIGTERM';
  target.signal('SIGKILL');
  await settlesWithin(target.exited, rungMs); // a process that hangs in the kernel is beyond every signal
  return 'SIGKILL';
}
