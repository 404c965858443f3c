import { lstatSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { IpcError } from '../core/errors.js';
import type { KeyDelivery } from '../core/transportConfig.js';
import { onceAtExit } from '../transport/exitCleanup.js';
import { makePrivateDirectory } from '../transport/privateDirectory.js';
import { KEY_BYTES, keyFromHex } from './proof.js';

/** Names the file that holds the session's key; whoever reads the key removes the file. */
const KEY_FILE_VARIABLE = 'DEBUG_ADAPTER_IPC_KEY_FILE';
/** Holds the key itself, in hexadecimal: for launchers that share no file system with the adapter. */
const KEY_VARIABLE = 'DEBUG_ADAPTER_IPC_KEY';

const OWNER_ONLY = 0o600;

/** A key on its way to a launcher. Its maker withdraws it when the launcher is in, or will never be. */
export interface DeliveredKey {
  /** What the launcher's environment must carry. */
  readonly env: Record<string, string>;
  readonly withdraw: () => void;
}

/**
 * Lays a key out for a launcher.
 *
 * `file`: in a file that only this user can read, in a fresh private directory, and only its name is in the
 * environment. What a process was started with stays readable in `/proc/PID/environ` as long as it lives,
 * whatever it removes from its environment later; a file that has been read and removed does not.
 *
 * @throws IpcError `ERR_IPC_KEY` for a key of another length than 32 bytes
 */
export function deliverKey(key: Uint8Array, how: KeyDelivery): DeliveredKey {
  if (key.length !== KEY_BYTES) {
    throw new IpcError(
      'ERR_IPC_KEY',
      `a launcher is given a key of ${KEY_BYTES} bytes, this one has ${key.length}`,
    );
  }
  const hex = Buffer.from(key).toString('hex');
  if (how === 'env') return { env: { [KEY_VARIABLE]: hex }, withdraw: () => undefined };
  const directory = makePrivateDirectory();
  const { path } = directory;
  writeFileSync(path, hex, { flag: 'wx', mode: OWNER_ONLY });
  const withdraw = onceAtExit(() => {
    unlinkIfThere(path);
    directory.remove();
  });
  return { env: { [KEY_FILE_VARIABLE]: path }, withdraw };
}

/**
 * The launcher's side: takes the session's key out of the environment, and out of the file that it names, so
 * that neither the program nor its children find it.
 *
 * @param env is changed: the variables are deleted. Default: the process's own
 * @returns the key, or `undefined` where the adapter gave none and so asks for no authentication
 * @throws IpcError `ERR_IPC_KEY` when the file cannot be read or holds no key
 */
export function takeLauncherKey(env: NodeJS.ProcessEnv = process.env): Uint8Array | undefined {
  const { [KEY_FILE_VARIABLE]: path, [KEY_VARIABLE]: inline } = env;
  delete env[KEY_FILE_VARIABLE];
  delete env[KEY_VARIABLE];
  if (path !== undefined) return parseKey(takeFile(path), KEY_FILE_VARIABLE);
  return inline === undefined ? undefined : parseKey(inline, KEY_VARIABLE);
}

function takeFile(path: string): string {
  try {
    // A link would have us read, and remove, what somebody else points at.
    if (!lstatSync(path).isFile()) throw new Error('it is not a file');
    const text = readFileSync(path, 'utf8');
    unlinkSync(path);
    return text;
  } catch (cause) {
    throw new IpcError(
      'ERR_IPC_KEY',
      `the session's key cannot be read from ${path} (${KEY_FILE_VARIABLE}): was it taken already?`,
      { cause },
    );
  }
}

function parseKey(text: string, variable: string): Uint8Array {
  const key = keyFromHex(text.trim());
  if (key !== undefined) return key;
  throw new IpcError(
    'ERR_IPC_KEY',
    `${variable} holds no key: it must be ${KEY_BYTES * 2} hexadecimal digits`,
  );
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Taken by the launcher, as it should be.
  }
}
