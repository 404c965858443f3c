import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FileProblem, systemCode, unusualKind } from '../ipc/index.js';

/** Windows does not have the last three flags. */
const {
  O_APPEND,
  O_CREAT,
  O_WRONLY,
  O_NOFOLLOW = 0,
  O_NONBLOCK = 0,
  O_NOCTTY = 0,
} = constants as Partial<typeof constants> & Pick<typeof constants, 'O_APPEND' | 'O_CREAT' | 'O_WRONLY'>;
const OWNER_ONLY = 0o600;
const MAX_LINKS = 40;

/** A log that is open for appending. */
export interface OpenLog {
  readonly fd: number;
  /** True for a pipe: its reader may be slow, so it is not written synchronously. */
  readonly isPipe: boolean;
}

/**
 * Opens a log file for appending, and creates it and its directory if they are missing. Logs name programs, paths and
 * arguments, so the new file is for this user alone, and an existing one must belong to this user or root. Symbolic
 * links of other users are not followed. A pipe with a reader, and a device such as `/dev/null`, can be a log too.
 *
 * @throws FileProblem, or the system's error
 */
export function openLogFile(file: string): OpenLog {
  mkdirSync(dirname(file), { recursive: true });
  const { path, isDescriptor } = followLinks(resolve(file));
  const blocking = isDevice(path) ? 0 : O_NONBLOCK;
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | blocking | (isDescriptor ? 0 : O_NOFOLLOW);
  const fd = openOrExplain(path, flags);
  try {
    const stats = fstatSync(fd, { bigint: true });
    const kind = unusualKind(stats);
    if (kind === undefined && !isDescriptor) requireOwnFile(stats);
    if (kind !== undefined && kind !== 'a named pipe' && kind !== 'a device') {
      throw new FileProblem(`is ${kind}`, 'give a regular file');
    }
    return { fd, isPipe: kind === 'a named pipe' };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function openOrExplain(path: string, flags: number): number {
  try {
    return openSync(path, flags, OWNER_ONLY);
  } catch (cause) {
    if (systemCode(cause) !== 'ENXIO') throw cause;
    throw new FileProblem('is a named pipe or socket without a reader', 'start the reader first', { cause });
  }
}

/** Follows symbolic links of this user and root. The descriptors in `/proc` are links that lead to no path. */
function followLinks(file: string): { readonly path: string; readonly isDescriptor: boolean } {
  let path = file;
  for (let links = 0; links <= MAX_LINKS; links++) {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink() !== true) return { path, isDescriptor: false };
    if (process.platform !== 'win32' && stats.uid !== 0 && stats.uid !== process.geteuid?.()) {
      throw new FileProblem(`is reached by ${path}, a symbolic link of another user (uid ${stats.uid})`);
    }
    if (/^\/proc\/[^/]+\/(?:task\/\d+\/)?fd\/\d+$/.test(path)) return { path, isDescriptor: true };
    path = resolve(dirname(path), readlinkSync(path));
  }
  throw new FileProblem('is reached by too many symbolic links');
}

function isDevice(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isCharacterDevice() === true;
}

function requireOwnFile({ uid, nlink }: BigIntStats): void {
  if (process.platform === 'win32') return;
  const owner = Number(uid);
  if (owner !== 0 && owner !== process.geteuid?.()) {
    throw new FileProblem(`belongs to another user (uid ${owner}), who would read it`, 'choose another file');
  }
  if (nlink > 1n) throw new FileProblem(`has ${nlink} names (hard links)`, 'choose another file');
}
