import { createRequire } from 'node:module';
import { realpathSync } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pathOfUrl } from './script.js';

/** A source as the adapter names it. */
export interface Source {
  readonly name: string;
  readonly path: string;
  /** What to ask for its text by, where it is no file. */
  readonly sourceReference?: number;
  /** Where it is from, for people, where it is no file. */
  readonly origin?: string;
  /** `deemphasize`: not a file of the person's own, such as node's internals. */
  readonly presentationHint?: 'deemphasize';
}

/** The source behind a script's URL. What is no file (`node:fs`, `[eval]`) keeps its URL as its path. */
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

/** A pattern for a script's own URL, and no other. */
export function urlPatternOfScript(url: string): string {
  return `^${escapeForPattern(url)}$`;
}

/**
 * A pattern for the URLs under which node may load the file: symbolic links are followed, as node does,
 * and the query that an import may carry (`./a.mjs?v=2`) is let pass.
 */
export function urlPatternOfFile(file: string): string {
  // The name of a script that is no file: `[eval]`, or what a `//# sourceURL=` says.
  if (!isAbsolute(file)) return `^${escapeForPattern(file)}$`;
  return `^${urlPattern(realPath(file))}(?:[?#].*)?$`;
}

/** A pattern for the program's entry script. Differs from {@link urlPatternOfFile}, so both can be set on one line. */
export function urlPatternOfProgram(program: string): string {
  return `^${urlPattern(program)}$`;
}

/** Whether a script is of this file. */
export function isUrlOfFile(url: string, file: string): boolean {
  return pathOfUrl(url) === file;
}

/** The file that node runs for `node program`: extensions and directories resolved, links followed. */
export function resolveProgram(program: string): string {
  const absolute = resolve(program);
  try {
    return createRequire(absolute).resolve(absolute);
  } catch {
    // Node will say what is wrong with it when it is started.
    return absolute;
  }
}

/** Symbolic links followed, as far as there is something to follow. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // A file that is not there (yet) can have a breakpoint all the same.
    return file;
  }
}

/**
 * Node names CommonJS and ES modules by two encoders, which do not agree on every character (`[` and `%5B`):
 * where one might be encoded, both forms fit. A plain `%`, `#` or `?` would mean something else.
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
