import { lstat, opendir, readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SWEEP_LIMITS } from '../core/limits.js';
import { hasEnded } from './processMark.js';
import { baseCandidates, whyUnsafe } from './baseDirectory.js';
import { PRIVATE_DIRECTORY, PRIVATE_NAME } from './privateDirectory.js';

const OWNER_ONLY = 0o700;
const PERMISSIONS = 0o777;
/** A private directory holds one socket or file. */
const MAX_FILES = 1;

/** Counts the work of one sweep, and ends it at a limit. */
interface Budget {
  directories: number;
  readonly isOver: () => boolean;
}

/**
 * Removes the private directories that processes of this user have left because they were killed. The places are
 * those of `makePrivateDirectory`, with the same checks. A directory is removed if it belongs to this user, has
 * mode 0700, holds nothing but one socket or file with a name of ours, and the process that made it has ended for
 * certain. Nothing else is touched, and symbolic links are not followed. The work is bounded by `SWEEP_LIMITS`.
 *
 * @returns the removed directories; never rejects
 */
export async function sweepPrivateDirectories({
  env = process.env,
  signal,
}: { readonly env?: NodeJS.ProcessEnv; readonly signal?: AbortSignal } = {}): Promise<string[]> {
  const removed: string[] = [];
  const end = performance.now() + SWEEP_LIMITS.timeoutMs;
  const budget: Budget = {
    directories: SWEEP_LIMITS.maxDirectories,
    isOver: () => signal?.aborted === true || budget.directories === 0 || performance.now() > end,
  };
  for (const { path } of baseCandidates(env)) {
    if (whyUnsafe(path) === undefined) await sweepBase(path, budget, removed).catch(() => undefined);
  }
  return removed;
}

async function sweepBase(base: string, budget: Budget, removed: string[]): Promise<void> {
  let entries = 0;
  for await (const { name } of await opendir(base)) {
    if (++entries > SWEEP_LIMITS.maxEntries || budget.isOver()) return;
    const mark = PRIVATE_DIRECTORY.exec(name)?.[1];
    if (mark === undefined || !hasEnded(mark)) continue;
    const directory = join(base, name);
    if (!(await removeLeftover(directory).catch(() => false))) continue;
    budget.directories -= 1;
    removed.push(directory);
  }
}

async function removeLeftover(directory: string): Promise<boolean> {
  const stats = await lstat(directory);
  if (!stats.isDirectory() || !isOwn(stats.uid)) return false;
  if (process.platform !== 'win32' && (stats.mode & PERMISSIONS) !== OWNER_ONLY) return false;
  const names = await readdir(directory);
  if (names.length > MAX_FILES || !names.every((name) => PRIVATE_NAME.test(name))) return false;
  for (const name of names) {
    const path = join(directory, name);
    const file = await lstat(path);
    if (!(file.isFile() || file.isSocket()) || !isOwn(file.uid)) return false;
    await unlink(path);
  }
  await rmdir(directory);
  return true;
}

function isOwn(uid: number): boolean {
  return process.platform === 'win32' || uid === process.geteuid?.();
}
