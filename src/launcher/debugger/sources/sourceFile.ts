import { readSync } from 'node:fs';
import { FILE_LIMITS, readCheckedFileSync, withCheckedFileSync } from '../../../ipc/index.js';

/** Reads a source or script. @throws FileProblem if it is no regular file, or too large */
export function readSourceFile(path: string): string {
  return readCheckedFileSync(path, { maxBytes: FILE_LIMITS.maxSourceBytes }).bytes.toString();
}

/** Reads the last bytes of a script of any size. @throws FileProblem if it is no regular file */
export function readSourceFileEnd(path: string, bytes: number): string {
  return withCheckedFileSync(path, {}, (file, stats) => {
    const size = Number(stats.size);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString();
  });
}
