import { basename } from 'node:path';
import { bundlerRules } from './pathOverrides.js';
import type { PathRules } from './pathOverrides.js';
import { isInPackage, pathOfUrl } from './script.js';
import type { Script } from './script.js';
import type { SourceMap } from './sourceMap.js';

/** A source that a source map names. */
export interface MappedSource {
  /** A file path, even if the file does not exist; for other sources, the name in the map. */
  readonly path: string;
  readonly name: string;
  readonly isFile: boolean;
}

/** A script with a source map. The map is read on demand. */
export class MappedScript {
  readonly url: string;
  /** True if the script belongs to a package in `node_modules`. */
  readonly isInPackage: boolean;
  private cachedSources: readonly MappedSource[] | undefined;

  constructor(
    readonly script: Script,
    private readonly parts: {
      readonly read: () => SourceMap | undefined;
      readonly rules: PathRules;
      readonly cwd: string;
    },
  ) {
    this.url = script.url;
    this.isInPackage = isInPackage(script.url);
  }

  /** The source map; undefined if it cannot be read. */
  get map(): SourceMap | undefined {
    return this.parts.read();
  }

  /** The sources in the order of the map; empty if the map cannot be read. */
  get sources(): readonly MappedSource[] {
    this.cachedSources ??= this.readSources();
    return this.cachedSources;
  }

  /** The index of a file among the sources; -1 if the file is not among them. */
  indexOf(files: readonly string[]): number {
    return this.sources.findIndex(({ path }) => files.includes(path));
  }

  /**
   * True if a loader compiled the script from the file with the same URL. The lines of the script are then
   * not the lines of that file.
   */
  get isOwnSource(): boolean {
    const path = pathOfUrl(this.url);
    return path !== undefined && this.indexOf([path]) !== -1;
  }

  private readSources(): MappedSource[] {
    const path = pathOfUrl(this.url);
    const bundler = bundlerRules(this.parts.cwd, path);
    return (this.map?.sources ?? []).map(({ name, resolved }) => {
      const names = [name, resolved, pathOfUrl(resolved) ?? resolved];
      const file = this.parts.rules(names) ?? bundler(names) ?? pathOfUrl(resolved);
      const shown = file ?? resolved;
      return { path: shown, name: basename(shown), isFile: file !== undefined };
    });
  }
}
