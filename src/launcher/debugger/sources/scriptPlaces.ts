import { isAbsolute } from 'node:path';
import { urlPatternOfFile, urlPatternOfScript } from './scriptUrls.js';
import type { SourceMaps } from './sourceMaps.js';

/** A position as people count: lines and columns begin at 1. */
export interface Position {
  readonly line: number;
  readonly column?: number | undefined;
}

/** A place in every script whose URL fits the pattern; line and column count from 0. */
export interface ScriptPlace {
  readonly urlRegex: string;
  readonly lineNumber: number;
  readonly columnNumber?: number | undefined;
}

/**
 * The places in scripts, loaded or still to come, that a position in a file stands for. The file is a script by
 * itself, unless it is known that what runs by its name was made of it.
 */
export function findScriptPlaces(maps: SourceMaps, file: string, position: Position): ScriptPlace[] {
  const found = maps.occurrencesOf(file).map((one) => ({
    ...one,
    line: one.map.lineWithCode(one.source, position.line - 1),
  }));
  const line = Math.min(...found.map((one) => one.line ?? Infinity));
  // A column counts on the line that was asked for, and not on one further down.
  const column = line === position.line - 1 ? (position.column ?? 1) - 1 : 0;
  const mapped = found
    .filter((one) => one.line === line)
    .flatMap(({ script, map, source }) =>
      map.generated(source, line, column).map((place) => placeIn(script.url, place)),
    );
  return found.some(({ script }) => script.isOwnSource) ? mapped : [ownPlace(file, position), ...mapped];
}

function placeIn(url: string, { line, column }: { line: number; column: number }): ScriptPlace {
  return { urlRegex: urlPatternOfScript(url), lineNumber: line, columnNumber: column };
}

function ownPlace(file: string, { line, column }: Position): ScriptPlace {
  return {
    urlRegex: isAbsolute(file) ? urlPatternOfFile(file) : urlPatternOfScript(file),
    lineNumber: line - 1,
    ...(column !== undefined && { columnNumber: column - 1 }),
  };
}
