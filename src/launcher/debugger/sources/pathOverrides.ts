import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { DiskFiles } from '../../../paths/diskFiles.js';
import { ignoresCase, normalPath, platformOf } from '../../../paths/filePaths.js';
import type { Platform } from '../../../paths/filePaths.js';
import { escapePattern } from '../../../paths/fileUrls.js';

/** Finds the file for the names of a source. Returns undefined if no rule applies. */
export type PathRules = (names: readonly string[]) => string | undefined;

/**
 * The source names that bundlers write. The first group is an absolute path, or the second group is a path
 * within the project.
 */
const BUNDLER_NAMES: readonly RegExp[] = [
  /^webpack:\/\/(?:@[^/]*\/)?[^/]*\/([a-z]:\/.+)$/i,
  /^webpack:\/\/\/(\/.+)$/,
  /^webpack:\/\/\/\.\/~\/()(.+)$/,
  /^webpack:\/\/(?:@[^/]*\/)?[^/]*\/()(.+)$/,
  /^meteor:\/\/💻app\/()(.+)$/u,
  /^turbopack:\/\/\/?\[project\]\/()(.+)$/,
];
const PACKAGES_NAME = /^webpack:\/\/\/\.\/~\//;
/** The suffix that webpack appends if two modules have the same name. */
const HASH = /\?[0-9a-z]*$/i;

/**
 * Creates the rules of `sourceMapPathOverrides`. The longest matching pattern applies. In a pattern for paths
 * of Windows, letter case and the kind of slash do not matter, on any platform.
 */
export function overrideRules(overrides: Readonly<Record<string, string>>, platform: Platform): PathRules {
  const rules = Object.entries(overrides)
    .sort(([left], [right]) => right.length - left.length)
    .map(([pattern, target]) => ({ ...compile(pattern, platform), target }));
  return (names) => {
    for (const { pattern, isOfWindows, target } of rules) {
      for (const name of names) {
        const plain = name.replace(HASH, '');
        const found = pattern.exec(isOfWindows ? plain.replaceAll('\\', '/') : plain);
        if (found !== null) return normalPath(fill(target, found.slice(1)), platform);
      }
    }
    return undefined;
  };
}

/**
 * Creates the rules for the names that bundlers write by default. Paths within the project are resolved
 * against the working directory, or else against the package folders around the script.
 */
export function bundlerRules(cwd: string, scriptPath: string | undefined, files: DiskFiles): PathRules {
  let projects: string[] | undefined;
  return (names) => {
    for (const name of names) {
      const parts = parseBundlerName(name);
      if (parts === undefined) continue;
      if (parts.absolute !== '') return normalPath(parts.absolute, files.platform);
      projects ??= [cwd, ...packagesAround(scriptPath)];
      const paths = projects.flatMap((project) => pathsWithin(project, parts.within));
      return files.firstExisting(paths) ?? paths[0];
    }
    return undefined;
  };
}

function parseBundlerName(name: string): { absolute: string; within: string } | undefined {
  for (const pattern of BUNDLER_NAMES) {
    const found = pattern.exec(name.replace(HASH, ''));
    if (found === null) continue;
    const [, absolute = '', rest = ''] = found;
    return { absolute, within: PACKAGES_NAME.test(name) ? join('node_modules', rest) : rest };
  }
  return undefined;
}

/** The folders above a script that contain a package.json, nearest first. */
function packagesAround(scriptPath: string | undefined): string[] {
  const found: string[] = [];
  if (scriptPath === undefined) return found;
  for (let at = dirname(scriptPath); at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) found.push(at);
  }
  return found;
}

/** The paths for a name within a project: as it is written, and decoded. */
function pathsWithin(project: string, name: string): string[] {
  const literal = resolve(project, name);
  try {
    return [...new Set([literal, resolve(project, decodeURIComponent(name))])];
  } catch {
    return [literal];
  }
}

/**
 * Compiles a pattern. `*` matches any text and inserts it into the target; `?:*` matches any text and drops
 * it.
 */
function compile(pattern: string, platform: Platform): { pattern: RegExp; isOfWindows: boolean } {
  const isOfWindows = platform === 'win32' || platformOf(pattern) === 'win32';
  const source = (isOfWindows ? pattern.replaceAll('\\', '/') : pattern)
    .split(/(\?:\*|\*)/)
    .map((part) => (part === '*' ? '(.*?)' : part === '?:*' ? '.*?' : escapePattern(part)))
    .join('');
  const flags = isOfWindows || ignoresCase(platform) ? 'si' : 's';
  return { pattern: new RegExp(`^${source}$`, flags), isOfWindows };
}

function fill(target: string, captures: readonly string[]): string {
  let used = 0;
  return target.replace(/\*/g, () => captures[used++] ?? '');
}
