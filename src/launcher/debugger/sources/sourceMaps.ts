import { dirname } from 'node:path';
import { toError } from '../../../ipc/index.js';
import { DISK_FILES } from '../../../paths/diskFiles.js';
import { isFilePath } from '../../../paths/filePaths.js';
import type { FileKey } from '../../../paths/filePaths.js';
import { LinkedNames } from '../../../paths/linkedNames.js';
import { readMapText } from './mapText.js';
import { MappedScript } from './mappedScript.js';
import { overrideRules } from './pathOverrides.js';
import type { PathRules } from './pathOverrides.js';
import { isInPackage } from './script.js';
import type { Script } from './script.js';
import type { SourceMap } from './sourceMap.js';

/** The limit for cached parsed maps, in characters of their text. The map in use is always cached. */
const MAX_CACHED_CHARACTERS = 32 * 1024 * 1024;

/** A script that was compiled from a source, and the index of the source in the map. */
export interface Occurrence {
  readonly script: MappedScript;
  readonly map: SourceMap;
  readonly source: number;
}

interface Parsed {
  readonly map: SourceMap;
  readonly characters: number;
}

/** The parser of source maps, loaded with the first script that has a map. */
type SourceMapClass = typeof SourceMap;

/**
 * The scripts with source maps that the program has loaded in any thread. Maps are read on demand, and read
 * again after they were dropped from the cache.
 */
export class SourceMaps {
  private readonly byUrl = new Map<string, MappedScript>();
  private readonly parsed = new Map<Script, Parsed>();
  private readonly broken = new Set<Script>();
  /** The scripts by the keys of their own paths, because stacks name some scripts by path. */
  private readonly byPath = new Map<FileKey, MappedScript>();
  private readonly linkedNames = new LinkedNames(DISK_FILES);
  private parser: SourceMapClass | undefined;
  private rules: PathRules = () => undefined;
  /** The base of relative names in the project. */
  readonly cwd = process.cwd();

  /** @param warn called with a warning for the user if a map cannot be read, once per script */
  constructor(private readonly warn: (text: string) => void) {}

  /** Applies `sourceMapPathOverrides`. If called, must be called before the first script is added. */
  configure(overrides: Readonly<Record<string, string>>): void {
    this.rules = overrideRules(overrides, DISK_FILES.platform);
  }

  /**
   * Loads the parser of source maps, which programs without source maps do not need. Must be awaited before
   * {@link SourceMaps.add}.
   */
  async prepare(): Promise<void> {
    this.parser ??= (await import('./sourceMap.js')).SourceMap;
  }

  has({ url, hash, sourceMapURL }: Script): boolean {
    const known = this.byUrl.get(url)?.script;
    return known !== undefined && known.hash === hash && known.sourceMapURL === sourceMapURL;
  }

  /** Remembers the name of a script. Returns true if breakpoints may belong there that are not set by it. */
  addName(url: string): boolean {
    return this.linkedNames.add(url);
  }

  /** The names of scripts that lead to a file through symbolic links or virtual folders. */
  otherNamesOf(file: string): string[] {
    return this.linkedNames.of(file);
  }

  add(script: Script): MappedScript {
    const read = (): SourceMap | undefined => this.read(script);
    const mapped = new MappedScript(script, { read, rules: this.rules, cwd: this.cwd, files: DISK_FILES });
    this.byUrl.set(script.url, mapped);
    if (mapped.path !== undefined) this.byPath.set(DISK_FILES.key(mapped.path), mapped);
    return mapped;
  }

  /** The script with a URL, or else the one with that path. */
  of(url: string): MappedScript | undefined {
    const known = this.byUrl.get(url);
    if (known !== undefined || this.byUrl.size === 0) return known;
    return isFilePath(url, DISK_FILES.platform) ? this.byPath.get(DISK_FILES.key(url)) : undefined;
  }

  /** The folders of the scripts outside of packages. */
  get directories(): string[] {
    const own = [...this.byUrl.values()].filter(({ isInPackage }) => !isInPackage);
    return [...new Set(own.flatMap(({ path }) => path ?? []).map((path) => dirname(path)))];
  }

  /**
   * The scripts that were compiled from a file. Scripts in packages are searched only for files in packages.
   */
  occurrencesOf(file: string): Occurrence[] {
    return [...this.byUrl.values()].flatMap((script) => this.occurrenceIn(script, file) ?? []);
  }

  /** Finds a file among the sources of a script. Undefined if the script was not compiled from it. */
  occurrenceIn(script: MappedScript, file: string): Occurrence | undefined {
    if (script.isInPackage && !isInPackage(file)) return undefined;
    const source = script.sourceIndexOf(file);
    const map = source === -1 ? undefined : script.map;
    return map === undefined ? undefined : { script, map, source };
  }

  private read(script: Script): SourceMap | undefined {
    const kept = this.parsed.get(script);
    if (kept !== undefined) return this.markUsed(script, kept);
    if (this.parser === undefined || this.broken.has(script)) return undefined;
    try {
      const text = readMapText(script);
      return this.cache(script, { map: new this.parser(text), characters: text.text.length });
    } catch (error) {
      this.markBroken(script, toError(error).message);
      return undefined;
    }
  }

  /** Marks a map as unreadable. Does not warn for packages, which often lack the maps that they name. */
  private markBroken(script: Script, reason: string): void {
    this.broken.add(script);
    if (isInPackage(script.url)) return;
    this.warn(`The source map of ${script.url} cannot be used: ${reason}. The script is debugged as it is.`);
  }

  /** Moves the map to the end, because the cache is ordered by last use. */
  private markUsed(script: Script, parsed: Parsed): SourceMap {
    this.parsed.delete(script);
    this.parsed.set(script, parsed);
    return parsed.map;
  }

  /** Adds a map to the cache. Drops the least recently used maps if the cache is too large. */
  private cache(script: Script, parsed: Parsed): SourceMap {
    let characters = parsed.characters;
    for (const one of this.parsed.values()) characters += one.characters;
    for (const [oldest, one] of this.parsed) {
      if (characters <= MAX_CACHED_CHARACTERS) break;
      this.parsed.delete(oldest);
      characters -= one.characters;
    }
    return this.markUsed(script, parsed);
  }
}
