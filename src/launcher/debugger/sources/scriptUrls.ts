import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { DISK_FILES } from '../../../paths/diskFiles.js';
import { isFilePath } from '../../../paths/filePaths.js';
import { escapePattern, namePattern } from '../../../paths/fileUrls.js';
import { pathOfUrl } from './script.js';

/** A source as reported to the adapter. */
export interface Source {
  readonly name: string;
  readonly path: string;
  /** The reference for requesting the text, if the source is not a file. */
  readonly sourceReference?: number;
  /** The origin as shown to users, if the source is not a file. */
  readonly origin?: string;
  /** `deemphasize` for code outside of the user's own files, such as node's internals. */
  readonly presentationHint?: 'deemphasize';
}

/**
 * The source for a script's URL. For a URL without a file (`node:fs`, `[eval]`), the path is the URL itself.
 */
export function sourceOfUrl(url: string): Source {
  const path = pathOfUrl(url);
  if (path !== undefined) return { name: basename(path), path };
  const isInternal = url.startsWith('node:');
  return {
    name: url === '' ? '<anonymous>' : url,
    path: url,
    origin: isInternal ? 'Node.js' : 'evaluated code',
    ...(isInternal && { presentationHint: 'deemphasize' }),
  };
}

/** A pattern that matches exactly one script URL. */
export function urlPatternOfScript(url: string): string {
  return `^${escapePattern(url)}$`;
}

/**
 * A pattern for the names under which node may load the file, whether it follows symbolic links or not.
 */
export function urlPatternOfFile(file: string): string {
  // Names of scripts without a file: `[eval]`, or the value of a `//# sourceURL=` comment.
  if (!isFilePath(file, DISK_FILES.platform)) return urlPatternOfScript(file);
  const paths = new Set([DISK_FILES.realPath(file), DISK_FILES.onDisk(file)]);
  return [...paths].map((path) => namePattern(path, DISK_FILES.platform)).join('|');
}

/** True if the URL is the URL of this file. */
export function isUrlOfFile(url: string, file: string): boolean {
  const path = pathOfUrl(url);
  return path !== undefined && DISK_FILES.isSame(path, file);
}

/** The file that node runs for `node program`: resolves extensions, directories and symbolic links. */
export function resolveProgram(program: string): string {
  const absolute = resolve(program);
  DISK_FILES.remember(absolute);
  try {
    return createRequire(absolute).resolve(absolute);
  } catch {
    // Node itself reports the error when it starts the program.
    return absolute;
  }
}
