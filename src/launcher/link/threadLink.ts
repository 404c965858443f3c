import type { MessagePort } from 'node:worker_threads';
import type { Script } from '../debugger/sources/script.js';
import type { RendezvousAddress } from '../../ipc/index.js';

/** Shared memory for lines of text, from the main thread to the worker; see mainThread/consoleCalls/recordRing.cts. */
export interface RecordRing {
  /** Number of bytes that were written and consumed since the start, modulo 2^32. */
  readonly written: Int32Array;
  readonly consumed: Int32Array;
  /**
   * Nothing will be written before that time, in milliseconds of the process's monotonic clock, modulo 2^32.
   */
  readonly quietUntilMs: Int32Array;
  readonly bytes: Uint8Array;
}

/**
 * Name of the global variable by which the worker gets the arguments of the program's console calls. The
 * variable exists until the program starts.
 */
export const KEPT_VALUES = 'debug-adapter-ipc kept values';

/**
 * The only argument of a warm launcher: one that was started before it is known what to run. Its command line comes over
 * a pipe to the main thread, which passes it on as a {@link CommandLine}.
 */
export const WARM_ARGUMENT = '--warm';

/** The command line of a warm launcher, once it is known. */
export interface CommandLine {
  readonly argv: readonly string[];
  /** The worker's environment: the launcher's own variables, and those of directories. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/** A flag in shared memory, which is set once: 0 before that, 1 ever after. */
export type Flag = Int32Array;

/**
 * The data that the main thread, which runs the program, and the worker, which talks to the adapter, share.
 * The main thread blocks on a flag, so each message is posted before its flag is set.
 */
export interface ThreadLink {
  /** The launcher's command line, without node and the script. */
  readonly argv: readonly string[];
  /** Set if this is a child process of a debugged program. It has no command line and waits to be claimed. */
  readonly child?: ChildOrigin | undefined;
  /** Carries the start order to the main thread, and each {@link MainThreadNotice} to the worker. */
  readonly port: MessagePort;
  /** Set when the worker's modules are loaded and its error handling is in place. */
  readonly alive: Flag;
  /** Set when a {@link StartOrder} has been posted. */
  readonly ordered: Flag;
  /** Set when the exit notice has been sent to the adapter, or there is no adapter. */
  readonly exitPassedOn: Flag;
  /** Set when the debugger is detached, before the program's signal to itself. */
  readonly detached: Flag;
  readonly scripts: ScriptFlags;
  /** Records of the program's console calls. The main thread writes them, the worker reads them. */
  readonly callRecords: RecordRing;
  /** The absolute path of the launcher's file. */
  readonly launcherFile: string;
}

/**
 * Shared memory with three numbers, at the indices {@link SCRIPT_FLAGS}. `filter` selects the scripts with
 * source maps that the main thread announces before they run. `done` is the number of the last script that
 * the worker has handled. `statements` is 1 if scripts with a `debugger` statement are announced, too.
 */
export type ScriptFlags = Int32Array;

/** Indices of the numbers in {@link ScriptFlags}. */
export const SCRIPT_FLAGS = { filter: 0, done: 1, statements: 2 } as const;

/** Values of `filter`: no scripts, scripts outside of packages, all scripts. */
export const SCRIPT_FILTERS = { none: 0, own: 1, all: 2 } as const;

/** Address of the rendezvous for the child processes of a program. */
export interface ChildRendezvous extends RendezvousAddress {
  /** Time that a child waits at the rendezvous, in milliseconds. */
  readonly timeoutMs: number;
  /** Session of the parent program. */
  readonly sessionId?: string | undefined;
}

/** A child process's view of its rendezvous. */
export interface ChildOrigin {
  readonly rendezvous: ChildRendezvous;
  /** Id of the process that started the child, directly or through another process. */
  readonly parentPid: number;
  /** The file that the child runs; undefined if it runs code. */
  readonly program?: string | undefined;
}

/** The order by which the worker starts the program, or ends the process. It is given once. */
export type StartOrder =
  | ({ readonly kind: 'program'; readonly program: string } & StartSettings)
  | ({ readonly kind: 'code'; readonly code: string } & StartSettings)
  | ({ readonly kind: 'command'; readonly command: string } & StartSettings)
  /** For a child, whose program node itself runs. `isDebugged` is false if the worker has finished. */
  | {
      readonly kind: 'continue';
      readonly isDebugged: boolean;
      /** As in {@link StartSettings}. */
      readonly describeOutput?: boolean;
      readonly rendezvous?: ChildRendezvous | undefined;
    }
  | { readonly kind: 'exit'; readonly exitCode: number };

interface StartSettings {
  readonly args: readonly string[];
  /** True to record the calls of the program's console. */
  readonly describeOutput: boolean;
  /** Rendezvous for the program's children. Undefined: the children are not debugged. */
  readonly rendezvous?: ChildRendezvous | undefined;
}

/**
 * A notice to the worker: the program has ended, is about to send itself a signal that it does not handle, or
 * is about to run a script.
 */
export type MainThreadNotice =
  { readonly kind: 'exit'; readonly exitCode: number } | { readonly kind: 'selfKill' } | ScriptNotice;

/** A script is about to run. The main thread waits until the worker has handled the notice. */
export interface ScriptNotice {
  readonly kind: 'script';
  readonly script: Script;
  /** The comment in its text that names a script that V8 knows by no name; empty without that comment. */
  readonly nameComment?: string | undefined;
  /** Number of the script, counted from 1. */
  readonly number: number;
  /** True if the script has a `debugger` statement, and such scripts matter. */
  readonly expectsStop: boolean;
}

/** Sets a flag and wakes the main thread if it waits for the flag. */
export function setFlag(flag: Flag): void {
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
}

/**
 * Lets the main thread run a script. Messages that were sent to V8 before are handled before the script's
 * first statement.
 */
export function releaseScript(flags: ScriptFlags, number: number): void {
  Atomics.store(flags, SCRIPT_FLAGS.done, number);
  Atomics.notify(flags, SCRIPT_FLAGS.done);
}

/** Lets a child's program run without a debugger, and lets the worker end. */
export function releaseMainThread({ port, ordered }: ThreadLink): void {
  const order: StartOrder = { kind: 'continue', isDebugged: false };
  port.postMessage(order);
  setFlag(ordered);
  port.unref();
}
