import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpcError } from '../core/errors.js';
import { checkedSocketPath } from './unixPath.js';

const NAME_RANDOM_BYTES = 16;

/** A directory that only this user can enter, for one socket or file. */
export interface PrivateDirectory {
  /** A random path in the directory, for a single use. */
  readonly path: string;
  /** Removes the directory if it is empty. Files of others are not removed. */
  readonly remove: () => void;
}

/**
 * Creates a private directory for sockets. The parent is the first of the user's runtime directory, the
 * temporary directory and /tmp that exists, is writable and leaves room for the name.
 *
 * @throws IpcError `ERR_IPC_LISTEN` when all fail; the cause lists each failure
 */
export function makePrivateDirectory(env: NodeJS.ProcessEnv = process.env): PrivateDirectory {
  const failures: unknown[] = [];
  for (const base of new Set([env.XDG_RUNTIME_DIR, tmpdir(), '/tmp'])) {
    if (base === undefined || base === '') continue;
    try {
      return directoryIn(base);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new IpcError('ERR_IPC_LISTEN', 'no directory can hold a private socket', {
    cause: new AggregateError(failures, failures.map(String).join('; ')),
  });
}

function directoryIn(base: string): PrivateDirectory {
  const name = randomBytes(NAME_RANDOM_BYTES).toString('base64url');
  checkedSocketPath(join(base, 'dai-XXXXXX', name));
  const directory = mkdtempSync(join(base, 'dai-'));
  return {
    path: join(directory, name),
    remove: () => {
      removeIfEmpty(directory);
    },
  };
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // The directory is not empty or does not exist, so nothing of ours is left to remove.
  }
}
