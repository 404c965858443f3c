import type { DebugSettings } from './debugSettings.js';
import { isInPackage } from './script.js';
import type { Script } from './script.js';
import { findScriptPlaces } from './scriptPlaces.js';
import type { Position, ScriptPlace } from './scriptPlaces.js';
import type { Scripts } from './scripts.js';
import { sourceOfUrl } from './scriptUrls.js';
import type { Source } from './scriptUrls.js';
import type { OriginalPlace } from './sourceMap.js';
import { SourceMaps } from './sourceMaps.js';
import { SourceNames } from './sourceNames.js';
import { translateStack } from './stackText.js';

export type { Position, ScriptPlace } from './scriptPlaces.js';

/** A place in the sources that people see. */
export interface SourcePlace {
  readonly source: Source;
  readonly line: number;
  readonly column: number;
}

/** What the translation tells unasked. */
export interface LocationEvents {
  /** Files with breakpoints have become known to be in a script that is about to run, or runs. */
  placesChanged(files: readonly string[]): void;
  /** Something that a person should know; one line without its end. */
  note(text: string): void;
  /** It matters of other scripts from now on whether they have a map: see {@link SourceLocations.scriptFilter}. */
  interestChanged(): void;
}

/** Which scripts with maps have to be known before they run: those that breakpoints might be in. */
export type ScriptFilter = 'none' | 'own' | 'all';

/** Translates between the sources that people see and the scripts that V8 runs. One for all threads. */
export class SourceLocations {
  private readonly maps: SourceMaps;
  private readonly names = new SourceNames();
  /** The files that have breakpoints. */
  private readonly wanted = new Set<string>();
  private enabled = true;
  private smartStep = true;
  private outFiles: readonly string[] = [];
  private readonly lookedAt = new Set<string>();

  constructor(private readonly events: LocationEvents) {
    this.maps = new SourceMaps((text) => events.note(text));
  }

  /** To be called before the program starts, if at all. */
  configure({ sourceMaps, smartStep, sourceMapPathOverrides, outFiles }: DebugSettings): void {
    this.smartStep = smartStep;
    this.outFiles = outFiles;
    this.enabled = sourceMaps;
    this.maps.configure(sourceMapPathOverrides);
    this.events.interestChanged();
  }

  /** Which scripts are to be added before they run. */
  get scriptFilter(): ScriptFilter {
    if (!this.enabled || this.wanted.size === 0) return 'none';
    return [...this.wanted].some(isInPackage) ? 'all' : 'own';
  }

  /** Says whether a file has breakpoints. */
  watchFile(file: string, isWanted: boolean): void {
    if (isWanted) this.wanted.add(file);
    else this.wanted.delete(file);
    this.events.interestChanged();
  }

  /**
   * Takes note of a script. When this resolves, all breakpoints that belong into it have been sent off.
   * Idempotent.
   */
  async add(script: Script): Promise<void> {
    if (!this.enabled || script.sourceMapURL === '' || script.url.startsWith('node:')) return;
    await this.maps.prepare();
    if (this.maps.has(script)) return;
    const mapped = this.maps.add(script);
    const files = [...this.wanted].filter((file) => this.maps.occurrenceIn(mapped, file) !== undefined);
    if (files.length > 0) this.events.placesChanged(files);
  }

  /**
   * Looks up compiled scripts that breakpoints might be in, for a thread whose scripts are not known before they
   * run: those that `outFiles` names; without it, those around the scripts that are loaded.
   */
  async scanOutFiles(): Promise<void> {
    if (this.scriptFilter === 'none') return;
    const patterns =
      this.outFiles.length > 0 ? this.outFiles : this.maps.directories.map((at) => `${at}/**/*`);
    const fresh = patterns.filter((pattern) => !this.lookedAt.has(pattern));
    if (fresh.every((pattern) => pattern.startsWith('!'))) return;
    for (const pattern of fresh) this.lookedAt.add(pattern);
    const { findOutFiles } = await import('./outFiles.js');
    for (const script of await findOutFiles(fresh, this.maps.cwd)) {
      if (this.maps.of(script.url) === undefined) await this.add(script);
    }
  }

  /** Where a script's place is in the sources. `url` '' is a script without a name; line and column count from 0. */
  original(url: string, lineNumber: number, columnNumber: number): SourcePlace {
    const mapped = this.mappedPlace(url, lineNumber, columnNumber);
    return mapped ?? { source: sourceOfUrl(url), line: lineNumber + 1, column: columnNumber + 1 };
  }

  /** As {@link SourceLocations.original}, for a script that a thread has: its text can be asked for then. */
  originalIn(scripts: Scripts, script: Script, lineNumber: number, columnNumber: number): SourcePlace {
    const mapped = this.mappedPlace(script.url, lineNumber, columnNumber);
    return (
      mapped ?? { source: this.sourceOf(scripts, script), line: lineNumber + 1, column: columnNumber + 1 }
    );
  }

  /** The source that a script itself is. */
  sourceOf(scripts: Scripts, script: Script): Source {
    return this.names.ofScript(scripts, script);
  }

  /** The sources that a script was made of, where a map says so. */
  sourcesIn({ url }: Script): Source[] {
    const mapped = this.maps.of(url);
    return mapped?.sources.map((_source, index) => this.names.ofMapped(mapped, index)) ?? [];
  }

  /** The text behind a source's reference. @throws DebuggerError when there is none */
  textOf(sourceReference: number): Promise<string> {
    return this.names.textOf(sourceReference);
  }

  /**
   * Whether a step goes on from a place: its script has a map, which knows no source of it. Such is a compiler's own
   * code. Never with `smartStep: false`.
   */
  isPassedBy(url: string, at: { lineNumber: number; columnNumber?: number | undefined }): boolean {
    const map = this.smartStep ? this.maps.of(url)?.map : undefined;
    return (
      map?.original({ line: at.lineNumber, column: at.columnNumber ?? 0 }) === undefined && map !== undefined
    );
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

  /**
   * The text of an error's stack with its places in the sources. What a loader made of a file of the same name is
   * left alone: such loaders have node translate it.
   */
  translateStack(stack: string): string {
    return translateStack(stack, (url, line, column) => {
      if (this.maps.of(url)?.isOwnSource === true) return undefined;
      const mapped = this.mappedPlace(url, line - 1, column - 1);
      return mapped && { ...mapped, name: mapped.source.path };
    });
  }

  /** The places in scripts, loaded or still to come, that a position in a file stands for; none where none is known yet. */
  generated(file: string, position: Position): ScriptPlace[] {
    return findScriptPlaces(this.maps, file, position);
  }

  private mappedPlace(url: string, lineNumber: number, columnNumber: number): SourcePlace | undefined {
    const mapped = this.maps.of(url);
    const place = mapped?.map?.original({ line: lineNumber, column: columnNumber });
    if (mapped === undefined || place === undefined) return undefined;
    return {
      source: this.names.ofMapped(mapped, place.source),
      line: place.line + 1,
      column: place.column + 1,
    };
  }
}

/** Whether the name is of the very function whose parameters begin in that column: `name(`, `name=(`. */
function isNameOf({ scriptColumn }: OriginalPlace, name: string, columnNumber: number): boolean {
  const between = columnNumber - scriptColumn - name.length;
  return name !== '' && between >= 0 && between <= 1;
}
