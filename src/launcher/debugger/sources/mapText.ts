import { statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FILE_LIMITS, FileProblem, readCheckedFileSync, systemCode } from '../../../ipc/index.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import { pathOfUrl } from './script.js';
import type { Script } from './script.js';

/** The prefix that some servers put before JSON, so that it cannot run as a script. */
const GUARD = /^\)\]\}'[^\n]*\n/;

/** The text of a source map, and the URL that its source paths are relative to. */
export interface MapText {
  readonly text: string;
  /** Empty if neither the map nor the script has a file. */
  readonly url: string;
}

/** @throws DebuggerError with the reason if the map cannot be read */
export function readMapText(script: Pick<Script, 'url' | 'sourceMapURL'>): MapText {
  const { url, sourceMapURL } = script;
  if (sourceMapURL.startsWith('data:')) return { text: readData(sourceMapURL), url: placeOf(url) };
  const mapUrl = locate(sourceMapURL, url);
  const path = pathOfUrl(mapUrl);
  if (path === undefined) throw new DebuggerError(`it is at ${mapUrl}, and maps are read from files alone`);
  return { text: readFile(path).replace(GUARD, ''), url: mapUrl };
}

function placeOf(url: string): string {
  return pathOfUrl(url) === undefined ? '' : url;
}

/** Returns the map's URL. A path that contains `%` or `#` is first tried unchanged. */
function locate(sourceMapURL: string, scriptUrl: string): string {
  const scriptPath = pathOfUrl(scriptUrl);
  if (isAbsolute(sourceMapURL)) return pathToFileURL(sourceMapURL).href;
  if (URL.canParse(sourceMapURL)) return sourceMapURL;
  if (scriptPath === undefined)
    throw new DebuggerError(`"${sourceMapURL}" is relative to a script without a file`);
  const asWritten = resolve(dirname(scriptPath), sourceMapURL);
  if (isFile(asWritten)) return pathToFileURL(asWritten).href;
  return new URL(sourceMapURL, scriptUrl).href;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function readFile(path: string): string {
  try {
    return readCheckedFileSync(path, { maxBytes: FILE_LIMITS.maxSourceMapBytes }).bytes.toString();
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    const isMissing = systemCode(error.cause) === 'ENOENT';
    throw new DebuggerError(isMissing ? `there is no ${path}` : `${path} ${error.problem}`, { cause: error });
  }
}

function readData(url: string): string {
  const comma = url.indexOf(',');
  if (comma === -1) throw new DebuggerError('its data: URL has no data');
  const data = url.slice(comma + 1);
  const isBase64 = /;\s*base64\s*$/i.test(url.slice(0, comma));
  return isBase64 ? Buffer.from(data, 'base64').toString('utf8') : decodeURIComponent(data);
}
