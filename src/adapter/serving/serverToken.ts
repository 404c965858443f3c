import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import {
  createSecretFile,
  FileProblem,
  IpcError,
  readCheckedFileSync,
  systemCode,
  toError,
  trustedDirectory,
} from '../../ipc/index.js';

/** The beginning of a client's first line, in any case. The token follows. */
const LINE_START = 'authorization: bearer ';
const LINE_END = 0x0a;
/** The longest first line, in bytes. */
const MAX_LINE_BYTES = 1024;

const TOKEN_RANDOM_BYTES = 32;
/** The shortest token that is accepted in a file, in characters. */
const MIN_TOKEN_LENGTH = 32;
const MAX_TOKEN_LENGTH = MAX_LINE_BYTES - LINE_START.length - 1;
const MAX_FILE_BYTES = 65_536;

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
    const { message } = toError(cause);
    const why = cause instanceof FileProblem ? message : `cannot be used: ${message}`;
    throw new IpcError('ERR_IPC_KEY', `the token file ${path} ${why}`, { cause });
  }
}

/** Makes the file. Undefined if there is one. */
function createToken(path: string): string | undefined {
  const token = randomBytes(TOKEN_RANDOM_BYTES).toString('base64url');
  try {
    createSecretFile(path, `${token}\n`);
    return token;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return undefined;
    throw error;
  }
}

function readToken(path: string): string {
  const { bytes } = readCheckedFileSync(path, { maxBytes: MAX_FILE_BYTES, isSecret: true });
  const token = bytes.toString('latin1').trim();
  if (token.length >= MIN_TOKEN_LENGTH && token.length <= MAX_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(token)) {
    return token;
  }
  throw new FileProblem(
    `must hold ${MIN_TOKEN_LENGTH} to ${MAX_TOKEN_LENGTH} characters without blanks`,
    'remove it to get a new one',
  );
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
