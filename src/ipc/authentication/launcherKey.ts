import { readCheckedFileSync } from '../files/checkedFile.js';
import { IpcError, systemCode, toError } from '../core/errors.js';
import { FILE_LIMITS } from '../core/limits.js';
import { createSecretFile, removeIfSame } from '../files/secretFile.js';
import type { KeyDelivery } from '../core/transportConfig.js';
import { onceAtExit } from '../files/exitCleanup.js';
import { inPrivateDirectory } from '../files/privateDirectory.js';
import { KEY_BYTES, keyFromHex } from './proof.js';

/** Variable with the path of the key file. The process that reads the key removes the file. */
const KEY_FILE_VARIABLE = 'DEBUG_ADAPTER_IPC_KEY_FILE';
/** Variable with the key in hexadecimal, for launchers that share no file system with the adapter. */
const KEY_VARIABLE = 'DEBUG_ADAPTER_IPC_KEY';

/** The errors of a file that another process has open without sharing it. */
const LOCKED_CODES: ReadonlySet<string> = new Set([
  'EBUSY',
  'ETXTBSY',
  ...(process.platform === 'win32' ? ['EPERM', 'EACCES'] : []),
]);
const LOCKED_TRIES = 40;
/** Time between two tries, in milliseconds. */
const LOCKED_PAUSE_MS = 25;

/** A key on its way to a launcher. Its owner withdraws it once the launcher has connected or failed. */
export interface DeliveredKey {
  /** Variables that the launcher's environment must contain. */
  readonly env: Record<string, string>;
  readonly withdraw: () => void;
}

/**
 * Prepares a key for delivery to a launcher.
 *
 * With `file`, the key is in a file in a new private directory that only this user can read; the environment
 * has only the path. The environment that a process was started with stays readable in `/proc/PID/environ` as
 * long as the process lives, even after it deletes its variables. A file that was read and removed does not.
 *
 * @throws IpcError `ERR_IPC_KEY` for a key that is not 32 bytes long; `ERR_IPC_LISTEN` if no private directory can
 *   hold the file
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
  return inPrivateDirectory(({ path, remove }) => {
    const identity = createSecretFile(path, hex);
    const withdraw = onceAtExit(() => {
      removeIfSame(path, identity);
      remove();
    });
    return { env: { [KEY_FILE_VARIABLE]: path }, withdraw };
  });
}

/**
 * Takes the session's key out of the launcher's environment and removes the key file, so that neither the
 * program nor its children can find the key.
 *
 * @param env the environment, from which the variables are deleted. Default: the environment of this process
 * @returns the key, or `undefined` if the adapter gave no key, and so asks for no authentication
 * @throws IpcError `ERR_IPC_KEY` when the file cannot be read, holds no key, or is not a private file of this user
 */
export function takeLauncherKey(env: NodeJS.ProcessEnv = process.env): Uint8Array | undefined {
  const { [KEY_FILE_VARIABLE]: path, [KEY_VARIABLE]: inline } = env;
  delete env[KEY_FILE_VARIABLE];
  delete env[KEY_VARIABLE];
  if (path !== undefined) return parseKey(readAndRemove(path), KEY_FILE_VARIABLE);
  return inline === undefined ? undefined : parseKey(inline, KEY_VARIABLE);
}

function readAndRemove(path: string): string {
  try {
    const rules = { maxBytes: FILE_LIMITS.maxKeyFileBytes, isSecret: true };
    const { bytes, identity } = readUnlocked(() => readCheckedFileSync(path, rules));
    removeIfSame(path, identity);
    return bytes.toString();
  } catch (cause) {
    const { message, cause: reason } = toError(cause);
    const hint = systemCode(reason) === 'ENOENT' ? ': was it taken already?' : '';
    throw new IpcError(
      'ERR_IPC_KEY',
      `the session's key is not to be had: ${path} (${KEY_FILE_VARIABLE}) ${message}${hint}`,
      { cause },
    );
  }
}

/**
 * Reads a file, also if another process holds it for a moment, as virus scanners do on Windows with each new file.
 *
 * @throws the last error, after {@link LOCKED_TRIES}
 */
function readUnlocked<T>(read: () => T): T {
  for (let tries = 1; ; tries += 1) {
    try {
      return read();
    } catch (error) {
      const code = systemCode(toError(error).cause);
      if (tries >= LOCKED_TRIES || code === undefined || !LOCKED_CODES.has(code)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCKED_PAUSE_MS);
    }
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
