import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdtempSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { IpcError, toError } from '../core/errors.js';
import { MARK_PATTERN, ownMark } from './processMark.js';
import { baseCandidates, whyUnsafe } from './baseDirectory.js';
import type { BaseCandidate } from './baseDirectory.js';
import { checkedSocketPath } from './unixPath.js';

const NAME_RANDOM_BYTES = 16;
const OWNER_ONLY = 0o700;
const PERMISSIONS = 0o777;
const PREFIX = 'dai-';
/** What private directories are for. The path of a socket must be short; that of a file need not. */
const SOCKETS = 'sockets';
const FILES = 'files';

/** The names of private directories. The group is the mark of the process that made the directory. */
export const PRIVATE_DIRECTORY = new RegExp(`^${PREFIX}(${MARK_PATTERN})-[A-Za-z0-9]{6}$`);
/** The names of the sockets and files in them. */
export const PRIVATE_NAME = /^[\w-]{22}$/;

/** A directory that only this user can enter, for one socket or file. */
export interface PrivateDirectory {
  /** A random path in the directory, for a single use. */
  readonly path: string;
  /** Removes the directory if it is empty. Files of others are not removed. */
  readonly remove: () => void;
}

/**
 * Creates a private directory for sockets. The parent is the first of the user's runtime directory, the
 * temporary directory and /tmp that is absolute, that no other user can change, and that has room.
 *
 * @throws IpcError `ERR_IPC_LISTEN` when all fail; the message has the reason for each
 */
export function makePrivateDirectory(env: NodeJS.ProcessEnv = process.env): PrivateDirectory {
  return new PrivatePlaces(env, SOCKETS).next();
}

/**
 * Calls `use` with a new private directory for a file. If that fails, for instance because the disk is full, `use` is
 * called again with a directory at the next place.
 *
 * @throws IpcError `ERR_IPC_LISTEN` when all fail; the message has the reason for each
 */
export function inPrivateDirectory<T>(use: (directory: PrivateDirectory) => T): T {
  const places = new PrivatePlaces(process.env, FILES);
  for (;;) {
    const directory = places.next();
    try {
      return use(directory);
    } catch (error) {
      places.reject(directory, error);
    }
  }
}

/** As {@link inPrivateDirectory}, for a socket, which not every file system has. */
export async function inPrivateDirectoryAsync<T>(
  use: (directory: PrivateDirectory) => Promise<T>,
): Promise<T> {
  const places = new PrivatePlaces(process.env, SOCKETS);
  for (;;) {
    const directory = places.next();
    try {
      return await use(directory);
    } catch (error) {
      places.reject(directory, error);
    }
  }
}

/** The places for private directories, one after the other, with the reasons why earlier ones could not be used. */
class PrivatePlaces {
  private readonly candidates: BaseCandidate[];
  private readonly reasons: string[] = [];
  private readonly causes: unknown[] = [];
  private current: BaseCandidate | undefined;

  constructor(
    env: NodeJS.ProcessEnv,
    private readonly purpose: typeof SOCKETS | typeof FILES,
  ) {
    this.candidates = [...baseCandidates(env)];
  }

  /** @throws IpcError `ERR_IPC_LISTEN` when no place is left */
  next(): PrivateDirectory {
    for (;;) {
      this.current = this.candidates.shift();
      if (this.current === undefined) throw this.exhausted();
      try {
        const reason = whyUnsafe(this.current.path);
        if (reason === undefined) return directoryIn(this.current.path, this.purpose);
        this.add(reason);
      } catch (error) {
        this.causes.push(error);
        this.add(toError(error).message);
      }
    }
  }

  /** Removes a directory that could not be used. */
  reject(directory: PrivateDirectory, error: unknown): void {
    directory.remove();
    this.causes.push(error);
    this.add(toError(error).message);
  }

  private add(reason: string): void {
    const { name, path } = this.current ?? { name: '', path: '' };
    this.reasons.push(`${path} (${name}): ${reason}`);
  }

  private exhausted(): IpcError {
    return new IpcError(
      'ERR_IPC_LISTEN',
      `no directory can hold a private socket or file: ${this.reasons.join('; ')}. Set XDG_RUNTIME_DIR or TMPDIR to a ` +
        'directory that belongs to this user and that no other user can write to',
      { cause: new AggregateError(this.causes, this.reasons.join('; ')) },
    );
  }
}

function directoryIn(base: string, purpose: typeof SOCKETS | typeof FILES): PrivateDirectory {
  const name = randomBytes(NAME_RANDOM_BYTES).toString('base64url');
  const prefix = join(base, `${PREFIX}${ownMark()}-`);
  if (purpose === SOCKETS) checkedSocketPath(join(`${prefix}XXXXXX`, name));
  const directory = mkdtempSync(prefix);
  try {
    requirePrivate(directory);
  } catch (error) {
    removeIfEmpty(directory);
    throw error;
  }
  return {
    path: join(directory, name),
    remove: () => {
      removeIfEmpty(directory);
    },
  };
}

/** Checks the fresh directory itself: file systems exist that ignore owners and permissions. */
function requirePrivate(directory: string): void {
  if (process.platform === 'win32') {
    if (!lstatSync(directory).isDirectory()) throw new Error(`${directory} was replaced`);
    return;
  }
  // The mask of the process can have taken permissions of the owner away.
  if (permissionsOf(directory) !== OWNER_ONLY) chmodSync(directory, OWNER_ONLY);
  const permissions = permissionsOf(directory);
  if (permissions === OWNER_ONLY) return;
  throw new Error(`${directory} has the permissions ${permissions.toString(8)}, and not 700`);
}

function permissionsOf(directory: string): number {
  const stats = lstatSync(directory);
  if (!stats.isDirectory() || stats.uid !== process.geteuid?.()) {
    throw new Error(`${directory} was replaced, or belongs to user ${stats.uid}`);
  }
  return stats.mode & PERMISSIONS;
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // The directory is not empty or does not exist, so nothing of ours is left to remove.
  }
}
