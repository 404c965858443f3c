import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { IpcError } from '../core/errors.js';
import { whyUnsafe } from './baseDirectory.js';

const WAY_OUT =
  'Use a directory of your own that others cannot write to (mkdir -m 700 makes one, chmod go-w repairs one)';

/**
 * Checks that no other user can replace a file in a directory, as `whyUnsafe` does.
 *
 * @returns the directory without symbolic links
 * @throws IpcError `ERR_IPC_CONFIG` that names the directory, the reason and the way out
 */
export function trustedDirectory(directory: string): string {
  const absolute = resolve(directory);
  const reason = whyUnsafe(absolute);
  if (reason === undefined) return realpathSync(absolute);
  throw new IpcError('ERR_IPC_CONFIG', `the directory ${directory} ${reason}. ${WAY_OUT}`);
}
