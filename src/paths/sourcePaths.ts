import { posix, win32 } from 'node:path';
import { isFilePath, normalPath, platformOf } from './filePaths.js';
import type { Platform } from './filePaths.js';
import { pathOfName } from './fileUrls.js';

/** The name of a source in a source map, with all that it is relative to. */
export interface NamedSource {
  readonly name: string;
  /** Empty or undefined if the map does not have it. */
  readonly sourceRoot?: string | undefined;
  /** The path of the map or of its script. Undefined if neither has a file. */
  readonly base: string | undefined;
}

const SCHEME = /^[a-z][a-z\d+.-]+:/i;
/** The schemes of bundlers before an absolute path of Windows: `webpack:///c:\x`. */
const SCHEME_BEFORE_DRIVE = /^[a-z][a-z\d+.-]+:\/{0,3}(?=[a-z](?::|%3a)[\\/])/i;

/**
 * The paths that the name of a source may mean, the most literal one first. Compilers write `#`, `%` and `?`
 * with and without encoding them, so which is right can be seen on disk only. Empty for names that are no paths.
 */
export function sourcePaths(source: NamedSource, platform: Platform): string[] {
  const { name, base } = source;
  const root = source.sourceRoot ?? '';
  if (isAbsoluteName(name, platform)) return readings(name, platform);
  // A path of Windows in a map that is used elsewhere is of another machine.
  if (SCHEME.test(name) || (platform !== 'win32' && platformOf(name) === 'win32')) return [];
  if (isAbsoluteName(root, platform)) {
    return readings(name, platform).flatMap((read) =>
      readings(root, platform).map((directory) => join(directory, read, platform)),
    );
  }
  if (base === undefined || SCHEME.test(root)) return [];
  const directory = rulesOf(platform).dirname(base);
  return readings(name, platform).flatMap((read) =>
    readings(root, platform).map((at) => join(join(directory, at, platform), read, platform)),
  );
}

/** True if the name says where the file is without any other name. */
function isAbsoluteName(name: string, platform: Platform): boolean {
  if (/^file:/i.test(name) || isFilePath(name, platform)) return true;
  return platform === 'win32' && SCHEME_BEFORE_DRIVE.test(name);
}

/** The paths for a name: as it is written, decoded, and without a query or fragment. */
function readings(name: string, platform: Platform): string[] {
  const plain =
    platform === 'win32' ? name.replace(SCHEME_BEFORE_DRIVE, '').replace(/^([a-z])%3a/i, '$1:') : name;
  const literal = /^file:/i.test(plain) ? literalPath(plain, platform) : plain;
  const decoded = /^file:/i.test(plain) ? pathOfName(plain, platform) : decode(withoutQuery(plain));
  const found = [literal, literal === undefined ? undefined : decode(literal), decoded];
  return [...new Set(found.filter((one) => one !== undefined))].map((path) =>
    isFilePath(path, platform) ? normalPath(path, platform) : path,
  );
}

/** The path of a file URL whose characters are all meant as they are. */
function literalPath(url: string, platform: Platform): string | undefined {
  const path = url.replace(/^file:\/\/(?:localhost(?=\/))?/i, '');
  if (platform !== 'win32') return path.startsWith('/') ? path : undefined;
  const withDrive = path.replace(/^\/?([a-z])(?::|%3a|\|)(?=[\\/])/i, '$1:');
  return platformOf(withDrive) === 'win32' ? withDrive : undefined;
}

function withoutQuery(name: string): string {
  const end = name.search(/[?#]/);
  return end === -1 ? name : name.slice(0, end);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function join(directory: string, name: string, platform: Platform): string {
  return normalPath(rulesOf(platform).resolve(directory, name), platform);
}

function rulesOf(platform: Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
