import { posix, win32 } from 'node:path';

/** The platform whose rules apply to a path: `process.platform`, or that of another machine. */
export type Platform = NodeJS.Platform;

declare const KEY: unique symbol;

/**
 * The text by which two paths are compared. Two paths with the same key name the same file as far as their
 * text says. Keys are for comparing only: users see paths.
 */
export type FileKey = string & { readonly [KEY]: true };

const DRIVE = /^[a-z]:/i;
/** The prefixes by which Windows takes a path as it is: `\\?\C:\x`, `\\?\UNC\server\share`. */
const LITERAL_UNC = /^[\\/]{2}\?[\\/]UNC[\\/]/i;
const LITERAL = /^[\\/]{2}\?[\\/](?=[a-z]:)/i;

/** True if the file systems of the platform find a file by its name in other letter case. */
export function ignoresCase(platform: Platform): boolean {
  return platform === 'win32' || platform === 'darwin';
}

/** The platform of an absolute path, from its form: `win32` for paths with a drive or a server. */
export function platformOf(path: string): Platform {
  return DRIVE.test(path) || path.startsWith('\\\\') ? 'win32' : 'linux';
}

/** True if the text is the absolute path of a file. On Windows such a path has a drive or a server. */
export function isFilePath(text: string, platform: Platform): boolean {
  if (platform === 'win32') return /^[a-z]:[\\/]|^[\\/]{2}[^\\/]/i.test(text);
  return text.startsWith('/');
}

/** Makes an absolute path plain: without `.`, `..`, doubled separators and `\\?\`. */
export function normalPath(path: string, platform: Platform): string {
  if (platform !== 'win32') return withoutEnd(posix.normalize(path), 1);
  const plain = path.replace(LITERAL_UNC, '\\\\').replace(LITERAL, '');
  const normal = win32.normalize(plain).replace(DRIVE, (drive) => drive.toUpperCase());
  return withoutEnd(normal, win32.parse(normal).root.length);
}

/** Removes the separator at the end, unless the path is a root. */
function withoutEnd(path: string, rootLength: number): string {
  return path.length > rootLength && /[\\/]$/.test(path) ? path.slice(0, -1) : path;
}

/** The key of an absolute path, from its text alone. */
export function pathKey(path: string, platform: Platform): FileKey {
  const normal = normalPath(path, platform);
  if (!ignoresCase(platform)) return normal as FileKey;
  // The file systems of macOS find composed and decomposed letters alike.
  return (platform === 'darwin' ? normal.normalize('NFC') : normal).toLowerCase() as FileKey;
}

/** The key of a source, which is a file or has another name. Other names are compared as they are. */
export function sourceKey(name: string, platform: Platform): FileKey {
  return isFilePath(name, platform) ? pathKey(name, platform) : (name as FileKey);
}

/** True if the paths are the same, apart from differences that the platform ignores. */
export function isSamePath(one: string, other: string, platform: Platform): boolean {
  return pathKey(one, platform) === pathKey(other, platform);
}

/** The key of a file's name without its directories. */
export function nameKey(path: string, platform: Platform): FileKey {
  const key = pathKey(path, platform);
  return key.slice(key.lastIndexOf(platform === 'win32' ? '\\' : '/') + 1) as FileKey;
}

/**
 * The names that lead from a directory to a path in it, in their own letter case. Empty for the directory
 * itself. Undefined for a path elsewhere.
 */
export function namesBelow(path: string, directory: string, platform: Platform): string[] | undefined {
  const [names, start] = [namesOf(path, platform), namesOf(directory, platform)];
  const isBelow = start.every((name, index) => {
    const other = names[index];
    return other !== undefined && isSameName(name, other, platform);
  });
  return isBelow ? names.slice(start.length) : undefined;
}

/** The path to which names lead from a directory. */
export function pathBelow(directory: string, names: readonly string[], platform: Platform): string {
  const rules = platform === 'win32' ? win32 : posix;
  return normalPath(rules.join(directory, ...names), platform);
}

/** The path with slashes as separators, as patterns have it. */
export function withSlashes(path: string, platform: Platform): string {
  return platform === 'win32' ? path.replaceAll('\\', '/') : path;
}

function isSameName(one: string, other: string, platform: Platform): boolean {
  return one === other || pathKey(`/${one}`, platform) === pathKey(`/${other}`, platform);
}

function namesOf(path: string, platform: Platform): string[] {
  const slashed = withSlashes(normalPath(path, platform), platform);
  return slashed.endsWith('/') ? slashed.slice(0, -1).split('/') : slashed.split('/');
}
