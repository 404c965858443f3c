import { writeSync } from 'node:fs';

/** The process's stderr. A worker's `process.stderr` writes by the main thread, which may be paused. */
export const STDERR_FD = 2;

/** Writes an error message of the launcher itself to stderr, synchronously. */
export function writeStderr(text: string): void {
  try {
    writeSync(STDERR_FD, `debug-adapter-ipc launch: ${text}\n`);
  } catch {
    // A closed stderr must not end the program.
  }
}
