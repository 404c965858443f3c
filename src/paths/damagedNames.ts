/** The characters that node changes in the URLs of CommonJS modules: it writes `\` as `/`, and drops the others. */
const DAMAGED = /[\\\n\r\t]/;

/** Finds the paths for URLs in which node has changed characters of the path. Not needed on Windows. */
export class DamagedNames {
  private readonly originals = new Map<string, string>();

  /** Remembers a path, and the directories above it. */
  add(path: string): void {
    if (!DAMAGED.test(path)) return;
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const start = path.slice(0, end);
      if (DAMAGED.test(start)) this.originals.set(damage(start), start);
    }
  }

  /** The path for a changed one, if the file or a directory above it is known. */
  restore(path: string): string {
    if (this.originals.size === 0) return path;
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const original = this.originals.get(path.slice(0, end));
      if (original !== undefined) return original + path.slice(end);
    }
    return path;
  }
}

function damage(path: string): string {
  return path.replaceAll('\\', '/').replace(/[\n\r\t]/g, '');
}
