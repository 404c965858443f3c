import { settlesWithin } from '../ipc/index.js';

/** The program that the termination steps end. */
export interface TerminationTarget {
  /** Asks the program to end, so that its own handlers run. */
  ask(): Promise<void>;
  /**
   * Ends the program and all that it started at once, if a program that ends by itself would leave its children out of
   * reach, as on Windows: no step comes before it. Absent otherwise.
   */
  readonly endTree?: (() => Promise<void>) | undefined;
  /** True: the program ends what it started if it is asked to end, so it is asked before `endTree`. Default: false */
  readonly endsOwnTree?: boolean;
  /** Called before the first step. Default: does nothing. */
  beginEnd?(): void;
  /** Called after the last step. Default: does nothing. */
  finishEnd?(): void;
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
/** The least time between SIGTERM and SIGKILL, in milliseconds, unless the whole grace is shorter. */
const LEAST_GRACE_MS = 400;
/** The time in which a process ends after SIGKILL, in milliseconds, unless it hangs in the kernel. */
const KILLED_MS = 500;
/** The time in which Windows ends a tree of processes, in milliseconds. */
const TASKKILL_MS = 10_000;

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/**
 * Waits for the end of the program's own process, then polls the others: no event reports their end.
 *
 * @param repeat called before each further look
 */
async function endsWithin(
  target: Pick<TerminationTarget, 'exited' | 'isRunning'>,
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
 * all of them. Each step waits for the end, and the next step follows only if a process still runs. Processes that were
 * stopped are continued first, since a stopped process handles nothing but SIGKILL.
 *
 * A target with `endTree` is ended by that alone, unless it ends what it started itself.
 *
 * @param graceMs the time until SIGKILL, in milliseconds. If asking has used it up, SIGTERM still has
 *   {@link LEAST_GRACE_MS}, or `graceMs` if that is shorter
 * @param since the time at which the grace began, as of `performance.now()`. Default: now
 * @returns the last step that was needed
 */
export async function runTerminationSteps(
  target: TerminationTarget,
  graceMs: number,
  firstStep: Exclude<TerminationStep, 'SIGKILL'> = 'asked',
  since = performance.now(),
): Promise<TerminationStep> {
  target.beginEnd?.();
  try {
    return await runSteps(target, { graceMs, since }, firstStep);
  } finally {
    target.finishEnd?.();
  }
}

async function runSteps(
  target: TerminationTarget,
  { graceMs, since }: { readonly graceMs: number; readonly since: number },
  firstStep: Exclude<TerminationStep, 'SIGKILL'>,
): Promise<TerminationStep> {
  const leftMs = (): number => Math.max(0, since + graceMs - performance.now());
  const endsWhenAsked = (): Promise<boolean> => {
    void target.ask().catch(() => undefined); // If the program cannot be asked, the next step follows.
    return settlesWithin(target.exited, leftMs());
  };
  if (target.endTree !== undefined) {
    const isAsked = firstStep === 'asked' && target.endsOwnTree === true;
    if (isAsked && (await endsWhenAsked())) return 'asked';
    await settlesWithin(target.endTree(), TASKKILL_MS);
    await settlesWithin(target.exited, Math.max(graceMs, KILLED_MS));
    return 'SIGKILL';
  }
  target.signal('SIGCONT');
  if (firstStep === 'asked') await endsWhenAsked();
  if (!target.signal('SIGTERM')) return 'asked';
  return killAfter(target, Math.max(leftMs(), Math.min(graceMs, LEAST_GRACE_MS)));
}

/**
 * Waits for the end of a program and all that it started, which have got SIGTERM already, and then sends SIGKILL.
 *
 * @param graceMs the time to wait, in milliseconds
 * @returns the last step that was needed
 */
export async function killAfter(
  target: Omit<TerminationTarget, 'ask'>,
  graceMs: number,
): Promise<TerminationStep> {
  if (await endsWithin(target, graceMs)) return 'SIGTERM';
  target.signal('SIGKILL');
  // A process may have started another one meanwhile. No signal ends a process that hangs in the kernel.
  await endsWithin(target, KILLED_MS, () => target.signal('SIGKILL'));
  return 'SIGKILL';
}
