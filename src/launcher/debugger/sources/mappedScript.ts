import { basename } from 'node:path';
import { bundlerRules } from './pathOverrides.js';
import type { PathRules } from './pathOverrides.js';
import { isInPackage, pathOfUrl } from './script.js';
import type { Script } from './script.js';
import type { SourceMap } from './sourceMap.js';

/** A source that a map names. */
export interface MappedSource {
  /** A path where it is a file, be it there or not; otherwise as the map has it. */
  readonly path: string;
  readonly name: string;
  readonly isFile: boolean;
}

/** A script with a source map, which is read when something is asked of it. */
export class MappedScript {
  readonly url: string;
  /** Whether it is somebody else's. */
  readonly isInPackage: boolean;
  private sourcesRead: readonly MappedSource[] | undefined;

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

  /** Undefined where it cannot be read. */
  get map(): SourceMap | undefined {
    return this.parts.read();
  }

  /** By their numbers in the map; none where that cannot be read. */
  get sources(): readonly MappedSource[] {
    this.sourcesRead ??= this.readSources();
    return this.sourcesRead;
  }

  /** The number of a file among the sources; -1 where it is none of them. */
  indexOf(files: readonly string[]): number {
    return this.sources.findIndex(({ path }) => files.includes(path));
  }

  /** Whether the script is what a loader made of the file of the same name: that URL is no place for its lines then. */
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
