import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type { Stats } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { IpcError, systemCode, toError, trustedDirectory } from '../../ipc/index.js';

/** The beginning of a client's first line, in any case. The token follows. */
const LINE_START = 'authorization: bearer ';
const LINE_END = 0x0a;
/** The longest first line, in bytes. */
const MAX_LINE_BYTES = 1024;

const TOKEN_RANDOM_BYTES = 32;
/** The shortest token that is accepted in a file, in characters. */
const MIN_TOKEN_LENGTH = 32;
const MAX_FILE_BYTES = MAX_LINE_BYTES - LINE_START.length;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/**
 * Reads the token of a server from its file. A missing file is made, with a new token and mode 0600.
 *
 * @throws IpcError `ERR_IPC_KEY` for a file that other users can read or have written, or that holds no token
 */
export function openServerToken(path: string): string {
  try {
    trustedDirectory(dirname(path));
    return createToken(path) ?? readToken(path);
  } catch (cause) {
    throw new IpcError('ERR_IPC_KEY', `the token file ${path}: ${toError(cause).message}`, { cause });
  }
}

/** Makes the file. Undefined if there is one. */
function createToken(path: string): string | undefined {
  const token = randomBytes(TOKEN_RANDOM_BYTES).toString('base64url');
  let file: number;
  try {
    file = openSync(path, 'wx', OWNER_ONLY);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return undefined;
    throw error;
  }
  try {
    writeSync(file, `${token}\n`);
    return token;
  } finally {
    closeSync(file);
  }
}

function readToken(path: string): string {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants as Partial<typeof constants>;
  // A FIFO or a device must not stop this process: it is opened without waiting, and refused by its kind.
  const file = openSync(path, (O_RDONLY ?? 0) | O_NONBLOCK | O_NOFOLLOW);
  try {
    requireOwn(fstatSync(file));
    const bytes = Buffer.alloc(MAX_FILE_BYTES + 1);
    const token = bytes.toString('latin1', 0, readSync(file, bytes)).trim();
    if (token.length >= MIN_TOKEN_LENGTH && token.length < MAX_FILE_BYTES && /^[\x21-\x7e]+$/.test(token)) {
      return token;
    }
  } finally {
    closeSync(file);
  }
  throw new Error(
    `it must hold ${MIN_TOKEN_LENGTH} to ${MAX_FILE_BYTES - 1} characters without blanks; remove it to get a new one`,
  );
}

function requireOwn(stats: Stats): void {
  if (!stats.isFile()) throw new Error('it is no regular file');
  const ownUid = process.geteuid?.();
  if (ownUid === undefined) return;
  if (stats.uid !== ownUid) throw new Error(`it belongs to user ${stats.uid}; use a file of your own`);
  if ((stats.mode & OTHERS) !== 0)
    throw new Error('other users can read or write it; remove it or chmod 600 it');
  if (stats.nlink !== 1) throw new Error('it has a second name (a hard link); remove it to get a new one');
}

/**
 * Reads a client's first line, and leaves the bytes after it to the next reader. The socket is paused before and
 * after.
 *
 * @throws Error that names the way out if the line does not hold the token
 */
export async function requireToken(socket: Socket, token: string): Promise<void> {
  const line = await readLine(socket);
  const isHeader = line.slice(0, LINE_START.length).toLowerCase() === LINE_START;
  if (isHeader && isSameText(line.slice(LINE_START.length).trim(), token)) return;
  const what = isHeader ? 'the token is wrong' : 'there is no token';
  throw new Error(
    `${what}: this adapter reads "Authorization: Bearer TOKEN" as the first line of each client, with the token of ` +
      'the file that it was started with (--server-token-file)',
  );
}

/** Reads to the first line end. A line without an end, or a longer one, is returned as far as it came. */
function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let read = Buffer.alloc(0);
    const finish = (line: string, rest: Buffer): void => {
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).pause();
      if (rest.length > 0) socket.unshift(rest);
      resolve(line);
    };
    const onEnd = (): void => finish(read.toString('latin1'), Buffer.alloc(0));
    const onData = (chunk: Buffer): void => {
      read = Buffer.concat([read, chunk]);
      const end = read.subarray(0, MAX_LINE_BYTES).indexOf(LINE_END);
      if (end >= 0) finish(read.toString('latin1', 0, end), read.subarray(end + 1));
      else if (read.length >= MAX_LINE_BYTES) finish(read.toString('latin1', 0, MAX_LINE_BYTES), read);
    };
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).resume();
  });
}

/** Compares in a time that does not depend on the texts. */
function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
