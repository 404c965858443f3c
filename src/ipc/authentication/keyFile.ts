import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { IpcError, toError } from '../core/errors.js';
import { onceAtExit } from '../transport/exitCleanup.js';
import { makePrivateDirectory } from '../transport/privateDirectory.js';
import { describeEndpoint } from '../transport/transport.js';
import type { Endpoint } from '../transport/transport.js';
import { KEY_BYTES, keyFromHex, newKey } from './proof.js';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** The contents of a key file. */
export interface KeyFile {
  readonly key: Uint8Array;
  /**
   * The listener's name for its endpoint, such as `tcp 127.0.0.1:4711`; undefined if the file has no
   * endpoint.
   */
  readonly endpoint: string | undefined;
}

/** A listener's key, stored in a file for its connectors. */
export interface KeyStore {
  readonly path: string;
  readonly key: Uint8Array;
  /** Writes the key and the endpoint, so that a reader of the file knows the address too. */
  readonly record: (endpoint: Endpoint) => void;
  /** Removes the file, unless the caller gave its path. */
  readonly remove: () => void;
}

/**
 * Opens the key file of a listener, which only this user can read. `record` writes the file.
 *
 * @param path an existing file keeps its key, and is not removed. Default: a new key in a new private
 *   directory
 * @throws IpcError `ERR_IPC_KEY` as {@link readKeyFile}, and for a file that cannot be written
 */
export function openKeyFile(path?: string): KeyStore {
  if (path !== undefined) {
    const key = existsSync(path) ? readKeyFile(path).key : newKey();
    return keyStore(path, key, () => undefined);
  }
  const directory = makePrivateDirectory();
  const remove = onceAtExit(() => {
    rmSync(directory.path, { force: true });
    directory.remove();
  });
  return keyStore(directory.path, newKey(), remove);
}

function keyStore(path: string, key: Uint8Array, remove: () => void): KeyStore {
  const record = (endpoint: Endpoint): void => {
    const lines = [Buffer.from(key).toString('hex'), describeEndpoint(endpoint), ''];
    try {
      writeFileSync(path, lines.join('\n'), { mode: OWNER_ONLY });
    } catch (cause) {
      throw keyError(`the key file ${path} cannot be written`, cause);
    }
  };
  return { path, key, record, remove };
}

/**
 * Reads a key file without removing it.
 *
 * @throws IpcError `ERR_IPC_KEY` for a file that is missing, holds no key, or can be read by other users
 */
export function readKeyFile(path: string): KeyFile {
  const [hex = '', endpoint] = textOf(path)
    .split('\n')
    .map((line) => line.trim());
  const key = keyFromHex(hex);
  if (key === undefined) {
    throw keyError(`${path} is no key file: its first line must be ${KEY_BYTES * 2} hexadecimal digits`);
  }
  return { key, endpoint: endpoint === '' ? undefined : endpoint };
}

function textOf(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    if (process.platform === 'win32' || (statSync(path).mode & OTHERS) === 0) return text;
  } catch (cause) {
    throw keyError(`the key file ${path} cannot be read`, cause);
  }
  throw keyError(`the key file ${path} can be read by others than its owner: chmod 600 it`);
}

function keyError(what: string, cause?: unknown): IpcError {
  const why = cause === undefined ? '' : `: ${toError(cause).message}`;
  return new IpcError('ERR_IPC_KEY', what + why, { cause });
}
