import { existsSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';

/** Finds the file that a name in a source map means. Undefined: none of the rules says. */
export type PathRules = (names: readonly string[]) => string | undefined;

/**
 * What bundlers write, less what comes before the path within the project. The first group of each is an
 * absolute path, or the second one a path within the project.
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
/** What webpack appends where it has two modules of one name. */
const HASH = /\?[0-9a-z]*$/i;

/** The rules that `sourceMapPathOverrides` gives. The longest pattern that fits is the one that counts. */
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
 * The rules for what bundlers write by themselves. Their paths begin at the project's directory: that is taken
 * to be the program's working directory, or else the directory of a package that the script is in.
 */
export function bundlerRules(cwd: string, scriptPath: string | undefined): PathRules {
  let projects: string[] | undefined;
  return (names) => {
    for (const name of names) {
      const parts = partsOf(name);
      if (parts === undefined) continue;
      if (parts.absolute !== '') return normalize(parts.absolute);
      projects ??= [cwd, ...packagesAround(scriptPath)];
      const files = projects.map((project) => resolve(project, parts.within));
      return files.find((file) => existsSync(file)) ?? files[0];
    }
    return undefined;
  };
}

function partsOf(name: string): { absolute: string; within: string } | undefined {
  for (const pattern of BUNDLER_NAMES) {
    const found = pattern.exec(name.replace(HASH, ''));
    if (found === null) continue;
    const [, absolute = '', rest = ''] = found;
    return { absolute, within: PACKAGES_NAME.test(name) ? join('node_modules', rest) : rest };
  }
  return undefined;
}

/** The directories above a script that have a package.json, the nearest first. */
function packagesAround(scriptPath: string | undefined): string[] {
  const found: string[] = [];
  if (scriptPath === undefined) return found;
  for (let at = dirname(scriptPath); at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) found.push(at);
  }
  return found;
}

/** `*` stands for anything, and for it in the target; `?:*` for anything that is dropped. */
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
