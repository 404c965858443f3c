import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DISK_FILES } from '../../paths/diskFiles.js';
import { UsageError } from '../../commandLine/usageError.js';

/** A place in a file where the program should stop. */
export interface BreakpointSpec {
  /** Absolute path. */
  file: string;
  /** Counts from 1. */
  line: number;
}

/**
 * Reads `FILE:LINE`. The last colon separates, so that a Windows path may contain another. FILE is relative
 * to the current directory.
 *
 * @throws UsageError if either part is missing or invalid
 */
export function parseBreakpoint(text: string): BreakpointSpec {
  const [, file, digits] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (file === undefined || Number(digits) === 0) {
    throw new UsageError(`"${text}" is not FILE:LINE: a path, a colon and a line number from 1 on`);
  }
  const path = resolve(file);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new UsageError(`"${text}": there is no file ${path}`);
  }
  return { file: DISK_FILES.onDisk(path), line: Number(digits) };
}
