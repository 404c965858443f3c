import { ignoresCase, sourceKey, withSlashes } from '../../../paths/filePaths.js';
import { isOwnScript } from '../paths/ownScripts.js';
import { pathGlob } from '../paths/pathGlob.js';
import { isMadeUp } from '../sources/script.js';
import { sourceOfUrl } from '../sources/scriptUrls.js';

/** The prefix for node's own modules in a pattern, as in other debuggers. */
const NODE_INTERNALS = '<node_internals>/';
/** The prefix of the script names of node's own modules. */
const NODE_URL = 'node:';

const PLATFORM = process.platform;

interface Rule {
  readonly skips: boolean;
  readonly fits: (name: string) => boolean;
}

/** The files that stepping skips, set by `skipFiles`. */
export class SkipFiles {
  private rules: readonly Rule[] = [];
  private readonly known = new Map<string, boolean>();

  /**
   * Compiles the patterns. If called, must be called before the program starts.
   *
   * @param patterns globs for paths, including `**` and `{a,b}`; relative globs are resolved against the
   *   working directory; a glob after `!` includes files that earlier patterns skip
   */
  async configure(patterns: readonly string[]): Promise<void> {
    this.rules = [];
    this.known.clear();
    if (patterns.length === 0) return;
    // Loaded on demand, because most sessions have no patterns and loading delays the start.
    const { default: picomatch } = await import('picomatch');
    const options = { dot: true, nocase: ignoresCase(PLATFORM) };
    this.rules = patterns.map((pattern) => {
      const skips = !pattern.startsWith('!');
      return { skips, fits: picomatch(glob(skips ? pattern : pattern.slice(1)), options) };
    });
    this.known.clear();
  }

  /**
   * Returns true if stepping skips a script or source. @param name the URL of the script or the path of the
   * source
   */
  skips(name: string): boolean {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const path = plainPath(name);
    const skips = isOwnScript(path) || isMadeUp(name) || this.isSkipped(path);
    this.known.set(name, skips);
    return skips;
  }

  /**
   * Decides about one script or source from now on, whatever the patterns say. The launcher's own scripts stay skipped.
   *
   * @param name as for {@link SkipFiles.skips}
   */
  decide(name: string, skips: boolean): void {
    const key = sourceKey(plainPath(name), PLATFORM);
    this.rules = [...this.rules, { skips, fits: (path) => sourceKey(path, PLATFORM) === key }];
    this.known.clear();
  }

  private isSkipped(path: string): boolean {
    // Node's own modules are skipped unless a pattern includes them: `!<node_internals>/**`.
    return this.rules.findLast(({ fits }) => fits(path))?.skips ?? path.startsWith(NODE_URL);
  }
}

function glob(pattern: string): string {
  if (pattern.startsWith(NODE_URL)) return rooted(pattern);
  if (pattern.startsWith(NODE_INTERNALS)) return rooted(NODE_URL + pattern.slice(NODE_INTERNALS.length));
  return pathGlob(pattern);
}

/** The path of a script or source by which it is compared with the patterns. */
function plainPath(name: string): string {
  return name.startsWith(NODE_URL) ? rooted(name) : withSlashes(sourceOfUrl(name).path, PLATFORM);
}

/** Puts a slash after the scheme, so that `**` works as in a path. */
function rooted(name: string): string {
  return `${NODE_URL}/${name.slice(NODE_URL.length)}`;
}

/** True if a script is node's own or the launcher's. */
export function isInternal(url: string): boolean {
  return url.startsWith(NODE_URL) || isOwnScript(withSlashes(sourceOfUrl(url).path, PLATFORM));
}
