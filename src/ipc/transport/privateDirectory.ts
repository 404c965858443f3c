import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpcError } from '../core/errors.js';
import { checkedSocketPath } from './unixPath.js';

const NAME_RANDOM_BYTES = 16;

/** A directory that only this user can enter, with a name for one socket or file in it. */
export interface PrivateDirectory {
  /** A random name in it, free to be used once. */
  readonly path: string;
  /** Removes the directory if it is empty: what somebody else put there is not ours to remove. */
  readonly remove: () => void;
}

/**
 * Makes a private directory where sockets can live: in the user's runtime directory, else in the
 * temporary one, else in /tmp, whichever exists, lets us write and leaves room for the name.
 *
 * @throws IpcError `ERR_IPC_LISTEN` when none does; its cause lists what each one failed of
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
    // Not empty, or gone already: either way there is nothing of ours left to remove.
  }
}
