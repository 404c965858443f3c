import { existsSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';

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

/** Creates the rules of `sourceMapPathOverrides`. The longest matching pattern applies. */
export function overrideRules(overrides: Readonly<Record<string, string>>): PathRules {
  const rules = Object.entries(overrides)
    .sort(([left], [right]) => right.length - left.length)
    .map(([pattern, target]) => ({ pattern: patternOf(pattern), target }));
  return (names) => {
    for (const { pattern, target } of rules) {
      for (const name of names) {
        const found = pattern.exec(name.replace(HASH, ''));
        if (found !== null) return normalize(fill(target, found.slice(1)));
      }
    }
    return undefined;
  };
}

/**
 * Creates the rules for the names that bundlers write by default. Paths within the project are resolved
 * against the working directory, or else against the package folders around the script.
 */
export function bundlerRules(cwd: string, scriptPath: string | undefined): PathRules {
  let projects: string[] | undefined;
  return (names) => {
    for (const name of names) {
      const parts = parseBundlerName(name);
      if (parts === undefined) continue;
      if (parts.absolute !== '') return normalize(parts.absolute);
      projects ??= [cwd, ...packagesAround(scriptPath)];
      const files = projects.map((project) => resolve(project, parts.within));
      return files.find((file) => existsSync(file)) ?? files[0];
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

/**
 * Compiles a pattern. `*` matches any text and inserts it into the target; `?:*` matches any text and drops
 * it.
 */
function patternOf(pattern: string): RegExp {
  const source = pattern
    .split(/(\?:\*|\*)/)
    .map((part) => (part === '*' ? '(.*?)' : part === '?:*' ? '.*?' : escapePattern(part)))
    .join('');
  return new RegExp(`^${source}$`, 'su');
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function fill(target: string, captures: readonly string[]): string {
  let used = 0;
  return target.replace(/\*/g, () => captures[used++] ?? '');
}
