import type { Debugger } from 'node:inspector';
import { pathOfUrl } from '../sources/script.js';
import type { Script } from '../sources/script.js';
import type { ScriptPlace } from '../sources/scriptPlaces.js';
import type { Scripts } from '../sources/scripts.js';
import { readSourceFile } from '../sources/sourceFile.js';
import type { SourceLocations } from '../sources/sourceLocations.js';
import type { ScriptNames } from './scriptNames.js';
import type { VisibleNames } from './visibleNames.js';

/** The most scripts whose names are kept. */
const MAX_SCRIPTS = 4;
/** The longest script whose names are read, in characters: a larger one would take seconds. */
const MAX_CHARACTERS = 8_000_000;

/** The names of variables in scripts whose compiler has renamed them. Shared by all threads. */
export class VariableNames {
  private readonly byHash = new Map<string, ScriptNames | undefined>();
  private reader: typeof ScriptNames | undefined;

  constructor(private readonly locations: SourceLocations) {}

  /** Loads the parser of scripts, which most programs do not need. */
  async prepare(): Promise<void> {
    this.reader ??= (await import('./scriptNames.js')).ScriptNames;
  }

  /** True if {@link VariableNames.knownAt} has the answer for a script: nothing has to be read first. */
  isKnown(script: Script): boolean {
    return this.locations.namedMapOf(script) === undefined || this.byHash.has(script.hash);
  }

  /** The names that are visible at a place of a known script. */
  knownAt(script: Script, location: Debugger.Location): VisibleNames | undefined {
    const hasNames = this.locations.namedMapOf(script) !== undefined;
    return hasNames ? this.byHash.get(script.hash)?.at(location) : undefined;
  }

  /** The names that are visible at a place. Undefined if the source map of the script has no names. */
  async at(scripts: Scripts, location: Debugger.Location): Promise<VisibleNames | undefined> {
    const script = scripts.of(location);
    if (!this.isKnown(script)) {
      await this.prepare();
      this.add(script, await scripts.textOf(script));
    }
    return this.knownAt(script, location);
  }

  /**
   * Replaces the names of the source in an expression for a place, at once, because a script may be about to
   * run. The names of a script without a file must be known already.
   */
  toScript({ script, lineNumber, columnNumber }: ScriptPlace, expression: string): string {
    if (script === undefined || this.locations.namedMapOf(script) === undefined) return expression;
    if (!this.byHash.has(script.hash)) this.readFile(script);
    const names = this.byHash.get(script.hash)?.at({ lineNumber, columnNumber });
    return names?.toScript(expression) ?? expression;
  }

  private readFile(script: Script): void {
    const path = pathOfUrl(script.url);
    if (path === undefined) return;
    try {
      this.add(script, readSourceFile(path));
    } catch {
      // The condition then fails with an error that the user sees.
    }
  }

  private add(script: Script, text: string): void {
    const map = this.locations.namedMapOf(script);
    const [oldest] = this.byHash.keys();
    if (this.byHash.size >= MAX_SCRIPTS && oldest !== undefined) this.byHash.delete(oldest);
    const names = map && text.length <= MAX_CHARACTERS ? this.reader?.read(text, map) : undefined;
    this.byHash.set(script.hash, names);
  }
}
