import { ignoresCase, withSlashes } from '../../../paths/filePaths.js';
import { pathGlob } from './pathGlob.js';

const PLATFORM = process.platform;

type Fits = (path: string) => boolean;

/** The scripts whose source maps are used, by the setting `resolveSourceMapLocations`. */
export class MapLocations {
  private included: readonly Fits[] = [];
  private excluded: readonly Fits[] = [];

  /**
   * Compiles the patterns. If called, must be called before the program starts.
   *
   * @param patterns globs for the paths of scripts, relative ones to the working directory; a glob after `!` excludes.
   *   Empty: all scripts
   */
  async configure(patterns: readonly string[]): Promise<void> {
    this.included = [];
    this.excluded = [];
    if (patterns.length === 0) return;
    // Loaded on demand, because most sessions have no patterns and loading delays the start.
    const { default: picomatch } = await import('picomatch');
    const options = { dot: true, nocase: ignoresCase(PLATFORM) };
    const compile = (pattern: string): Fits => picomatch(pathGlob(pattern), options);
    const excludes = (pattern: string): boolean => pattern.startsWith('!');
    this.included = patterns.filter((pattern) => !excludes(pattern)).map(compile);
    this.excluded = patterns.filter(excludes).map((pattern) => compile(pattern.slice(1)));
  }

  /** True if the source map of the script at this path may be used. */
  allows(path: string): boolean {
    const name = withSlashes(path, PLATFORM);
    const isIncluded = this.included.length === 0 || this.included.some((fits) => fits(name));
    return isIncluded && !this.excluded.some((fits) => fits(name));
  }
}
