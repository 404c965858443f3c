import { fileURLToPath, pathToFileURL } from 'node:url';
import { ignoresCase, isFilePath, normalPath, withSlashes } from './filePaths.js';
import type { Platform } from './filePaths.js';

/** A URL of a file on a server as node writes it for CommonJS modules: `file:////server/share/x.js`. */
const SERVER_URL = /^file:\/\/\/\/(?=[^/])/i;

/** The file URL of an absolute path. */
export function urlOfPath(path: string, platform: Platform): string {
  return pathToFileURL(normalPath(path, platform), { windows: platform === 'win32' }).href;
}

/**
 * The path of a script's name: of a file URL, or of a name that is itself an absolute path. Undefined for
 * other names, because a script may have any name. The query and the fragment of a URL do not count.
 */
export function pathOfName(name: string, platform: Platform): string | undefined {
  if (isFilePath(name, platform)) return normalPath(name, platform);
  if (!/^file:/i.test(name)) return undefined;
  const windows = platform === 'win32';
  try {
    return normalPath(
      fileURLToPath(windows ? name.replace(SERVER_URL, 'file://') : name, { windows }),
      platform,
    );
  } catch {
    return undefined;
  }
}

/**
 * A pattern for the names under which node and its loaders may load a file: its URL, with or without a query,
 * and its path.
 *
 * Node encodes the URLs of CommonJS and ES modules differently (`[` and `%5B`). The pattern accepts both
 * forms of a character, except for `%`, `#` and `?`, which have another meaning if they are not encoded. It
 * accepts either letter case where the platform does.
 */
export function namePattern(path: string, platform: Platform): string {
  const normal = withSlashes(normalPath(path, platform), platform);
  const forms =
    platform === 'darwin' ? new Set([normal.normalize('NFC'), normal.normalize('NFD')]) : [normal];
  const alternatives = [...forms].flatMap((form) => [
    urlPattern(form, platform),
    plainPattern(form, platform),
  ]);
  return `^(?:${alternatives.join('|')})$`;
}

function urlPattern(path: string, platform: Platform): string {
  // On Windows, a path that begins with two slashes has a server, which is the host of the URL.
  const [start, rest] = path.startsWith('//')
    ? ['file:(?:////|//)', path.slice(2)]
    : [platform === 'win32' ? 'file:///' : 'file://', path];
  const characters = [...rest].map((character) => characterPattern(character, platform));
  return `${start}${characters.join('')}(?:[?#].*)?`;
}

function plainPattern(path: string, platform: Platform): string {
  const characters = [...path].map((character) => {
    if (character === '/') return platform === 'win32' ? '[\\\\/]' : '/';
    const cases = casesOf(character, platform).map(escapePattern);
    return cases.length === 1 ? cases.join('') : `(?:${cases.join('|')})`;
  });
  return `${characters.join('')}(?:\\?.*)?`;
}

/** The forms of a character in a URL. */
function characterPattern(character: string, platform: Platform): string {
  if (/^[\w./~-]$/.test(character) && casesOf(character, platform).length === 1)
    return escapePattern(character);
  const forms = casesOf(character, platform).flatMap((one) => {
    if (/^[\w./~-]$/.test(one)) return [escapePattern(one)];
    const encoded = [...Buffer.from(one)].map(encodedPattern).join('');
    return '%#?'.includes(one) ? [encoded] : [encoded, escapePattern(one)];
  });
  // The URLs of CommonJS modules have a slash in place of a backslash, and nothing in place of a line end.
  if (character === '\\') forms.push('/');
  const isDropped = '\n\r\t'.includes(character);
  return `(?:${forms.join('|')})${isDropped ? '?' : ''}`;
}

/** A byte as `%C3` or `%c3`. */
function encodedPattern(byte: number): string {
  const digits = byte.toString(16).padStart(2, '0');
  return `%${digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)}`;
}

function casesOf(character: string, platform: Platform): string[] {
  if (!ignoresCase(platform)) return [character];
  return [...new Set([character, character.toLowerCase(), character.toUpperCase()])];
}

/** Escapes a text for use in a regular expression. */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
