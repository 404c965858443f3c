import type { Readable } from 'node:stream';
import type { EventEnvelope, PeerProcess } from '../../ipc/index.js';
import type { TerminationTarget } from '../../processes/terminationSteps.js';

/**
 * The running launcher, in which the debuggee runs: a child of this process (`SpawnedLauncher`), or a process that
 * another process has started and that is known by its own events alone (`ExternalLauncher`).
 */
export interface LauncherProcess extends PeerProcess {
  /** The launcher's output. Undefined if another process reads it. */
  readonly streams?: Readonly<Record<'stdout' | 'stderr', Readable>> | undefined;
  /** True once the launcher's end is known. */
  readonly hasExited: boolean;
  /**
   * Called when the end begins. Looks for the processes that the program has started, so that `signal` finds them when
   * their parents have ended, and has them ended by another process if this process is killed meanwhile. Repeatable.
   */
  beginEnd(): void;
  /** Called when the end is complete, or given up. Repeatable. */
  finishEnd(): void;
  /** Signals the launcher and all processes that it started. Returns false if no process is left or can be signalled. */
  signal(signal: NodeJS.Signals): boolean;
  /** Same as {@link TerminationTarget.endTree}. */
  readonly endTree?: (() => Promise<void>) | undefined;
  /** True while the launcher or a process that it started runs. */
  isRunning(): boolean;
  /** Lets the program run on: this process no longer reads its output or waits for its end. */
  detach(): void;
  /** Stops reading the output of a program that has ended. Processes that it left behind can write on. */
  abandonOutput(): void;
  /** The reason why the launcher cannot be signalled, for the user. Undefined if it can be. */
  readonly unreachable?: string | undefined;
  /** Takes the launcher's events, if its process id and exit code are known from them alone. */
  onEvent?(event: EventEnvelope): void;
  /** Called when the connection to the launcher has ended, after its last event. */
  onDisconnect?(): void;
}

/** The launcher as a target of the termination steps. @param ask asks the program to end. Default: does nothing */
export function terminationTargetOf(
  launcher: LauncherProcess,
  ask = (): Promise<void> => Promise.resolve(),
): TerminationTarget {
  return {
    ask,
    endTree: launcher.endTree,
    beginEnd: () => launcher.beginEnd(),
    finishEnd: () => launcher.finishEnd(),
    signal: (signal) => launcher.signal(signal),
    isRunning: () => launcher.isRunning(),
    exited: launcher.exited,
  };
}
