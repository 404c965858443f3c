import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/**
 * Hands the output of a program that runs on to a process that reads and drops it, and that outlives this process.
 * Without a reader the pipe would break, and the program would die at its next output.
 */
export function drainOutput({ stdout, stderr }: Readonly<Record<'stdout' | 'stderr', Readable>>): void {
  for (const stream of [stdout, stderr]) {
    if (stream.closed) continue;
    stream.pause();
    handToReader(stream);
    stream.destroy();
  }
}

function handToReader(stream: Readable): void {
  if (process.platform === 'win32' || stream.destroyed) return;
  try {
    const reader = spawn('cat', { stdio: [stream, 'ignore', 'ignore'], detached: true });
    reader.on('error', () => undefined); // Without `cat` the pipe breaks.
    reader.unref();
  } catch {
    // No further process can be started: the pipe breaks, too.
  }
}
