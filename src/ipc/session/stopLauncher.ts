import type { ChildProcess } from 'node:child_process';
import { settlesWithin } from '../core/deferred.js';
import { checkedTimeout } from '../core/limits.js';
import { watchProcess } from '../core/peerProcess.js';
import type { LauncherExit } from '../core/peerProcess.js';

/** Milliseconds that each step of `stopLauncher` waits for the exit. */
const DEFAULT_STEP_MS = 2_000;

/** Options of `stopLauncher`. */
export interface StopOptions {
  /**
   * Asks the launcher to end, for example by a command or by the `cleanup` of its manager. An error is ignored:
   * the next step follows. Default: the first step is SIGTERM.
   */
  readonly ask?: (() => unknown) | undefined;
  /** Milliseconds that each step waits for the exit. Default 2,000. */
  readonly stepMs?: number | undefined;
}

/** The outcome of `stopLauncher`: the last step that was needed, and how the process ended. */
export interface StoppedLauncher {
  readonly step: 'none' | 'asked' | 'SIGTERM' | 'SIGKILL';
  /** Undefined if even SIGKILL did not end the process in time: it hangs in the kernel. */
  readonly exit: LauncherExit | undefined;
}

/**
 * Stops a launcher that this process has started: asks it, sends SIGTERM, sends SIGKILL. Each step waits for
 * the exit, and the next one follows only if the process still runs. Never rejects for a process that is gone.
 * Processes that the launcher has started are not signalled.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for an invalid `stepMs`
 */
export async function stopLauncher(
  child: ChildProcess,
  { ask, stepMs = DEFAULT_STEP_MS }: StopOptions = {},
): Promise<StoppedLauncher> {
  checkedTimeout('stepMs', stepMs);
  const launcher = watchProcess(child);
  const endsWithin = (ms: number): Promise<boolean> => settlesWithin(launcher.exited, ms);
  const exit = async (): Promise<LauncherExit> => ({
    ...(await launcher.exited),
    stderrTail: launcher.stderrTail(),
  });
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    return { step: 'none', exit: await exit() };
  }
  if (ask !== undefined) {
    // The wait for the exit is what counts; a launcher that cannot be asked gets a signal.
    Promise.resolve()
      .then(ask)
      .catch(() => undefined);
    if (await endsWithin(stepMs)) return { step: 'asked', exit: await exit() };
  }
  for (const step of ['SIGTERM', 'SIGKILL'] as const) {
    child.kill(step);
    if (await endsWithin(stepMs)) return { step, exit: await exit() };
  }
  return { step: 'SIGKILL', exit: undefined };
}
