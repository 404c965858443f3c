import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import picomatch from 'picomatch';
import type { Script } from './script.js';

/** How many directories are looked into at most: a pattern that names the whole disk must not hold up anything. */
const MAX_DIRECTORIES = 5_000;
/** How much of a script's end is read for the comment that names its map, in bytes. */
const TAIL_BYTES = 4_096;
const SCRIPT_NAME = /\.[cm]?js$/;
const MAP_COMMENT = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm;
/** From where on a pattern is no plain path any more. */
const MAGIC = /[*?[\]{}()!+@]/;

/**
 * The scripts with maps that the patterns name, before they are loaded. Packages are left out unless a pattern
 * names them itself. Where there are too many directories, the rest is left out.
 *
 * @param outFiles globs; one behind `!` takes back what the others name
 * @param cwd what relative ones are under
 */
export async function findOutFiles(outFiles: readonly string[], cwd: string): Promise<Script[]> {
  const wanted = outFiles.filter((glob) => !glob.startsWith('!')).map((glob) => absolute(glob, cwd));
  const ignore = outFiles.filter((glob) => glob.startsWith('!')).map((glob) => ignored(glob.slice(1), cwd));
  const fits = picomatch(wanted, { ignore, dot: true });
  const intoPackages = wanted.some((glob) => glob.includes('node_modules'));
  const paths = await findScripts([...new Set(wanted.map(rootOf))], intoPackages);
  return paths.filter((path) => fits(withSlashes(path))).flatMap(scriptAt);
}

async function findScripts(roots: readonly string[], intoPackages: boolean): Promise<string[]> {
  const found: string[] = [];
  const seen = new Set<string>();
  const queue = [...roots];
  for (let at = queue.shift(); at !== undefined && seen.size < MAX_DIRECTORIES; at = queue.shift()) {
    if (seen.has(at)) continue;
    seen.add(at);
    for (const entry of await entriesOf(at)) {
      const path = join(at, entry.name);
      if (entry.isDirectory() && isWorthIt(entry.name, intoPackages)) queue.push(path);
      else if (entry.isFile() && SCRIPT_NAME.test(entry.name)) found.push(path);
    }
  }
  return found;
}

function absolute(glob: string, cwd: string): string {
  return withSlashes(isAbsolute(glob) ? glob : resolve(cwd, glob));
}

/** `!**` is said of wherever the others lead. */
function ignored(glob: string, cwd: string): string {
  return glob.startsWith('**') ? glob : absolute(glob, cwd);
}

function withSlashes(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}

function rootOf(glob: string): string {
  const parts = glob.split('/');
  const magic = parts.findIndex((part) => MAGIC.test(part));
  const root = parts.slice(0, magic === -1 ? -1 : magic).join('/');
  return root === '' ? '/' : root;
}

function isWorthIt(name: string, intoPackages: boolean): boolean {
  return !name.startsWith('.') && (intoPackages || name !== 'node_modules');
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function scriptAt(path: string): Script[] {
  const tail = tailOf(path);
  // A map within the script is longer than that, and so is the last line.
  const isCut = tail.length === TAIL_BYTES && !/\s/.test(tail.trimEnd());
  const [, sourceMapURL] =
    [...(isCut ? readFileSync(path, 'utf8') : tail).matchAll(MAP_COMMENT)].at(-1) ?? [];
  return sourceMapURL === undefined
    ? []
    : [{ scriptId: '', url: pathToFileURL(path).href, sourceMapURL, hash: '' }];
}

function tailOf(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
      readSync(file, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8');
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
