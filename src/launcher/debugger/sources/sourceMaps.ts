import { dirname } from 'node:path';
import { toError } from '../../../ipc/index.js';
import { readMapText } from './mapText.js';
import { MappedScript } from './mappedScript.js';
import { overrideRules } from './pathOverrides.js';
import type { PathRules } from './pathOverrides.js';
import { isInPackage, pathOfUrl } from './script.js';
import type { Script } from './script.js';
import { realPath } from './scriptUrls.js';
import type { SourceMap } from './sourceMap.js';

/** How much text of maps is kept in its parsed form, in characters. The one in use is kept whatever it has. */
const MAX_KEPT_CHARACTERS = 32 * 1024 * 1024;

/** A script that a source has become, and the source's number in its map. */
export interface Occurrence {
  readonly script: MappedScript;
  readonly map: SourceMap;
  readonly source: number;
}

interface Parsed {
  readonly map: SourceMap;
  readonly characters: number;
}

/** What reads maps, loaded with the first script that has one. */
type SourceMapClass = typeof SourceMap;

/**
 * The scripts with source maps that the program has loaded, whichever thread. A map is read when it is needed,
 * and again if it was dropped meanwhile for others.
 */
export class SourceMaps {
  private readonly byUrl = new Map<string, MappedScript>();
  private readonly parsed = new Map<Script, Parsed>();
  private readonly broken = new Set<Script>();
  private readonly names = new Map<string, readonly string[]>();
  private parser: SourceMapClass | undefined;
  private rules: PathRules = () => undefined;
  /** What names within a project are relative to. */
  readonly cwd = process.cwd();

  /** @param note takes what a person should know: why a map cannot be read, once for each script. */
  constructor(private readonly note: (text: string) => void) {}

  /** To be called before the first script is added, if at all. */
  configure(overrides: Readonly<Record<string, string>>): void {
    this.rules = overrideRules(overrides);
  }

  /** Loads what reads maps: programs without any do without. To be awaited before {@link SourceMaps.add}. */
  async prepare(): Promise<void> {
    this.parser ??= (await import('./sourceMap.js')).SourceMap;
  }

  has({ url, hash, sourceMapURL }: Script): boolean {
    const known = this.byUrl.get(url)?.script;
    return known !== undefined && known.hash === hash && known.sourceMapURL === sourceMapURL;
  }

  add(script: Script): MappedScript {
    const read = (): SourceMap | undefined => this.read(script);
    const mapped = new MappedScript(script, { read, rules: this.rules, cwd: this.cwd });
    this.byUrl.set(script.url, mapped);
    return mapped;
  }

  of(url: string): MappedScript | undefined {
    return this.byUrl.get(url);
  }

  /** The directories of the scripts that are the person's own. */
  get directories(): string[] {
    const own = [...this.byUrl.values()].filter(({ isInPackage }) => !isInPackage);
    return [...new Set(own.flatMap(({ url }) => pathOfUrl(url) ?? []).map((path) => dirname(path)))];
  }

  /** The scripts that a file has become. What is in packages is searched only for what is in packages, too. */
  occurrencesOf(file: string): Occurrence[] {
    return [...this.byUrl.values()].flatMap((script) => this.occurrenceIn(script, file) ?? []);
  }

  /** Where in a script a file is, if it is. */
  occurrenceIn(script: MappedScript, file: string): Occurrence | undefined {
    if (script.isInPackage && !isInPackage(file)) return undefined;
    const source = script.indexOf(this.namesOf(file));
    const map = source === -1 ? undefined : script.map;
    return map === undefined ? undefined : { script, map, source };
  }

  /** A file by the path that it was named by, and by its own. */
  private namesOf(file: string): readonly string[] {
    const known = this.names.get(file);
    if (known !== undefined) return known;
    const names = [file, realPath(file)];
    this.names.set(file, names);
    return names;
  }

  private read(script: Script): SourceMap | undefined {
    const kept = this.parsed.get(script);
    if (kept !== undefined) return this.touch(script, kept);
    if (this.parser === undefined || this.broken.has(script)) return undefined;
    try {
      const text = readMapText(script);
      return this.keep(script, { map: new this.parser(text), characters: text.text.length });
    } catch (error) {
      this.giveUp(script, toError(error).message);
      return undefined;
    }
  }

  /** Packages often come without the maps that they name: that is not for the person to hear. */
  private giveUp(script: Script, reason: string): void {
    this.broken.add(script);
    if (isInPackage(script.url)) return;
    this.note(`The source map of ${script.url} cannot be used: ${reason}. The script is debugged as it is.`);
  }

  /** The one that was used last comes last. */
  private touch(script: Script, parsed: Parsed): SourceMap {
    this.parsed.delete(script);
    this.parsed.set(script, parsed);
    return parsed.map;
  }

  /** Drops those that were used longest ago where there are too many. */
  private keep(script: Script, parsed: Parsed): SourceMap {
    let characters = parsed.characters;
    for (const one of this.parsed.values()) characters += one.characters;
    for (const [oldest, one] of this.parsed) {
      if (characters <= MAX_KEPT_CHARACTERS) break;
      this.parsed.delete(oldest);
      characters -= one.characters;
    }
    return this.touch(script, parsed);
  }
}
