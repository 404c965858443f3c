import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

/** The TypeScript files below a folder of `root`, relative to `root` with `/`, sorted. */
export function sourceFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?ts$/.test(name))
    .map((name) => join(folder, name).replaceAll(sep, '/'))
    .sort();
}
