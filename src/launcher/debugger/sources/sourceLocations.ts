import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { DebugSettings } from '../debugSettings.js';
import { Counter } from '../counter.js';
import type { MappedScript, MappedSource } from './mappedScript.js';
import { isInPackage, type Script } from './script.js';
import { sourceOfUrl, urlPatternOfFile, urlPatternOfScript, type Source } from './scriptUrls.js';
import type { Scripts } from './scripts.js';
import type { OriginalPlace } from './sourceMap.js';
import { SourceMaps } from './sourceMaps.js';
import { SourceTexts } from './sourceTexts.js';

/** A position as people count: lines and columns begin at 1. */
export interface Position {
  readonly line: number;
  readonly column?: number | undefined;
}

/** A place in the sources that people see. */
export interface SourcePlace {
  readonly source: Source;
  readonly line: number;
  readonly column: number;
}

/** A place in every script whose URL fits the pattern; line and column count from 0. */
export interface ScriptPlace {
  readonly urlRegex: string;
  readonly lineNumber: number;
  readonly columnNumber?: number | undefined;
}

/** What the translation tells unasked. */
export interface LocationEvents {
  /** Files with breakpoints have become known to be in a script that is about to run, or runs. */
  placesChanged(files: readonly string[]): void;
  /** Something that a person should know; one line without its end. */
  note(text: string): void;
  /** It matters of other scripts from now on whether they have a map: see {@link SourceLocations.interest}. */
  interestChanged(): void;
}

/** Which scripts with maps have to be known before they run: those that breakpoints might be in. */
export type Interest = 'none' | 'own' | 'all';

/** Translates between the sources that people see and the scripts that V8 runs. One for all threads. */
export class SourceLocations {
  private readonly maps: SourceMaps;
  private readonly texts = new SourceTexts();
  private readonly filesThere = new Map<string, boolean>();
  private readonly threadIds = new Counter();
  private readonly threads = new WeakMap<Scripts, number>();
  /** The files that have breakpoints. */
  private readonly wanted = new Set<string>();
  private enabled = true;

  constructor(private readonly events: LocationEvents) {
    this.maps = new SourceMaps((text) => events.note(text));
  }

  /** To be called before the program starts, if at all. */
  configure({ sourceMaps, sourceMapPathOverrides }: DebugSettings): void {
    this.enabled = sourceMaps;
    this.maps.configure(sourceMapPathOverrides);
    this.events.interestChanged();
  }

  /** Which scripts are to be added before they run. */
  get interest(): Interest {
    if (!this.enabled || this.wanted.size === 0) return 'none';
    return [...this.wanted].some(isInPackage) ? 'all' : 'own';
  }

  /** Says whether a file has breakpoints. */
  want(file: string, isWanted: boolean): void {
    if (isWanted) this.wanted.add(file);
    else this.wanted.delete(file);
    this.events.interestChanged();
  }

  /**
   * Takes note of a script. When this resolves, all breakpoints that belong into it have been sent off.
   * Idempotent.
   */
  async add(script: Script): Promise<void> {
    if (!this.enabled || script.sourceMapURL === '') return;
    await this.maps.prepare();
    if (this.maps.has(script)) return;
    const mapped = this.maps.add(script);
    const files = [...this.wanted].filter((file) => this.maps.occurrenceIn(mapped, file) !== undefined);
    if (files.length > 0) this.events.placesChanged(files);
  }

  /** Where a script's place is in the sources. `url` '' is a script without a name; line and column count from 0. */
  original(url: string, lineNumber: number, columnNumber: number): SourcePlace {
    const mapped = this.maps.of(url);
    const place = mapped?.map?.original({ line: lineNumber, column: columnNumber });
    if (mapped === undefined || place === undefined) {
      return { source: sourceOfUrl(url), line: lineNumber + 1, column: columnNumber + 1 };
    }
    return {
      source: this.mappedSource(mapped, place.source),
      line: place.line + 1,
      column: place.column + 1,
    };
  }

  /** As {@link SourceLocations.original}, for a script that a thread has: its text can be asked for then. */
  originalIn(scripts: Scripts, script: Script, lineNumber: number, columnNumber: number): SourcePlace {
    const place = this.original(script.url, lineNumber, columnNumber);
    const isScript = place.source.sourceReference === undefined && !this.isFile(place.source);
    return isScript ? { ...place, source: this.sourceOf(scripts, script) } : place;
  }

  /** The source that a script itself is. */
  sourceOf(scripts: Scripts, script: Script): Source {
    const source = sourceOfUrl(script.url);
    if (this.isFile(source)) return source;
    const key = script.url.startsWith('node:') ? script.url : `${this.threadOf(scripts)}:${script.scriptId}`;
    const name = script.url === '' && {
      name: `<eval>/VM${script.scriptId}`,
      path: `<eval>/VM${script.scriptId}`,
    };
    return { ...source, ...name, sourceReference: this.texts.referenceOf(key, () => scripts.textOf(script)) };
  }

  /** The sources that a script was made of, where a map says so. */
  sourcesIn({ url }: Script): Source[] {
    const mapped = this.maps.of(url);
    return mapped?.sources.map((_source, index) => this.mappedSource(mapped, index)) ?? [];
  }

  /** The text behind a source's reference. @throws DebuggerError when there is none */
  textOf(sourceReference: number): Promise<string> {
    return this.texts.read(sourceReference);
  }

  /** False where a script has a map, and that knows no source of the place: a compiler's own code. */
  isMapped(url: string, lineNumber: number, columnNumber: number): boolean {
    const map = this.maps.of(url)?.map;
    return map === undefined || map.original({ line: lineNumber, column: columnNumber }) !== undefined;
  }

  /**
   * What the source calls a function, where a map says so.
   *
   * @param name what the script calls it
   * @param lineNumber where its parameters begin, and in which column; both count from 0
   */
  functionName(url: string, name: string, lineNumber: number, columnNumber: number): string {
    const place = this.maps.of(url)?.map?.original({ line: lineNumber, column: columnNumber });
    return place?.name !== undefined && isNameOf(place, name, columnNumber) ? place.name : name;
  }

  /** The places in scripts, loaded or still to come, that a position in a file stands for; none where none is known yet. */
  generated(file: string, position: Position): ScriptPlace[] {
    const { mapped, hidesFile } = this.mappedPlaces(file, position);
    if (hidesFile) return mapped;
    const { line, column } = position;
    const own = {
      urlRegex: isAbsolute(file) ? urlPatternOfFile(file) : urlPatternOfScript(file),
      lineNumber: line - 1,
      ...(column !== undefined && { columnNumber: column - 1 }),
    };
    return [own, ...mapped];
  }

  private mappedPlaces(file: string, position: Position): { mapped: ScriptPlace[]; hidesFile: boolean } {
    const found = this.maps.occurrencesOf(file).map((one) => ({
      ...one,
      line: one.map.lineWithCode(one.source, position.line - 1),
    }));
    const hidesFile = found.some(({ script }) => script.isOwnSource);
    const line = Math.min(...found.map((one) => one.line ?? Infinity));
    // A column counts on the line that was asked for, and not on one further down.
    const column = line === position.line - 1 ? (position.column ?? 1) - 1 : 0;
    const mapped = found
      .filter((one) => one.line === line)
      .flatMap(({ script, map, source }) =>
        map.generated(source, line, column).map((place) => ({
          urlRegex: urlPatternOfScript(script.url),
          lineNumber: place.line,
          columnNumber: place.column,
        })),
      );
    return { mapped, hidesFile };
  }

  private mappedSource(script: MappedScript, index: number): Source {
    const source = script.sources[index];
    if (source === undefined) return sourceOfUrl(script.url);
    const { name, path } = source;
    const hint = script.map?.isIgnored(index) === true && { presentationHint: 'deemphasize' as const };
    if (this.isThere(source) || script.map?.contentOf(index) === undefined) return { name, path, ...hint };
    const read = (): string => script.map?.contentOf(index) ?? '';
    const sourceReference = this.texts.referenceOf(`${script.url} ${index}`, read);
    return { name, path, sourceReference, origin: 'source map', ...hint };
  }

  private isThere({ path, isFile }: Pick<MappedSource, 'path' | 'isFile'>): boolean {
    if (!isFile) return false;
    const known = this.filesThere.get(path);
    if (known !== undefined) return known;
    const isThere = existsSync(path);
    this.filesThere.set(path, isThere);
    return isThere;
  }

  private isFile({ path, origin }: Source): boolean {
    return origin === undefined && this.isThere({ path, isFile: true });
  }

  private threadOf(scripts: Scripts): number {
    const known = this.threads.get(scripts) ?? this.threadIds.next();
    this.threads.set(scripts, known);
    return known;
  }
}

/** Whether the name is of the very function whose parameters begin in that column: `name(`, `name=(`. */
function isNameOf({ scriptColumn }: OriginalPlace, name: string, columnNumber: number): boolean {
  const between = columnNumber - scriptColumn - name.length;
  return name !== '' && between >= 0 && between <= 1;
}
