import { readFileSync } from 'node:fs';

/**
 * The reads and writes that this process has asked the system for, as far as the system counts them: Linux
 * does, for those calls alone that are of the kinds of read(2) and write(2).
 *
 * @returns {{ reads: number, writes: number } | undefined}
 */
export function systemCalls() {
  try {
    const counts = readFileSync('/proc/self/io', 'utf8');
    return { reads: countOf(counts, 'syscr'), writes: countOf(counts, 'syscw') };
  } catch {
    return undefined;
  }
}

function countOf(counts, name) {
  return Number(new RegExp(`${name}: (\\d+)`).exec(counts)[1]);
}
