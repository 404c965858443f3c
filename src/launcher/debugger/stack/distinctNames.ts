import { sourceKey } from '../../../paths/filePaths.js';
import type { FileKey } from '../../../paths/filePaths.js';

/** The part of a frame that its file's name depends on. */
interface NamedFrame {
  readonly source?: { readonly name: string; readonly path: string } | undefined;
}

/**
 * Gives the files of a stack names that tell them apart: `orders/index.js` and `users/index.js`, if two files have the
 * name `index.js`. Other names stay.
 */
export function withDistinctNames<F extends NamedFrame>(frames: readonly F[]): F[] {
  const filesByName = new Map<string, Map<FileKey, string>>();
  for (const { source } of frames) {
    if (source === undefined || partsOf(source.path).at(-1) !== source.name) continue;
    const files = filesByName.get(source.name) ?? new Map<FileKey, string>();
    filesByName.set(source.name, files.set(keyOf(source.path), source.path));
  }
  return frames.map((frame) => {
    const { source } = frame;
    const files = source && filesByName.get(source.name);
    if (source === undefined || files === undefined || files.size < 2) return frame;
    const others = new Map(files);
    others.delete(keyOf(source.path));
    return { ...frame, source: { ...source, name: shortestName(source.path, [...others.values()]) } };
  });
}

/** Returns the shortest end of a path, in whole parts, that no other path ends with. */
function shortestName(path: string, others: readonly string[]): string {
  const parts = partsOf(path);
  const different = others.map(partsOf);
  for (let count = 2; count < parts.length; count += 1) {
    const end = parts.slice(-count).join('/');
    if (!different.some((other) => other.slice(-count).join('/') === end)) return end;
  }
  return path;
}

function partsOf(path: string): string[] {
  return path.split(/[\\/]/);
}

function keyOf(path: string): FileKey {
  return sourceKey(path, process.platform);
}
