import { createRequire } from 'node:module';
import { realpathSync } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
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
  return `^${escapeForPattern(url)}$`;
}

/**
 * A pattern for the URLs under which node may load the file. Follows symbolic links, as node does, and
 * accepts the query of an import (`./a.mjs?v=2`).
 */
export function urlPatternOfFile(file: string): string {
  // Names of scripts without a file: `[eval]`, or the value of a `//# sourceURL=` comment.
  if (!isAbsolute(file)) return `^${escapeForPattern(file)}$`;
  return `^${urlPattern(realPath(file))}(?:[?#].*)?$`;
}

/**
 * A pattern for the program's entry script. It differs from {@link urlPatternOfFile}, because the inspector
 * accepts two breakpoints at the same position only if their patterns differ.
 */
export function urlPatternOfProgram(program: string): string {
  return `^${urlPattern(program)}$`;
}

/** True if the URL is the URL of this file. */
export function isUrlOfFile(url: string, file: string): boolean {
  return pathOfUrl(url) === file;
}

/** The file that node runs for `node program`: resolves extensions, directories and symbolic links. */
export function resolveProgram(program: string): string {
  const absolute = resolve(program);
  try {
    return createRequire(absolute).resolve(absolute);
  } catch {
    // Node itself reports the error when it starts the program.
    return absolute;
  }
}

/** Resolves symbolic links. Returns the path unchanged if the file does not exist. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // A breakpoint can be set in a file that does not exist yet.
    return file;
  }
}

/**
 * A pattern for a file's URL.
 *
 * Node encodes the URLs of CommonJS and ES modules differently (`[` and `%5B`). The pattern accepts both
 * forms of a character, except for `%`, `#` and `?`, which have another meaning if they are not encoded.
 */
function urlPattern(path: string): string {
  return pathToFileURL(path).href.replace(/%[0-7][0-9A-F]|[^%]/g, (part) => {
    if (part.length === 1) return escapeForPattern(part);
    const character = decodeURIComponent(part);
    return '%#?'.includes(character) ? part : `(?:${part}|${escapeForPattern(character)})`;
  });
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
