import { decodedMappings, FlattenMap, traceSegment } from '@jridgewell/trace-mapping';
import type { TraceMap } from '@jridgewell/trace-mapping';
import type { MapText } from './mapText.js';

/** A place in a source, by the source's number in its map; line and column count from 0. */
export interface OriginalPlace {
  readonly source: number;
  readonly line: number;
  readonly column: number;
  /** What the source calls what stands there. */
  readonly name: string | undefined;
  /** Where in the script's line that begins. */
  readonly scriptColumn: number;
}

/** A place in a script; both count from 0. */
export interface GeneratedPlace {
  readonly line: number;
  readonly column: number;
}

/** Where one piece of a script comes from. */
interface Piece extends GeneratedPlace {
  readonly originalColumn: number;
  /** Its number among all pieces of the script. */
  readonly at: number;
}

/** The pieces that come from one source, by its lines; each list in the script's order. */
type Lines = ReadonlyMap<number, readonly Piece[]>;

/** How far below the line that is asked for code is looked for, in lines. */
const MAX_SLIDE = 100;

/** One source map, plain or in sections. What is costly about it is done when it is first needed. */
export class SourceMap {
  private readonly map: TraceMap;
  private readonly linesOf = new Map<number, Lines>();

  /** @throws Error when it is no source map of version 3 */
  constructor({ text, url }: MapText) {
    this.map = new FlattenMap(text, url === '' ? undefined : url);
    if ((this.map.version as unknown) !== 3)
      throw new Error(`its version is ${String(this.map.version)}, not 3`);
  }

  /** The sources by their numbers: as the map names them, and relative to the map. */
  get sources(): { name: string; resolved: string }[] {
    const { sources, sourceRoot, resolvedSources } = this.map;
    return sources.map((source, index) => ({
      name: `${rootOf(sourceRoot)}${source ?? ''}`,
      resolved: resolvedSources[index] ?? '',
    }));
  }

  /** The text of a source, where the map brings it along. */
  contentOf(source: number): string | undefined {
    return this.map.sourcesContent?.[source] ?? undefined;
  }

  /** The sources that the map says are not the person's own. */
  isIgnored(source: number): boolean {
    return this.map.ignoreList?.includes(source) === true;
  }

  /** Undefined where the map knows no source. */
  original({ line, column }: GeneratedPlace): OriginalPlace | undefined {
    const segment = traceSegment(this.map, line, column) ?? decodedMappings(this.map)[line]?.[0];
    if (segment === undefined || segment.length === 1) return undefined;
    const [scriptColumn, source, sourceLine, sourceColumn, name] = segment;
    return {
      source,
      line: sourceLine,
      column: sourceColumn,
      name: name === undefined ? undefined : this.map.names[name],
      scriptColumn,
    };
  }

  /** The line itself, or the next one below it that has become code. Undefined where none is near. */
  lineWithCode(source: number, line: number): number | undefined {
    const lines = this.linesIn(source);
    for (let at = line; at <= line + MAX_SLIDE; at++) if (lines.has(at)) return at;
    return undefined;
  }

  /**
   * The places in the script that a line of a source has become: more than one where it was copied.
   *
   * @param column which piece of the line; default: its first
   */
  generated(source: number, line: number, column = 0): GeneratedPlace[] {
    const pieces = this.linesIn(source).get(line) ?? [];
    const columns = pieces.map(({ originalColumn }) => originalColumn);
    const before = columns.filter((one) => one <= column);
    const wanted = before.length > 0 ? Math.max(...before) : Math.min(...columns);
    const fitting = pieces.filter(({ originalColumn }) => originalColumn === wanted);
    // Of pieces side by side the first is where it begins.
    return fitting.filter(({ at }, index) => fitting[index - 1]?.at !== at - 1);
  }

  private linesIn(source: number): Lines {
    const known = this.linesOf.get(source);
    if (known !== undefined) return known;
    const lines = collectLines(this.map, source);
    this.linesOf.set(source, lines);
    return lines;
  }
}

function rootOf(sourceRoot: string | undefined): string {
  if (sourceRoot === undefined || sourceRoot === '') return '';
  return sourceRoot.endsWith('/') ? sourceRoot : `${sourceRoot}/`;
}

function collectLines(map: TraceMap, wanted: number): Lines {
  const lines = new Map<number, Piece[]>();
  let at = 0;
  for (const [line, segments] of decodedMappings(map).entries()) {
    for (const segment of segments) {
      at += 1;
      if (segment.length === 1 || segment[1] !== wanted) continue;
      const piece = { line, column: segment[0], originalColumn: segment[3], at };
      const pieces = lines.get(segment[2]);
      if (pieces === undefined) lines.set(segment[2], [piece]);
      else pieces.push(piece);
    }
  }
  return lines;
}
