import { lstatSync } from 'node:fs';
import { FileProblem, readCheckedFile, readCheckedFileSync } from '../files/checkedFile.js';
import type { CheckedFile } from '../files/checkedFile.js';
import { IpcError, toError } from '../core/errors.js';
import { FILE_LIMITS } from '../core/limits.js';
import { createSecretFile, removeIfSame, rewriteSecretFile } from '../files/secretFile.js';
import { onceAtExit } from '../files/exitCleanup.js';
import { inPrivateDirectory } from '../files/privateDirectory.js';
import { describeEndpoint } from '../transport/transport.js';
import type { Endpoint } from '../transport/transport.js';
import { KEY_BYTES, keyFromHex, newKey } from './proof.js';

/** A key in someone else's file is a key that someone else knows, so the file is checked like a secret. */
const RULES = { maxBytes: FILE_LIMITS.maxKeyFileBytes, isSecret: true } as const;

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
  if (path === undefined) return privateKeyFile();
  const existing = isThere(path) ? readChecked(path) : undefined;
  const key = existing === undefined ? newKey() : parse(path, existing.bytes).key;
  return keyStore(path, key, existing?.identity);
}

/** Makes the file at once, because another place may have room for a file where this one has not. */
function privateKeyFile(): KeyStore {
  return inPrivateDirectory((directory) => {
    const { path } = directory;
    const key = newKey();
    const identity = createSecretFile(path, hexOf(key));
    const remove = onceAtExit(() => {
      removeIfSame(path, identity);
      directory.remove();
    });
    return { ...keyStore(path, key, identity), remove };
  });
}

/** @param existing the identity of the file at the path. Undefined: there is none, and none may come in between */
function keyStore(path: string, key: Uint8Array, existing: string | undefined): KeyStore {
  let identity = existing;
  const record = (endpoint: Endpoint): void => {
    const text = [hexOf(key), describeEndpoint(endpoint), ''].join('\n');
    try {
      if (identity === undefined) identity = createSecretFile(path, text);
      else rewriteSecretFile(path, text, identity);
    } catch (cause) {
      throw keyError(`the key file ${path} cannot be written: ${toError(cause).message}`, cause);
    }
  };
  return { path, key, record, remove: () => undefined };
}

/**
 * Reads a key file without removing it. The file must be a regular file that belongs to this user or root, has one
 * name, and is closed to other users.
 *
 * @throws IpcError `ERR_IPC_KEY` for a file that is missing, holds no key, or is not such a file
 */
export function readKeyFile(path: string): KeyFile {
  return parse(path, readChecked(path).bytes);
}

/** As {@link readKeyFile}, without blocking the thread. */
export async function readKeyFileInBackground(path: string): Promise<KeyFile> {
  const { bytes } = await readCheckedFile(path, RULES).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  return parse(path, bytes);
}

function readChecked(path: string): CheckedFile {
  try {
    return readCheckedFileSync(path, RULES);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function parse(path: string, bytes: Buffer): KeyFile {
  const [hex = '', endpoint] = bytes
    .toString()
    .split('\n')
    .map((line) => line.trim());
  const key = keyFromHex(hex);
  if (key === undefined) {
    throw keyError(`${path} is no key file: its first line must be ${KEY_BYTES * 2} hexadecimal digits`);
  }
  return { key, endpoint: endpoint === '' ? undefined : endpoint };
}

/** True for anything at the path, also for a symbolic link that leads nowhere. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function hexOf(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}

function unreadable(path: string, cause: unknown): IpcError {
  const reason = cause instanceof FileProblem ? cause.message : `cannot be read: ${toError(cause).message}`;
  return keyError(`the key file ${path} ${reason}`, cause);
}

function keyError(message: string, cause?: unknown): IpcError {
  return new IpcError('ERR_IPC_KEY', message, { cause });
}
