import { isAbsolute, resolve } from 'node:path';
import { withSlashes } from '../../../paths/filePaths.js';

/** Resolves a glob for paths against the working directory, unless it is absolute or applies to all folders (`**`). */
export function pathGlob(glob: string): string {
  const isWhole = isAbsolute(glob) || glob.startsWith('**');
  return withSlashes(isWhole ? glob : resolve(glob), process.platform);
}
