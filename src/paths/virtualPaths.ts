import { withSlashes } from './filePaths.js';
import type { Platform } from './filePaths.js';

const VIRTUAL_FOLDERS: ReadonlySet<string> = new Set(['__virtual__', '$$virtual']);
const DEPTH = /^\d{1,3}$/;

/**
 * The path of a file without the virtual folders that Yarn puts into it, so that node loads a package once
 * for each set of its peers: `/a/b/__virtual__/HASH/1/c` is `/a/c`. The number counts the directories to go
 * up from the folder around the virtual one.
 */
export function withoutVirtual(path: string, platform: Platform): string {
  if (!path.includes('__virtual__') && !path.includes('$$virtual')) return path;
  const names: string[] = [];
  const given = withSlashes(path, platform).split('/');
  for (let at = 0; at < given.length; at++) {
    const [name = '', depth = ''] = [given[at], given[at + 2]];
    if (VIRTUAL_FOLDERS.has(name) && DEPTH.test(depth) && Number(depth) < names.length) {
      names.splice(names.length - Number(depth));
      at += 2;
    } else {
      names.push(name);
    }
  }
  return names.join(platform === 'win32' ? '\\' : '/');
}
