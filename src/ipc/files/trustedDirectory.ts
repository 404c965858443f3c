import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { IpcError, toError } from '../core/errors.js';

const ROOT = 0;
const STICKY = 0o1000;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Checks that no other user can replace a file in a directory: the directory, and each one above it, belongs to this
 * user or to root, and is not writable by others unless it is sticky. On Windows nothing is checked.
 *
 * @returns the directory without symbolic links
 * @throws IpcError `ERR_IPC_CONFIG` that names the directory, the reason and the way out
 */
export function trustedDirectory(directory: string): string {
  const real = realPathOf(directory);
  const ownUid = process.geteuid?.();
  if (ownUid === undefined) return real;
  for (let at = real; ; at = dirname(at)) {
    const { uid, mode } = statSync(at);
    if (uid !== ownUid && uid !== ROOT) {
      throw unsafe(
        at,
        `it belongs to user ${uid}, who can replace what is in it. Use a directory of your own`,
      );
    }
    if ((mode & WRITABLE_BY_OTHERS) !== 0 && (mode & STICKY) === 0) {
      throw unsafe(at, 'other users can write to it. Use another directory, or chmod go-w this one');
    }
    if (dirname(at) === at) return real;
  }
}

function realPathOf(directory: string): string {
  try {
    const real = realpathSync(directory);
    if (statSync(real).isDirectory()) return real;
  } catch (cause) {
    const why = `${toError(cause).message}. Make the directory first (mkdir -m 700)`;
    throw new IpcError('ERR_IPC_CONFIG', `the directory ${directory} cannot be used: ${why}`, { cause });
  }
  throw unsafe(directory, 'it is no directory');
}

function unsafe(directory: string, why: string): IpcError {
  return new IpcError('ERR_IPC_CONFIG', `the directory ${directory} cannot be used: ${why}`);
}
