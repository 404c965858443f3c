import type { DiskFiles } from './diskFiles.js';
import { pathKey } from './filePaths.js';
import type { FileKey } from './filePaths.js';
import { pathOfName } from './fileUrls.js';

/** Remembers the names of scripts that lead to their files through symbolic links or virtual folders. */
export class LinkedNames {
  private readonly names = new Map<FileKey, Set<string>>();

  constructor(private readonly files: DiskFiles) {}

  /** Returns true if the name is new and leads to its file through a link. */
  add(name: string): boolean {
    const path = pathOfName(name, this.files.platform);
    if (path === undefined) return false;
    const key = this.files.key(path);
    if (key === pathKey(path, this.files.platform)) return false;
    const known = this.names.get(key) ?? new Set();
    if (known.has(name)) return false;
    this.names.set(key, known.add(name));
    return true;
  }

  /** The names that lead to a file through a link. */
  of(file: string): string[] {
    return this.names.size === 0 ? [] : [...(this.names.get(this.files.key(file)) ?? [])];
  }
}
