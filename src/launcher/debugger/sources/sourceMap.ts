import { decodedMappings, FlattenMap, traceSegment } from '@jridgewell/trace-mapping';
import type { TraceMap } from '@jridgewell/trace-mapping';
import { urlOfPath } from '../../../paths/fileUrls.js';
import type { MapText } from './mapText.js';

/** A place in a source, identified by its index in the map. Lines and columns count from 0. */
export interface OriginalPlace {
  readonly source: number;
  readonly line: number;
  readonly column: number;
  /** The name in the source for the code at this place. */
  readonly name: string | undefined;
  /** The column in the script where this segment begins. */
  readonly scriptColumn: number;
}

/** A place in a script. Lines and columns count from 0. */
export interface GeneratedPlace {
  readonly line: number;
  readonly column: number;
}

/** A segment of a script that has a place in a source. */
interface Segment extends GeneratedPlace {
  readonly originalColumn: number;
  /** The index among all segments of the script. */
  readonly index: number;
}

/** The segments of one source by source line. Each list is in the order of the script. */
type Lines = ReadonlyMap<number, readonly Segment[]>;

/** The number of lines below the requested line in which code is searched. */
const MAX_LINES_BELOW = 100;

/** One source map, plain or sectioned. Expensive indexes are built on demand. */
export class SourceMap {
  /** The file that the sources are relative to. */
  readonly path: string | undefined;
  private readonly map: TraceMap;
  private readonly linesOf = new Map<number, Lines>();

  /** @throws Error if the text is not a source map of version 3 */
  constructor({ text, path }: MapText) {
    this.path = path;
    this.map = new FlattenMap(text, path === undefined ? undefined : urlOfPath(path, process.platform));
    if ((this.map.version as unknown) !== 3)
      throw new Error(`its version is ${String(this.map.version)}, not 3`);
  }

  /**
   * The sources in the order of the map. `name` is the name in the map, relative to `sourceRoot`; `resolved`
   * is the URL of both, relative to the map's URL.
   */
  get sources(): { name: string; sourceRoot: string; resolved: string }[] {
    const { sources, resolvedSources } = this.map;
    // Some tools write null.
    const sourceRoot = (this.map.sourceRoot as unknown) === null ? '' : (this.map.sourceRoot ?? '');
    return sources.map((source, index) => ({
      ...{ name: source ?? '', sourceRoot, resolved: resolvedSources[index] ?? '' },
    }));
  }

  /** True if the map has names of variables. */
  get hasNames(): boolean {
    return this.map.names.length > 0;
  }

  /** The text of a source, if the map contains it. */
  contentOf(source: number): string | undefined {
    return this.map.sourcesContent?.[source] ?? undefined;
  }

  /** True if the map's ignore list contains the source. */
  isIgnored(source: number): boolean {
    return this.map.ignoreList?.includes(source) === true;
  }

  /** The place in a source; undefined if the map names no source. */
  original({ line, column }: GeneratedPlace): OriginalPlace | undefined {
    // V8 gives line -1 for code around evaluated code.
    if (line < 0 || column < 0) return undefined;
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

  /**
   * Returns the line itself, or the next line below it that has code. Undefined if there is no code nearby.
   */
  lineWithCode(source: number, line: number): number | undefined {
    const lines = this.linesIn(source);
    for (let at = line; at <= line + MAX_LINES_BELOW; at++) if (lines.has(at)) return at;
    return undefined;
  }

  /**
   * The places in the script for a line of a source. There are several if the line was copied.
   *
   * @param column selects a segment of the line; default: the first
   */
  generated(source: number, line: number, column = 0): GeneratedPlace[] {
    const segments = this.linesIn(source).get(line) ?? [];
    const columns = segments.map(({ originalColumn }) => originalColumn);
    const before = columns.filter((found) => found <= column);
    const selected = before.length > 0 ? Math.max(...before) : Math.min(...columns);
    const fitting = segments.filter(({ originalColumn }) => originalColumn === selected);
    // Of adjacent segments, only the first is a beginning.
    return fitting.filter(({ index }, position) => fitting[position - 1]?.index !== index - 1);
  }

  private linesIn(source: number): Lines {
    const known = this.linesOf.get(source);
    if (known !== undefined) return known;
    const lines = collectLines(this.map, source);
    this.linesOf.set(source, lines);
    return lines;
  }
}

function collectLines(map: TraceMap, source: number): Lines {
  const lines = new Map<number, Segment[]>();
  let index = 0;
  for (const [line, segments] of decodedMappings(map).entries()) {
    for (const segment of segments) {
      index += 1;
      if (segment.length === 1 || segment[1] !== source) continue;
      const mapped = { line, column: segment[0], originalColumn: segment[3], index };
      const known = lines.get(segment[2]);
      if (known === undefined) lines.set(segment[2], [mapped]);
      else known.push(mapped);
    }
  }
  return lines;
}
