import { MapLocations } from '../paths/mapLocations.js';
import { isOwnScript } from '../paths/ownScripts.js';
import type { DebugSettings } from '../settings/debugSettings.js';
import { DISK_FILES } from '../../../paths/diskFiles.js';
import { sourceKey } from '../../../paths/filePaths.js';
import type { FileKey } from '../../../paths/filePaths.js';
import { isInPackage, isMadeUp, pathOfUrl } from './script.js';
import type { Script } from './script.js';
import { findScriptPlaces } from './scriptPlaces.js';
import type { Position, ScriptPlace } from './scriptPlaces.js';
import type { Scripts } from './scripts.js';
import { sourceOfUrl } from './scriptUrls.js';
import type { Source } from './scriptUrls.js';
import type { OriginalPlace, SourceMap } from './sourceMap.js';
import { SourceMaps } from './sourceMaps.js';
import { SourceNames } from './sourceNames.js';
import { translateStack } from './stackText.js';

/** A position in a source as shown to users. Lines and columns count from 1. */
export interface SourcePlace {
  readonly source: Source;
  readonly line: number;
  readonly column: number;
}

/** Events of the translation between sources and scripts. */
export interface LocationEvents {
  /** Files with breakpoints were found in a script that runs or is about to run. */
  placesChanged(files: readonly string[]): void;
  /** A warning for the user: one line without line end. */
  warning(text: string): void;
  /**
   * The set of scripts whose source maps must be read before they run has changed. See {@link
   * SourceLocations.scriptFilter}.
   */
  scriptFilterChanged(): void;
}

/**
 * The scripts whose source maps must be read before the scripts run, because breakpoints might be in them.
 */
export type ScriptFilter = 'none' | 'own' | 'all';

/** Translates between the sources that users see and the scripts that V8 runs. Shared by all threads. */
export class SourceLocations {
  private readonly maps: SourceMaps;
  private readonly mapLocations = new MapLocations();
  private readonly names = new SourceNames();
  /** The files that have breakpoints. */
  private readonly watchedFiles = new Map<FileKey, string>();
  /** The names of scripts that V8 knows by no name, by the hash of their text. */
  private readonly namesInText = new Map<string, string>();
  private enabled = true;
  private smartStep = true;
  private sourceMapRenames = true;
  private outFiles: readonly string[] = [];
  private readonly scannedPatterns = new Set<string>();

  constructor(private readonly events: LocationEvents) {
    this.maps = new SourceMaps((text) => events.warning(text));
  }

  /** Applies the settings. If called, must be called before the program starts. */
  async configure(settings: DebugSettings): Promise<void> {
    const { sourceMaps, smartStep, sourceMapPathOverrides, outFiles, resolveSourceMapLocations } = settings;
    await this.mapLocations.configure(resolveSourceMapLocations);
    this.smartStep = smartStep;
    this.sourceMapRenames = settings.sourceMapRenames;
    this.outFiles = outFiles;
    this.enabled = sourceMaps;
    this.maps.configure(sourceMapPathOverrides);
    this.events.scriptFilterChanged();
  }

  /** The scripts that must be added before they run. */
  get scriptFilter(): ScriptFilter {
    if (!this.enabled || this.watchedFiles.size === 0) return 'none';
    return [...this.watchedFiles.values()].some(isInPackage) ? 'all' : 'own';
  }

  /** Records if a file has breakpoints. */
  watchFile(file: string, isWanted: boolean): void {
    DISK_FILES.remember(file);
    const key = sourceKey(file, DISK_FILES.platform);
    if (isWanted) this.watchedFiles.set(key, file);
    else this.watchedFiles.delete(key);
    this.events.scriptFilterChanged();
  }

  /**
   * Adds a script. When this resolves, all breakpoints of that script have been sent to the inspector.
   * Idempotent.
   */
  async add(script: Script): Promise<void> {
    if (script.url === '' || script.url.startsWith('node:')) return;
    if (script.isNamedInText === true) this.namesInText.set(script.hash, script.url);
    if (this.maps.addName(script.url)) this.placesMayChange(script);
    if (!this.enabled || script.sourceMapURL === '' || !this.mayBeMapped(script.url)) return;
    await this.maps.prepare();
    if (this.maps.has(script)) return;
    const mapped = this.maps.add(script);
    const files = [...this.watchedFiles.values()].filter(
      (file) => this.maps.occurrenceIn(mapped, file) !== undefined,
    );
    if (files.length > 0) this.events.placesChanged(files);
  }

  /** False for the launcher's own scripts, and where the settings exclude the script. */
  private mayBeMapped(url: string): boolean {
    const { path } = sourceOfUrl(url);
    return !isOwnScript(path) && this.mapLocations.allows(path);
  }

  /** The source map of a script, if it has names of variables, and the settings use them. */
  namedMapOf({ url }: Script): SourceMap | undefined {
    const map = this.sourceMapRenames ? this.maps.of(url)?.map : undefined;
    return map?.hasNames === true ? map : undefined;
  }

  /** The name in the text of a script that V8 knows by no name. */
  nameInText(hash: string): string | undefined {
    return this.namesInText.get(hash);
  }

  /**
   * False if a breakpoint at a place was set in the wrong script: at a line of a file in a script that was
   * compiled from it, at a line of compiled code in another script of that name, or in a script that was made
   * up for stacks. Frameworks evaluate such scripts.
   */
  isMeantFor({ script }: ScriptPlace, { url, sourceMapURL }: Script): boolean {
    if (isMadeUp(url)) return false;
    if (sourceMapURL === '') return script === undefined;
    return script !== undefined || this.maps.of(url)?.isOwnSource !== true;
  }

  /**
   * Adds compiled scripts that may contain breakpoints, for a thread that does not report its scripts before
   * they run. Searches the files of `outFiles`, or else the folders of the loaded scripts.
   */
  async scanOutFiles(): Promise<void> {
    if (this.scriptFilter === 'none') return;
    const patterns =
      this.outFiles.length > 0 ? this.outFiles : this.maps.directories.map((at) => `${at}/**/*`);
    const fresh = patterns.filter((pattern) => !this.scannedPatterns.has(pattern));
    if (fresh.every((pattern) => pattern.startsWith('!'))) return;
    for (const pattern of fresh) this.scannedPatterns.add(pattern);
    const { findOutFiles } = await import('./outFiles.js');
    for (const script of await findOutFiles(fresh, this.maps.cwd)) {
      if (this.maps.of(script.url) === undefined) await this.add(script);
    }
  }

  /**
   * Translates a place in a script to its source. Lines and columns count from 0. The URL is empty for a
   * script without a name.
   */
  original(url: string, lineNumber: number, columnNumber: number): SourcePlace {
    const mapped = this.mappedPlace(url, lineNumber, columnNumber);
    return mapped ?? { source: sourceOfUrl(url), ...countedFromOne(lineNumber, columnNumber) };
  }

  /**
   * Translates like {@link SourceLocations.original}, for a script that a thread has loaded, so that the text
   * can be requested.
   */
  originalIn(scripts: Scripts, script: Script, lineNumber: number, columnNumber: number): SourcePlace {
    const mapped = this.mappedPlace(script.url, lineNumber, columnNumber);
    return mapped ?? { source: this.sourceOf(scripts, script), ...countedFromOne(lineNumber, columnNumber) };
  }

  /** The source for the script itself. */
  sourceOf(scripts: Scripts, script: Script): Source {
    return this.names.ofScript(scripts, script);
  }

  /** The original sources of a script, if it has a source map. */
  sourcesIn({ url }: Script): Source[] {
    const mapped = this.maps.of(url);
    return mapped?.sources.map((_source, index) => this.names.ofMapped(mapped, index)) ?? [];
  }

  /** Returns the text for a source reference. @throws DebuggerError if the reference is unknown */
  textOf(sourceReference: number): Promise<string> {
    return this.names.textOf(sourceReference);
  }

  /**
   * True if the script has a source map that names no source for this place, as for code that a compiler
   * added. A step continues from there. Always false with `smartStep: false`.
   */
  isUnmapped(url: string, at: { lineNumber: number; columnNumber?: number | undefined }): boolean {
    const map = this.smartStep ? this.maps.of(url)?.map : undefined;
    return (
      map?.original({ line: at.lineNumber, column: at.columnNumber ?? 0 }) === undefined && map !== undefined
    );
  }

  /**
   * The name of a function in its source, if a source map contains it; otherwise `name`.
   *
   * @param name the name in the script
   * @param lineNumber the line where the parameters begin, counted from 0
   * @param columnNumber the column where the parameters begin, counted from 0
   */
  functionName(url: string, name: string, lineNumber: number, columnNumber: number): string {
    const place = this.maps.of(url)?.map?.original({ line: lineNumber, column: columnNumber });
    return place?.name !== undefined && isNameOf(place, name, columnNumber) ? place.name : name;
  }

  /**
   * Translates the places in an error's stack to the sources. Leaves out scripts that a loader compiled from
   * a file with the same name, because for such scripts node translates the stack.
   */
  translateStack(stack: string): string {
    return translateStack(stack, (url, line, column) => {
      const mapped = this.placeInStack(url, line, column);
      return mapped && { ...mapped, name: mapped.source.path };
    });
  }

  /** The places in an error's stack that {@link SourceLocations.translateStack} translates, by their texts. */
  placesInStack(stack: string): Map<string, SourcePlace> {
    const found = new Map<string, SourcePlace>();
    translateStack(stack, (url, line, column) => {
      const mapped = this.placeInStack(url, line, column);
      if (mapped !== undefined) found.set(`${url}:${line}:${column}`, mapped);
      return undefined;
    });
    return found;
  }

  private placeInStack(url: string, line: number, column: number): SourcePlace | undefined {
    return this.maps.of(url)?.isOwnSource === true ? undefined : this.mappedPlace(url, line - 1, column - 1);
  }

  /** The places in loaded and future scripts for a position in a file. Empty if no place is known yet. */
  generated(file: string, position: Position): ScriptPlace[] {
    return findScriptPlaces(this.maps, file, position);
  }

  private placesMayChange({ url }: Script): void {
    const path = pathOfUrl(url) ?? url;
    const files = [...this.watchedFiles.values()].filter((file) => DISK_FILES.isSame(file, path));
    if (files.length > 0) this.events.placesChanged(files);
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

/** Converts a position of V8, which counts from 0, and has -1 for code outside of a script's text. */
function countedFromOne(lineNumber: number, columnNumber: number): { line: number; column: number } {
  return { line: Math.max(lineNumber, 0) + 1, column: Math.max(columnNumber, 0) + 1 };
}

/** True if the name belongs to the function whose parameters begin at that column: `name(`, `name=(`. */
function isNameOf({ scriptColumn }: OriginalPlace, name: string, columnNumber: number): boolean {
  const between = columnNumber - scriptColumn - name.length;
  return name !== '' && between >= 0 && between <= 1;
}
