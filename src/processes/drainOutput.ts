import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Standby } from './standby.js';

type Streams = Readonly<Record<'stdout' | 'stderr', Readable>>;

/** False on Windows, where a process cannot inherit a stream that this one reads. */
const canHandOver = process.platform !== 'win32';

/**
 * Hands the output of a program that runs on to a process that reads and drops it, and that outlives this process.
 * Without a reader the pipe would break, and the program would die at its next output.
 */
export function drainOutput({ stdout, stderr }: Streams): void {
  for (const stream of [stdout, stderr]) {
    if (stream.closed) continue;
    stream.pause();
    if (canHandOver && !stream.destroyed) startReader(stream);
    stream.destroy();
  }
}

/**
 * Starts a process that drains the output when this one ends, however it ends. It holds both pipes open meanwhile, and
 * reads nothing.
 *
 * @returns undefined if that is not possible here
 */
export function drainWhenGone({ stdout, stderr }: Streams): Standby | undefined {
  const fds = [stdout, stderr].map(descriptorOf);
  return canHandOver && fds.every((fd) => fd >= 0) ? Standby.start('drainMain', fds.length, fds) : undefined;
}

/** Starts a process that reads and drops a stream to its end. @param stream a stream, or a descriptor */
export function startReader(stream: Readable | number): void {
  try {
    const stdio = [stream, 'ignore', 'ignore'] as const;
    const reader = spawn('cat', { stdio: [...stdio], detached: true, windowsHide: true });
    reader.on('error', () => undefined); // Without `cat` the pipe breaks.
    reader.unref();
  } catch {
    // No further process can be started: the pipe breaks, too.
  }
}

/** The descriptor of a child's stream. -1 without a descriptor. A stream that is passed on itself is not read any more. */
function descriptorOf(stream: Readable): number {
  const { _handle: handle } = stream as { _handle?: { fd?: unknown } | null };
  return typeof handle?.fd === 'number' ? handle.fd : -1;
}
