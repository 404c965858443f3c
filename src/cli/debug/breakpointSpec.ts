import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../../commandLine/usageError.js';

/** A place where a program is to stop. */
export interface BreakpointSpec {
  /** Absolute path. */
  file: string;
  /** 1-based. */
  line: number;
}

/**
 * Reads `FILE:LINE`. The last colon counts, so that a Windows path may have its own; FILE is taken from the
 * current directory. Throws {@link UsageError} where either part is missing or wrong.
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
  return { file: path, line: Number(digits) };
}
