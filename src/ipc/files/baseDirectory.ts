import { lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;
const MAX_LINKS = 40;

/** A directory in which private directories could be made. */
export interface BaseCandidate {
  /** The origin of the path: the name of a variable, for errors. */
  readonly name: string;
  readonly path: string;
}

/**
 * Lists the directories for private files, best first: the runtime directory of the user, the temporary directory,
 * and the one that every system has. None of them is checked yet.
 */
export function baseCandidates(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): readonly BaseCandidate[] {
  const temporary = { name: 'the temporary directory', path: tmpdir() };
  const candidates =
    platform === 'win32'
      ? windowsCandidates(temporary)
      : [
          { name: 'XDG_RUNTIME_DIR', path: env.XDG_RUNTIME_DIR ?? '' },
          temporary,
          { name: 'the system', path: '/tmp' },
        ];
  const seen = new Set<string>(['']);
  return candidates.filter(({ path }) => !seen.has(path) && seen.add(path));
}

/** The user's own directory comes first, unless TEMP names one in the user's profile: others can list a shared one. */
function windowsCandidates(temporary: BaseCandidate): BaseCandidate[] {
  const own = { name: 'the profile', path: join(homedir(), 'AppData', 'Local', 'Temp') };
  const isOwn = temporary.path.toLowerCase().startsWith(`${homedir().toLowerCase()}\\`);
  return isOwn ? [temporary, own] : [own, temporary];
}

/**
 * Finds the reason why private files must not be made in a directory. Whoever owns a directory, or one above it, or
 * can write to one that is not sticky, can replace what is made in it.
 *
 * The whole way is checked, from the root, with the symbolic links on it: each directory belongs to this user or
 * root, and others cannot write to it unless it is sticky. On Windows, Node.js shows no owners: the directory must
 * exist there, and the access lists of the user's profile protect it.
 *
 * @returns undefined for a directory that is safe to use
 */
export function whyUnsafe(path: string): string | undefined {
  if (!isAbsolute(path)) return 'is a relative path';
  try {
    if (process.platform !== 'win32') return walk(path);
    return statSync(path).isDirectory() ? undefined : 'is not a directory';
  } catch (error) {
    return `cannot be used: ${(error as Error).message}`;
  }
}

function walk(path: string): string | undefined {
  let at = '/';
  let rest = partsOf(path);
  let links = 0;
  let unsafe = problemOf(at, lstatSync(at), rest.length === 0);
  while (unsafe === undefined && rest.length > 0) {
    const [name = '', ...others] = rest;
    const next = name === '..' ? dirname(at) : join(at, name);
    const stats = lstatSync(next);
    rest = others;
    if (stats.isSymbolicLink()) {
      if (++links > MAX_LINKS) return 'has too many symbolic links on its way';
      if (!isTrusted(stats.uid, false)) return `is reached by ${next}, a symbolic link of user ${stats.uid}`;
      const target = readlinkSync(next);
      if (isAbsolute(target)) at = '/';
      rest = [...partsOf(target), ...others];
    } else {
      at = next;
      unsafe = problemOf(at, stats, rest.length === 0);
    }
  }
  return unsafe;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function problemOf(path: string, stats: Stats, isBase: boolean): string | undefined {
  const subject = isBase ? '' : `is in ${path}, which `;
  if (!stats.isDirectory()) return `${subject}is not a directory`;
  if (!isTrusted(stats.uid, isBase)) return `${subject}belongs to another user (uid ${stats.uid})`;
  if ((stats.mode & WRITABLE_BY_OTHERS) === 0 || (stats.mode & STICKY) !== 0) return undefined;
  return `${subject}can be written to by other users, and is not sticky`;
}

function isTrusted(uid: number, isBase: boolean): boolean {
  return uid === process.geteuid?.() || uid === 0 || (!isBase && uid === unmappedRoot());
}

let unmapped: { readonly uid: number | undefined } | undefined;

/**
 * Returns the user id as which files of root appear in a sandbox that has no root (a Linux user namespace without an
 * entry for user 0). Files of other users appear as the same, so it is accepted for the directories above only.
 */
function unmappedRoot(): number | undefined {
  unmapped ??= { uid: readUnmappedRoot() };
  return unmapped.uid;
}

function readUnmappedRoot(): number | undefined {
  try {
    const ranges = readFileSync('/proc/self/uid_map', 'utf8').trim().split('\n');
    if (ranges.some((range) => /^\s*0\s/.test(range))) return undefined;
    return Number(readFileSync('/proc/sys/kernel/overflowuid', 'utf8'));
  } catch {
    return undefined;
  }
}
