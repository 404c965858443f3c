import { existsSync, realpathSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { ignoresCase, isFilePath, nameKey, normalPath, pathKey } from './filePaths.js';
import type { FileKey, Platform } from './filePaths.js';
import { DamagedNames } from './damagedNames.js';
import { pathOfName } from './fileUrls.js';
import { withoutVirtual } from './virtualPaths.js';

/** The file system as far as it decides which paths are the same file. */
export interface DiskAccess {
  /** Resolves symbolic links, and gives the names as they are on disk. @throws Error if there is no such file */
  realPath(path: string): string;
  exists(path: string): boolean;
}

/** How long a file counts as missing, in milliseconds: a program may write what it loads. */
const MISSING_MS = 1_000;

const NODE_DISK: DiskAccess = { realPath: (path) => realpathSync.native(path), exists: existsSync };

/** Decides which paths are the same file on this machine. Remembers what the file system answered. */
export class DiskFiles {
  private readonly realPaths = new Map<string, string>();
  private readonly existing = new Map<string, { readonly isThere: boolean; readonly untilMs: number }>();
  private readonly damagedNames = new DamagedNames();

  constructor(
    readonly platform: Platform = process.platform,
    private readonly disk: DiskAccess = NODE_DISK,
  ) {}

  /**
   * The path of the file itself: without symbolic links and the virtual folders of Yarn. Of a file that does
   * not exist yet, the directories that exist are resolved.
   */
  realPath(path: string): string {
    const normal = withoutVirtual(normalPath(path, this.platform), this.platform);
    if (!isFilePath(normal, this.platform)) return normal;
    const known = this.realPaths.get(normal);
    if (known !== undefined) return known;
    const real = this.readRealPath(normal);
    if (real !== undefined) {
      this.realPaths.set(normal, real);
      return real;
    }
    const rules = this.platform === 'win32' ? win32 : posix;
    const directory = rules.dirname(normal);
    return directory === normal ? normal : rules.join(this.realPath(directory), rules.basename(normal));
  }

  /** The path as it is on disk: in the letter case of the file system, symbolic links unchanged. */
  onDisk(path: string): string {
    const normal = withoutVirtual(normalPath(path, this.platform), this.platform);
    if (!ignoresCase(this.platform)) return normal;
    const real = this.realPath(normal);
    return pathKey(real, this.platform) === pathKey(normal, this.platform) ? real : normal;
  }

  /** Remembers a path that is in use, because the URLs of node do not say all of some paths. */
  remember(path: string): void {
    if (this.platform !== 'win32') this.damagedNames.add(normalPath(path, this.platform));
  }

  /**
   * The path on disk for a script's name: a file URL, or an absolute path. Undefined for a name that is
   * neither.
   */
  pathOfName(name: string): string | undefined {
    const path = pathOfName(name, this.platform);
    if (path === undefined) return undefined;
    const restored = this.damagedNames.restore(path);
    return this.onDisk(restored !== path && !this.exists(path) ? restored : path);
  }

  /** The key of a file: the same for all paths that lead to it. */
  key(path: string): FileKey {
    return pathKey(this.realPath(path), this.platform);
  }

  /** The key of a file's name without its directories. */
  nameKey(path: string): FileKey {
    return nameKey(path, this.platform);
  }

  /** True if both paths lead to the same file. */
  isSame(one: string, other: string): boolean {
    if (pathKey(one, this.platform) === pathKey(other, this.platform)) return true;
    return this.key(one) === this.key(other);
  }

  /** The first of the paths at which there is a file. */
  firstExisting(paths: readonly string[]): string | undefined {
    return paths.find((path) => this.exists(path));
  }

  /** True if there is a file. */
  exists(path: string): boolean {
    const known = this.existing.get(path);
    const nowMs = performance.now();
    if (known !== undefined && (known.isThere || nowMs < known.untilMs)) return known.isThere;
    const isThere = this.disk.exists(path);
    this.existing.set(path, { isThere, untilMs: nowMs + MISSING_MS });
    return isThere;
  }

  private readRealPath(path: string): string | undefined {
    try {
      return normalPath(this.disk.realPath(path), this.platform);
    } catch {
      // A breakpoint can be set in a file that does not exist yet.
      return undefined;
    }
  }
}

/** The files of this machine. */
export const DISK_FILES = new DiskFiles();
