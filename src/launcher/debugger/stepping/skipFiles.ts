import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceOfUrl } from '../sources/scriptUrls.js';

/** What stands for node's own modules in a pattern, as other debuggers have it. */
const NODE_INTERNALS = '<node_internals>/';
/** Their scripts' names begin so. */
const NODE_URL = 'node:';

/** What this launcher has put into the program's thread: built, all of it is in one directory. */
const OWN_DIRECTORY = withSlashes(dirname(fileURLToPath(import.meta.url)) + sep);

interface Rule {
  readonly skips: boolean;
  readonly fits: (name: string) => boolean;
}

/** The files that stepping passes by: `skipFiles`. */
export class SkipFiles {
  private rules: readonly Rule[] = [];
  private readonly known = new Map<string, boolean>();

  /**
   * To be called before the program starts, if at all.
   *
   * @param patterns globs for paths, `**` and `{a,b}` included, relative ones under the working directory; one behind
   *   `!` takes back what those before it skip
   */
  async configure(patterns: readonly string[]): Promise<void> {
    this.rules = [];
    this.known.clear();
    if (patterns.length === 0) return;
    // Most sessions do without, and each waits for what is loaded from the start.
    const { default: picomatch } = await import('picomatch');
    this.rules = patterns.map((pattern) => {
      const skips = !pattern.startsWith('!');
      return { skips, fits: picomatch(glob(skips ? pattern : pattern.slice(1)), { dot: true }) };
    });
    this.known.clear();
  }

  /** @param name a script's URL, or a source's path */
  skips(name: string): boolean {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const path = name.startsWith(NODE_URL) ? rooted(name) : withSlashes(sourceOfUrl(name).path);
    const skips = path.startsWith(OWN_DIRECTORY) || this.isSkipped(path);
    this.known.set(name, skips);
    return skips;
  }

  private isSkipped(path: string): boolean {
    // Node's own modules are skipped unless a pattern takes that back: `!<node_internals>/**`.
    return this.rules.findLast(({ fits }) => fits(path))?.skips ?? path.startsWith(NODE_URL);
  }
}

function glob(pattern: string): string {
  if (pattern.startsWith(NODE_URL)) return rooted(pattern);
  if (pattern.startsWith(NODE_INTERNALS)) return rooted(NODE_URL + pattern.slice(NODE_INTERNALS.length));
  return withSlashes(isAbsolute(pattern) || pattern.startsWith('**') ? pattern : resolve(pattern));
}

/** For `**` to mean what it does in a path: behind a slash. */
function rooted(name: string): string {
  return `${NODE_URL}/${name.slice(NODE_URL.length)}`;
}

function withSlashes(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}
