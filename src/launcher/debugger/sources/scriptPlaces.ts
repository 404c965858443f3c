import type { Script } from './script.js';
import type { MappedScript } from './mappedScript.js';
import { urlPatternOfFile, urlPatternOfScript } from './scriptUrls.js';
import type { SourceMaps } from './sourceMaps.js';

/** A position in a source. Lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column?: number | undefined;
}

/** A place in all scripts whose URL matches the pattern. Lines and columns count from 0. */
export interface ScriptPlace {
  readonly urlRegex: string;
  /** The script whose source map gave the place. Absent for the requested line of the file itself. */
  readonly script?: Script;
  readonly lineNumber: number;
  readonly columnNumber?: number | undefined;
}

/**
 * Finds the places in loaded and future scripts for a position in a file. The file itself counts as a script,
 * unless a loaded script with the same name was compiled from it.
 */
export function findScriptPlaces(maps: SourceMaps, file: string, position: Position): ScriptPlace[] {
  const found = maps.occurrencesOf(file).map((one) => ({
    ...one,
    line: one.map.lineWithCode(one.source, position.line - 1),
  }));
  const line = Math.min(...found.map((one) => one.line ?? Infinity));
  // A column applies only to the requested line, not to a line below it.
  const column = line === position.line - 1 ? (position.column ?? 1) - 1 : 0;
  const mapped = found
    .filter((one) => one.line === line)
    .flatMap(({ script, map, source }) =>
      map.generated(source, line, column).map((place) => placeIn(script, place)),
    );
  if (found.some(({ script }) => script.isOwnSource)) return mapped;
  const own = [urlPatternOfFile(file), ...maps.otherNamesOf(file).map(urlPatternOfScript)];
  return [...own.map((urlRegex) => ownPlace(urlRegex, position)), ...mapped];
}

function placeIn(
  { url, script }: MappedScript,
  { line, column }: { line: number; column: number },
): ScriptPlace {
  return {
    ...{ urlRegex: urlPatternOfScript(url), script, lineNumber: line, columnNumber: column },
  };
}

function ownPlace(urlRegex: string, { line, column }: Position): ScriptPlace {
  return {
    urlRegex,
    lineNumber: line - 1,
    ...(column !== undefined && { columnNumber: column - 1 }),
  };
}
