import { writeSync } from 'node:fs';

/** The process's stderr. A worker's own `process.stderr` goes through the main thread, which may stand still. */
export const STDERR_FD = 2;

/** Tells people of something that went wrong with the launcher itself. Written at once. */
export function writeStderr(text: string): void {
  try {
    writeSync(STDERR_FD, `debug-adapter-ipc launch: ${text}\n`);
  } catch {
    // Nobody reads it: a closed stderr must not be what ends the program.
  }
}
