import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import picomatch from 'picomatch';
import { ignoresCase, withSlashes } from '../../../paths/filePaths.js';
import { urlOfPath } from '../../../paths/fileUrls.js';
import { readSourceFile, readSourceFileEnd } from './sourceFile.js';
import type { Script } from './script.js';

/** The most directories to search, so that a pattern that covers the whole disk does not block the start. */
const MAX_DIRECTORIES = 5_000;
/** The length of a script's end in which the comment with the map's URL is searched, in bytes. */
const TAIL_BYTES = 4_096;
const PLATFORM = process.platform;
const SCRIPT_NAME = /\.[cm]?js$/;
const MAP_COMMENT = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm;
/** Matches the first character that makes a pattern a glob instead of a plain path. */
const GLOB_CHARACTER = /[*?[\]{}()!+@]/;

/**
 * Finds scripts with source maps that match the patterns, before the scripts are loaded. Packages are
 * searched only if a pattern names `node_modules`. At most {@link MAX_DIRECTORIES} directories are searched.
 *
 * @param outFiles globs; a glob after `!` excludes files
 * @param cwd the base of relative globs
 */
export async function findOutFiles(outFiles: readonly string[], cwd: string): Promise<Script[]> {
  const included = outFiles.filter((glob) => !glob.startsWith('!')).map((glob) => absolute(glob, cwd));
  const excluded = outFiles
    .filter((glob) => glob.startsWith('!'))
    .map((glob) => excludedGlob(glob.slice(1), cwd));
  const fits = picomatch(included, { ignore: excluded, dot: true, nocase: ignoresCase(PLATFORM) });
  const intoPackages = included.some((glob) => glob.includes('node_modules'));
  const paths = await findScripts([...new Set(included.map(rootOf))], intoPackages);
  return paths.filter((path) => fits(withSlashes(path, PLATFORM))).flatMap(scriptAt);
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
      if (entry.isDirectory() && isSearched(entry.name, intoPackages)) queue.push(path);
      else if (entry.isFile() && SCRIPT_NAME.test(entry.name)) found.push(path);
    }
  }
  return found;
}

function absolute(glob: string, cwd: string): string {
  return withSlashes(isAbsolute(glob) ? glob : resolve(cwd, glob), PLATFORM);
}

/** Resolves an excluding glob. `**` at its beginning applies to all folders. */
function excludedGlob(glob: string, cwd: string): string {
  return glob.startsWith('**') ? glob : absolute(glob, cwd);
}

function rootOf(glob: string): string {
  const parts = glob.split('/');
  const magic = parts.findIndex((part) => GLOB_CHARACTER.test(part));
  const root = parts.slice(0, magic === -1 ? -1 : magic).join('/');
  return root === '' ? '/' : root;
}

function isSearched(name: string, intoPackages: boolean): boolean {
  return !name.startsWith('.') && (intoPackages || name !== 'node_modules');
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Returns the script if it names a source map. Empty also for a file that cannot be read. */
function scriptAt(path: string): Script[] {
  try {
    const sourceMapURL = mapUrlIn(path);
    if (sourceMapURL === undefined) return [];
    return [{ scriptId: '', url: urlOfPath(path, PLATFORM), sourceMapURL, hash: '' }];
  } catch {
    return [];
  }
}

function mapUrlIn(path: string): string | undefined {
  const tail = readSourceFileEnd(path, TAIL_BYTES);
  // An inline map is longer than the tail, and so is the last line.
  const isCut = tail.length === TAIL_BYTES && !/\s/.test(tail.trimEnd());
  return [...(isCut ? readSourceFile(path) : tail).matchAll(MAP_COMMENT)].at(-1)?.[1];
}
