import { FILE_LIMITS, FileProblem, readCheckedFileSync, systemCode } from '../../../ipc/index.js';
import { DISK_FILES } from '../../../paths/diskFiles.js';
import { sourcePaths } from '../../../paths/sourcePaths.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import { pathOfUrl } from './script.js';
import type { Script } from './script.js';

/** A byte order mark, and the prefix that some servers put before JSON, so that it cannot run as a script. */
const BEFORE_JSON = /^\uFEFF?(?:\)\]\}'[^\n]*\n)?/;

/** The text of a source map, and the file that its source paths are relative to. */
export interface MapText {
  readonly text: string;
  /** The path of the map or of its script. Undefined if neither has a file. */
  readonly path: string | undefined;
}

/** @throws DebuggerError with the reason if the map cannot be read */
export function readMapText(script: Pick<Script, 'url' | 'sourceMapURL'>): MapText {
  const { url, sourceMapURL } = script;
  const scriptPath = pathOfUrl(url);
  const isInline = sourceMapURL.startsWith('data:');
  const path = isInline ? scriptPath : locate(sourceMapURL, scriptPath);
  const text = isInline ? readData(sourceMapURL) : readFile(path ?? '');
  return { text: text.replace(BEFORE_JSON, ''), path };
}

/** Returns the map's path. A path that contains `%`, `#` or `?` is first tried unchanged. */
function locate(sourceMapURL: string, scriptPath: string | undefined): string {
  const paths = sourcePaths({ name: sourceMapURL, base: scriptPath }, DISK_FILES.platform);
  const path = DISK_FILES.firstExisting(paths) ?? paths.at(-1);
  if (path !== undefined) return path;
  throw new DebuggerError(
    URL.canParse(sourceMapURL)
      ? `it is at ${sourceMapURL}, and maps are read from files alone`
      : `"${sourceMapURL}" is relative to a script without a file`,
  );
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
