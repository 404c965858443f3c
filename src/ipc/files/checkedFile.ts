import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { lstat, open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { settlesWithin } from '../core/deferred.js';
import { toError } from '../core/errors.js';
import { FILE_LIMITS } from '../core/limits.js';

/** Windows has none of these flags. */
const {
  O_NOFOLLOW = 0,
  O_NONBLOCK = 0,
  O_NOCTTY = 0,
  O_RDONLY,
} = constants as Partial<typeof constants> & {
  O_RDONLY: number;
};
const OTHERS = 0o077;
const READ_BY_OTHERS = 0o044;
const LEAST_CHUNK_BYTES = 4096;
const MOST_CHUNK_BYTES = 16 * 1024 * 1024;

/** The demands on a file that another user or program may have put at its path. */
export interface FileRules {
  /** The most bytes that are read. */
  readonly maxBytes: number;
  /**
   * True for a key: the file belongs to this user or root, is closed to all others, has no other name, and is not
   * reached by a symbolic link. Default false.
   */
  readonly isSecret?: boolean;
}

/** The content of a file that was read, and the identity of the file. */
export interface CheckedFile {
  readonly bytes: Buffer;
  /** Device and inode number. */
  readonly identity: string;
}

/** The reason why a file is not read. The message begins with a verb, for use behind the file's name. */
export class FileProblem extends Error {
  /** @param advice the way out, if there is one */
  constructor(
    readonly problem: string,
    readonly advice?: string,
    options?: ErrorOptions,
  ) {
    super(advice === undefined ? problem : `${problem}: ${advice}`, options);
    this.name = 'FileProblem';
  }
}

/**
 * Reads a regular file, and nothing else: a named pipe or a device could block for ever, and has no end. The file
 * is opened once, checked through its descriptor, and read through the same descriptor.
 *
 * @throws FileProblem
 */
export function readCheckedFileSync(path: string, rules: FileRules): CheckedFile {
  return withCheckedFileSync(path, rules, (file, stats) => {
    if (stats.size > BigInt(rules.maxBytes)) throw tooLarge(rules.maxBytes);
    return { bytes: readBounded(file, Number(stats.size), rules), identity: identityOf(stats) };
  });
}

/**
 * Opens a regular file for reading, as {@link readCheckedFileSync} does, and closes it after `use`.
 *
 * @throws FileProblem also for what `use` throws
 */
export function withCheckedFileSync<T>(
  path: string,
  rules: Pick<FileRules, 'isSecret'>,
  use: (file: number, stats: BigIntStats) => T,
): T {
  try {
    // Opening a device can have an effect, so what can be seen beforehand is not opened.
    requireFile(
      rules.isSecret === true ? lstatSync(path, { bigint: true }) : statSync(path, { bigint: true }),
    );
    const file = openSync(path, flagsFor(rules));
    try {
      const stats = fstatSync(file, { bigint: true });
      requireRules(stats, rules);
      return use(file, stats);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw asProblem(error);
  }
}

/**
 * As {@link readCheckedFileSync}, without blocking the thread. A file system that does not answer fails after
 * `readTimeoutMs`.
 *
 * @throws FileProblem
 */
export async function readCheckedFile(path: string, rules: FileRules): Promise<CheckedFile> {
  const reading = readInBackground(path, rules);
  if (await settlesWithin(reading, FILE_LIMITS.readTimeoutMs)) return reading;
  throw new FileProblem(`cannot be read: its file system gave no answer in ${FILE_LIMITS.readTimeoutMs} ms`);
}

/** Names the kind of a file that is not a regular file: `a named pipe`. Undefined for a regular file. */
export function unusualKind(stats: Pick<BigIntStats, KindTest>): string | undefined {
  if (stats.isFile()) return undefined;
  return KINDS.find(([isKind]) => stats[isKind]())?.[1] ?? 'something else than a file';
}

type KindTest =
  'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket' | 'isCharacterDevice' | 'isBlockDevice' | 'isSymbolicLink';

const KINDS: readonly (readonly [KindTest, string])[] = [
  ['isDirectory', 'a directory'],
  ['isFIFO', 'a named pipe'],
  ['isSocket', 'a socket'],
  ['isCharacterDevice', 'a device'],
  ['isBlockDevice', 'a device'],
  ['isSymbolicLink', 'a symbolic link'],
];

const ADVICE: Readonly<Record<string, string>> = {
  'a directory': 'give the file in it',
  'a symbolic link': 'give the file that it leads to, also in a folder of secrets (..data/NAME)',
};

/** Returns device and inode number, which identify a file while it exists. */
export function identityOf({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}

/** Throws if a file is not a secret of this user: see {@link FileRules.isSecret}. @throws FileProblem */
export function requireSecret(stats: BigIntStats): void {
  requireFile(stats);
  if (process.platform === 'win32') return; // Node.js does not show owners and access lists there.
  const owner = Number(stats.uid);
  if (owner !== 0 && owner !== process.geteuid?.()) {
    throw new FileProblem(
      `belongs to another user (uid ${owner}), who knows what is in it`,
      'only a file of this user or of root is used, so start both ends as one user (also under sudo)',
    );
  }
  if ((Number(stats.mode) & OTHERS) !== 0) {
    const what = (Number(stats.mode) & READ_BY_OTHERS) === 0 ? 'changed' : 'read';
    throw new FileProblem(`can be ${what} by others than its owner`, 'chmod 600 it');
  }
  if (stats.nlink > 1n) {
    throw new FileProblem(`has ${stats.nlink} names (hard links)`, 'only a file with one name is used');
  }
}

async function readInBackground(path: string, rules: FileRules): Promise<CheckedFile> {
  try {
    requireFile(
      await (rules.isSecret === true ? lstat(path, { bigint: true }) : stat(path, { bigint: true })),
    );
    const file = await open(path, flagsFor(rules));
    try {
      const stats = await file.stat({ bigint: true });
      requireRules(stats, rules);
      if (stats.size > BigInt(rules.maxBytes)) throw tooLarge(rules.maxBytes);
      return {
        bytes: await readBoundedInBackground(file, Number(stats.size), rules),
        identity: identityOf(stats),
      };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asProblem(error);
  }
}

function flagsFor({ isSecret = false }: Pick<FileRules, 'isSecret'>): number {
  return O_RDONLY | O_NONBLOCK | O_NOCTTY | (isSecret ? O_NOFOLLOW : 0);
}

function requireFile(stats: Pick<BigIntStats, KindTest>): void {
  const kind = unusualKind(stats);
  if (kind !== undefined) throw new FileProblem(`is ${kind}`, ADVICE[kind] ?? 'give a regular file');
}

function requireRules(stats: BigIntStats, { isSecret = false }: Pick<FileRules, 'isSecret'>): void {
  if (isSecret) requireSecret(stats);
  else requireFile(stats);
}

function tooLarge(maxBytes: number): FileProblem {
  return new FileProblem(`has more than ${maxBytes} bytes`);
}

function readBounded(file: number, size: number, { maxBytes }: FileRules): Buffer {
  const chunks: Buffer[] = [];
  for (let total = 0; total <= maxBytes;) {
    const chunk = nextChunk(size - total);
    const count = readSync(file, chunk);
    if (count === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, count));
    total += count;
  }
  throw tooLarge(maxBytes);
}

async function readBoundedInBackground(
  file: FileHandle,
  size: number,
  { maxBytes }: FileRules,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let total = 0; total <= maxBytes;) {
    const chunk = nextChunk(size - total);
    const { bytesRead } = await file.read(chunk);
    if (bytesRead === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, bytesRead));
    total += bytesRead;
  }
  throw tooLarge(maxBytes);
}

/** The size is only a hint: some files of the system say 0, and a file may grow meanwhile. */
function nextChunk(expected: number): Buffer {
  return Buffer.allocUnsafe(Math.min(Math.max(expected + 1, LEAST_CHUNK_BYTES), MOST_CHUNK_BYTES));
}

function asProblem(error: unknown): FileProblem {
  if (error instanceof FileProblem) return error;
  return new FileProblem(`cannot be read: ${toError(error).message}`, undefined, { cause: error });
}
