import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { FileProblem, identityOf, requireSecret } from './checkedFile.js';

/** Windows has neither of these flags. */
const {
  O_NOFOLLOW = 0,
  O_NONBLOCK = 0,
  O_CREAT,
  O_EXCL,
  O_WRONLY,
} = constants as Partial<typeof constants> & Pick<typeof constants, 'O_CREAT' | 'O_EXCL' | 'O_WRONLY'>;
const OWNER_ONLY = 0o600;

/**
 * Creates a file that only this user can read. Nothing that exists at the path is used, not even a symbolic link.
 *
 * @returns the identity of the file
 * @throws the system's error, `EEXIST` if the path is taken; then no file of ours is left
 */
export function createSecretFile(path: string, text: string): string {
  const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, OWNER_ONLY);
  let identity = '';
  try {
    identity = identityOf(fstatSync(file, { bigint: true }));
    // A mask can have taken permissions of the owner away.
    fchmodSync(file, OWNER_ONLY);
    writeAll(file, text);
    return identity;
  } catch (error) {
    removeIfSame(path, identity);
    throw error;
  } finally {
    closeSync(file);
  }
}

/**
 * Replaces the content of a secret file of this user.
 *
 * @param identity the file that is meant: another one at the path is left as it is
 * @throws FileProblem, or the system's error
 */
export function rewriteSecretFile(path: string, text: string, identity: string): void {
  const file = openSync(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = fstatSync(file, { bigint: true });
    requireSecret(stats);
    if (identityOf(stats) !== identity) throw new FileProblem('was replaced by another file');
    ftruncateSync(file);
    writeAll(file, text);
  } finally {
    closeSync(file);
  }
}

/**
 * Removes a file if it still is the one with this identity. Errors are ignored: the file is gone, or another.
 *
 * @returns true if the file was removed
 */
export function removeIfSame(path: string, identity: string): boolean {
  try {
    if (identityAt(path) !== identity) return false;
    unlinkSync(path);
    return true;
  } catch {
    // The file has been removed by its reader, as intended.
    return false;
  }
}

/** The identity of what is at a path, also of a symbolic link. Undefined if there is nothing. */
export function identityAt(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && identityOf(stats);
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}
