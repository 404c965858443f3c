import { basename } from 'node:path';
import type { DiskFiles } from '../../../paths/diskFiles.js';
import type { FileKey } from '../../../paths/filePaths.js';
import { pathOfName } from '../../../paths/fileUrls.js';
import { sourcePaths } from '../../../paths/sourcePaths.js';
import { bundlerRules } from './pathOverrides.js';
import type { PathRules } from './pathOverrides.js';
import { isInPackage } from './script.js';
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
  /** The path of the script, if it has a file. */
  readonly path: string | undefined;
  /** True if the script belongs to a package in `node_modules`. */
  readonly isInPackage: boolean;
  private cachedSources: readonly MappedSource[] | undefined;
  private readonly indexesByName = new Map<FileKey, number[]>();

  constructor(
    readonly script: Script,
    private readonly parts: {
      readonly read: () => SourceMap | undefined;
      readonly rules: PathRules;
      readonly cwd: string;
      readonly files: DiskFiles;
    },
  ) {
    this.url = script.url;
    this.path = parts.files.pathOfName(script.url);
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
  sourceIndexOf(file: string): number {
    const { files } = this.parts;
    const { sources } = this;
    // Only files of one name are compared on disk, because a bundle may have thousands of sources.
    const names = new Set([files.nameKey(file), files.nameKey(files.realPath(file))]);
    const sameName = [...names].flatMap((name) => this.indexesByName.get(name) ?? []);
    return sameName.find((index) => files.isSame(sources[index]?.path ?? '', file)) ?? -1;
  }

  /**
   * True if a loader compiled the script from the file with the same URL. The lines of the script are then
   * not the lines of that file.
   */
  get isOwnSource(): boolean {
    return this.path !== undefined && this.sourceIndexOf(this.path) !== -1;
  }

  private readSources(): MappedSource[] {
    const { cwd, files, rules } = this.parts;
    const { map } = this;
    const bundler = bundlerRules(cwd, this.path, files);
    const sources = (map?.sources ?? []).map(({ name, sourceRoot, resolved }) => {
      const paths = sourcePaths({ name, sourceRoot, base: map?.path }, files.platform);
      const path = paths.length === 1 ? paths[0] : (files.firstExisting(paths) ?? paths.at(-1));
      const names = [withRoot(name, sourceRoot), resolved, path, pathOfName(resolved, 'win32')];
      const given = names.filter((one) => one !== undefined && one !== '') as string[];
      const file = rules(given) ?? path ?? bundler(given);
      const shown = file === undefined ? resolved : files.onDisk(file);
      return { path: shown, name: basename(shown), isFile: file !== undefined };
    });
    for (const [index, { path, isFile }] of sources.entries()) {
      if (!isFile) continue;
      const name = files.nameKey(path);
      const known = this.indexesByName.get(name);
      if (known === undefined) this.indexesByName.set(name, [index]);
      else known.push(index);
    }
    return sources;
  }
}

function withRoot(name: string, sourceRoot: string): string {
  return sourceRoot === '' || sourceRoot.endsWith('/') ? `${sourceRoot}${name}` : `${sourceRoot}/${name}`;
}
