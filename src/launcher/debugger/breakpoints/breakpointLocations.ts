import type { Debugger } from 'node:inspector';
import { compileFunctionOf, LINES_BEFORE } from './firstStatement.js';
import { readSourceFile } from '../sources/sourceFile.js';
import type { SourceLocations } from '../sources/sourceLocations.js';
import type { BreakableThread } from './breakpoint.js';

/** A range in a file. Lines and columns count from 1; the end is included. */
export interface LocationRange {
  readonly line: number;
  readonly column?: number | undefined;
  readonly endLine: number;
  readonly endColumn?: number | undefined;
}

/** A possible position of a breakpoint. Lines and columns count from 1. */
export interface PossibleLocation {
  readonly line: number;
  readonly column: number;
}

interface Script {
  readonly scriptId: string;
  readonly url: string;
}

/** The most lines that one request searches. */
const MAX_LINES = 500;

/**
 * Lists the possible breakpoint positions in a range of a file. Searches the scripts of the file if they are
 * loaded. Otherwise compiles the file as a CommonJS module. The result is empty for other files that are not
 * loaded.
 *
 * @param scripts the loaded scripts
 */
export async function listLocations(
  { client, scripts: named }: BreakableThread,
  locations: SourceLocations,
  scripts: readonly Script[],
  file: string,
  range: LocationRange,
): Promise<PossibleLocation[]> {
  const found = new Map<string, PossibleLocation>();
  const lastLine = Math.min(range.endLine, range.line + MAX_LINES - 1);
  for (let line = range.line; line <= lastLine; line++) {
    for (const place of locations.generated(file, { line, column: 1 })) {
      const script = scripts.find(({ url }) => new RegExp(place.urlRegex).test(url));
      if (script === undefined) continue;
      const next = locations.generated(file, { line: line + 1, column: 1 });
      const end = next.find(({ urlRegex }) => urlRegex === place.urlRegex);
      const possible = await client.post('Debugger.getPossibleBreakpoints', {
        start: placeIn(script, place),
        ...(end !== undefined && isAfter(end, place) && { end: placeIn(script, end) }),
      });
      for (const at of possible.locations) {
        const { line, column } = locations.original(named.urlOf(at), at.lineNumber, at.columnNumber ?? 0);
        if (isWithin(range, { line, column })) found.set(`${line}:${column}`, { line, column });
      }
    }
  }
  if (found.size === 0 && !isLoaded(locations, scripts, file)) return await listInText(client, file, range);
  return [...found.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

async function listInText(
  client: BreakableThread['client'],
  file: string,
  range: LocationRange,
): Promise<PossibleLocation[]> {
  try {
    const scriptId = await compileFunctionOf(client, readSourceFile(file));
    const { locations } = await client.post('Debugger.getPossibleBreakpoints', {
      start: { scriptId, lineNumber: range.line - 1 + LINES_BEFORE },
      end: { scriptId, lineNumber: range.endLine + LINES_BEFORE },
    });
    return locations
      .map(({ lineNumber, columnNumber = 0 }) => ({
        line: lineNumber - LINES_BEFORE + 1,
        column: columnNumber + 1,
      }))
      .filter((location) => isWithin(range, location));
  } catch {
    // The file does not exist or is not a CommonJS module.
    return [];
  }
}

function isLoaded(locations: SourceLocations, scripts: readonly Script[], file: string): boolean {
  return locations
    .generated(file, { line: 1, column: 1 })
    .some(({ urlRegex }) => scripts.some(({ url }) => new RegExp(urlRegex).test(url)));
}

function placeIn(
  { scriptId }: Script,
  { lineNumber, columnNumber = 0 }: { lineNumber: number; columnNumber?: number | undefined },
): Debugger.Location {
  return { scriptId, lineNumber, columnNumber };
}

type Place = { readonly lineNumber: number; readonly columnNumber?: number | undefined };

function isAfter(one: Place, other: Place): boolean {
  const lines = one.lineNumber - other.lineNumber;
  return lines > 0 || (lines === 0 && (one.columnNumber ?? 0) > (other.columnNumber ?? 0));
}

function isWithin(range: LocationRange, { line, column }: PossibleLocation): boolean {
  const { column: first = 1, endColumn: last = Infinity } = range;
  if (line < range.line || line > range.endLine) return false;
  return (line > range.line || column >= first) && (line < range.endLine || column <= last);
}
