import type { Readable } from 'node:stream';
import type { EventEnvelope, PeerProcess } from '../../ipc/index.js';
import type { TerminationTarget } from './terminationSteps.js';

/**
 * The running launcher, in which the debuggee runs: a child of this process (`SpawnedLauncher`), or somebody
 * else's (`ForeignLauncher`), of which is known what it says.
 */
export interface LauncherProcess extends PeerProcess {
  /** Its output, where it comes to this process. */
  readonly streams?: Readonly<Record<'stdout' | 'stderr', Readable>>;
  /** Whether its end is known of by now. */
  readonly hasExited: boolean;
  /** Signals it and all that it started; false if nobody is left, or none of them can be reached by signals. */
  signal(signal: NodeJS.Signals): boolean;
  /** Whether any of them still runs. */
  isRunning(): boolean;
  /** Parts with a program that runs on: this process no longer waits for it. */
  detach(): void;
  /** Takes the launcher's own events, where they are all there is to know it by. */
  onEvent?(event: EventEnvelope): void;
  /** The connection to it is over: it has said all that it will say. */
  onDisconnect?(): void;
}

/** A launcher as the stop ladder sees it. @param ask asks the program to end; default: nobody can be asked */
export function terminationTargetOf(
  launcher: LauncherProcess,
  ask = (): Promise<void> => Promise.resolve(),
): TerminationTarget {
  return {
    ask,
    signal: (signal) => launcher.signal(signal),
    isRunning: () => launcher.isRunning(),
    exited: launcher.exited,
  };
}
