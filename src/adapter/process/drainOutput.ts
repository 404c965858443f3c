import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/**
 * Parts with the output of a program that runs on: it goes to a reader that outlives this process. Without one
 * the program would die of its next line of output, the pipe being broken.
 */
export function drainOutput({ stdout, stderr }: Readonly<Record<'stdout' | 'stderr', Readable>>): void {
  for (const stream of [stdout, stderr]) {
    stream.pause();
    handToReader(stream);
    stream.destroy();
  }
}

function handToReader(stream: Readable): void {
  if (process.platform === 'win32' || stream.destroyed) return;
  try {
    const reader = spawn('cat', { stdio: [stream, 'ignore', 'ignore'], detached: true });
    reader.on('error', () => undefined); // no such program here: then the pipe does break
    reader.unref();
  } catch {
    // No more processes to be had: the same.
  }
}
