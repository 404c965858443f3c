import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { settlesWithin } from './deferred.js';

const STDERR_TAIL_BYTES = 4096;
/** Milliseconds to wait for the end of stderr after the exit, because a grandchild may keep stderr open. */
const STDERR_END_MS = 300;

/** The end of a process. `error` is set if the process never started. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
}

/**
 * The part of a launcher's process that is needed to wait for its connection. Any way to start a process can
 * provide it.
 */
export interface PeerProcess {
  readonly pid: number | undefined;
  /** The streams of the process, as in `ChildProcess`. Only transport `fd` needs them. */
  readonly stdio?: ChildProcess['stdio'] | undefined;
  /** Resolves once, never rejects; `stderrTail` is complete by then. */
  readonly exited: Promise<ProcessExit>;
  /** The end of the output on stderr, at most 4 KiB. Empty if stderr is not piped. */
  stderrTail(): string;
}

/**
 * Watches a child process. If its stderr is piped, its bytes are read from now on; other listeners are not
 * affected.
 *
 * @param child a process that was just spawned: an exit before this call is noticed, stderr that was read
 *   before is not
 */
export function watchProcess(child: ChildProcess): PeerProcess {
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
export function describeExit(exit: ProcessExit, stderrTail: string): string {
  const said = stderrTail === '' ? '' : `. It said last:\n${stderrTail}`;
  if (exit.error !== undefined) return `could not be started: ${exit.error.message}`;
  if (exit.signal !== null) return `was ended by ${exit.signal}${said}`;
  return `exited with code ${exit.code ?? 'unknown'}${said}`;
}
