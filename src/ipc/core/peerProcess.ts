import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { settlesWithin } from './deferred.js';
import { IpcError } from './errors.js';
import type { IpcErrorCode } from './errors.js';

const STDERR_TAIL_BYTES = 4096;
/** Milliseconds to wait for the end of stderr after the exit, because a grandchild may keep stderr open. */
const STDERR_END_MS = 300;
/** Milliseconds to wait for the exit of a launcher whose connection has ended. More than `STDERR_END_MS`. */
const EXIT_AFTER_END_MS = 500;

/** The end of a process. `error` is set if the process never started. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
}

/** The end of a process, with the end of its output on stderr, at most 4 KiB. Empty if stderr is not piped. */
export interface LauncherExit extends ProcessExit {
  readonly stderrTail: string;
}

/**
 * The launcher's process has ended: before it connected, or while it was connected. `exit` has its exit code
 * or signal, and the end of its output on stderr. The code is `ERR_IPC_LAUNCHER_EXITED`, or that of the error by
 * which the connection broke.
 */
export class LauncherExitedError extends IpcError {
  override readonly name: string = 'LauncherExitedError';

  constructor(
    message: string,
    readonly exit: LauncherExit,
    { code = 'ERR_IPC_LAUNCHER_EXITED', ...options }: ErrorOptions & { readonly code?: IpcErrorCode } = {},
  ) {
    super(code, message, options);
  }
}

/**
 * The part of a launcher's process that is needed to wait for its connection and to explain its end. Any way to
 * start a process can provide it.
 */
export interface PeerProcess {
  readonly pid: number | undefined;
  /** The streams of the process, as in `ChildProcess`. Only transport `fd` needs them. */
  readonly stdio?: ChildProcess['stdio'] | undefined;
  /** Resolves once, never rejects; `stderrTail` is complete by then. */
  readonly exited: Promise<ProcessExit>;
  /**
   * False if `exited` may settle only once the end of the connection is known, so that the end must not wait
   * for it. Default true.
   */
  readonly exitsOnItsOwn?: boolean;
  /** The end of the output on stderr, at most 4 KiB. Empty if stderr is not piped. */
  stderrTail(): string;
}

const watched = new WeakMap<ChildProcess, PeerProcess>();

/**
 * Watches a child process. If its stderr is piped, its bytes are read from now on; other listeners are not
 * affected. A child is watched once: later calls return the same result.
 *
 * @param child a process that was just spawned: an exit before this call is noticed, stderr that was read
 *   before is not
 */
export function watchProcess(child: ChildProcess): PeerProcess {
  const process = watched.get(child) ?? beginToWatch(child);
  watched.set(child, process);
  return process;
}

function beginToWatch(child: ChildProcess): PeerProcess {
  const tail = child.stderr === null ? undefined : keepTail(child.stderr);
  return {
    pid: child.pid,
    stdio: child.stdio,
    exited: exitOf(child).then(async (exit) => {
      await settlesWithin(tail?.ended ?? Promise.resolve(), STDERR_END_MS);
      return exit;
    }),
    stderrTail: () => tail?.text() ?? '',
  };
}

/** Returns a launcher's process as a `PeerProcess`. */
export function asPeerProcess(launcher: ChildProcess | PeerProcess): PeerProcess {
  return 'exited' in launcher ? launcher : watchProcess(launcher);
}

/**
 * Waits for the end of a launcher whose connection has ended, a short time: the system reports the end of a
 * process after the end of its sockets.
 *
 * @returns the end, or undefined if the process runs on
 */
export async function exitAfterEnd(launcher: PeerProcess): Promise<LauncherExit | undefined> {
  if (launcher.exitsOnItsOwn === false) return undefined;
  if (!(await settlesWithin(launcher.exited, EXIT_AFTER_END_MS))) return undefined;
  return { ...(await launcher.exited), stderrTail: launcher.stderrTail() };
}

function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    const { exitCode: code, signalCode: signal } = child;
    if (code !== null || signal !== null) resolve({ code, signal });
    child.once('exit', (exitCode, exitSignal) => {
      resolve({ code: exitCode, signal: exitSignal });
    });
    child.on('error', (error) => {
      // This event also reports a signal that could not be sent. Only a child without a pid never started.
      if (child.pid === undefined) resolve({ code: null, signal: null, error });
    });
  });
}

function keepTail(stream: Readable): { ended: Promise<void>; text: () => string } {
  let kept = Buffer.alloc(0);
  const ended = new Promise<void>((resolve) => {
    stream.once('close', resolve);
  });
  stream.on('data', (chunk: Buffer | string) => {
    kept = Buffer.concat([kept, Buffer.from(chunk)]).subarray(-STDERR_TAIL_BYTES);
  });
  return { ended, text: () => kept.toString().trim() };
}

/** Describes the end of a process: `exited with code 3`, followed by the end of its stderr. */
export function describeExit(exit: ProcessExit, stderrTail = ''): string {
  const said = stderrTail === '' ? '' : `. It said last:\n${stderrTail}`;
  if (exit.error !== undefined) return `could not be started: ${exit.error.message}`;
  if (exit.signal !== null) return `was ended by ${exit.signal}${said}`;
  return `exited with code ${exit.code ?? 'unknown'}${said}`;
}
