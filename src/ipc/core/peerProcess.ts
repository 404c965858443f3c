import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { settlesWithin } from './deferred.js';

const STDERR_TAIL_BYTES = 4096;
/** A grandchild may hold stderr open after the launcher is gone: its end is waited for, but not long. */
const STDERR_END_MS = 300;

/** How a process ended. `error`: it never began. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
}

/** The launcher's process, as much of it as waiting for its connection takes. Any way to start one can give this. */
export interface PeerProcess {
  readonly pid: number | undefined;
  /** Its streams, as `ChildProcess` has them: needed for transport `fd` alone. */
  readonly stdio?: ChildProcess['stdio'];
  /** Settles once, never rejects; by then `stderrTail` is whole. */
  readonly exited: Promise<ProcessExit>;
  /** The end of what it wrote to stderr, at most 4 KiB. Empty where stderr is not piped. */
  stderrTail(): string;
}

/**
 * Watches a child process. If its stderr is piped, its bytes are read from now on; others may listen too.
 *
 * @param child just spawned: an exit before this call is still seen, stderr that was read before is not
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
      // Also raised when a signal could not be sent; only a child without a pid never began.
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

/** How a process ended, in words: `exited with code 3`, followed by the end of its stderr. */
export function describeExit(exit: ProcessExit, stderrTail: string): string {
  const said = stderrTail === '' ? '' : `. It said last:\n${stderrTail}`;
  if (exit.error !== undefined) return `could not be started: ${exit.error.message}`;
  if (exit.signal !== null) return `was ended by ${exit.signal}${said}`;
  return `exited with code ${exit.code ?? 'unknown'}${said}`;
}
