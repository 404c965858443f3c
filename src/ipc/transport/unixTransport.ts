import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, renameSync } from 'node:fs';
import { connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { IpcError } from '../core/errors.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { bindServer } from './bindServer.js';
import { onceAtExit } from '../files/exitCleanup.js';
import { inPrivateDirectoryAsync } from '../files/privateDirectory.js';
import type { Transport, TransportListener } from './transport.js';
import { checkedSocketPath } from '../files/unixPath.js';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_UMASK = 0o177;
const ASIDE_RANDOM_BYTES = 8;

/**
 * Creates the transport of a Unix socket.
 *
 * @throws IpcError `ERR_IPC_UNSUPPORTED_TRANSPORT` on Windows, `ERR_IPC_CONFIG`, `ERR_IPC_PATH_TOO_LONG`
 */
export function unixTransport(
  config: TransportConfig,
  platform: NodeJS.Platform = process.platform,
): Transport {
  if (platform === 'win32') {
    throw new IpcError(
      'ERR_IPC_UNSUPPORTED_TRANSPORT',
      'Node.js has no Unix sockets on Windows: use pipe, tcp or auto there',
    );
  }
  const given = config.path === undefined ? undefined : checkedSocketPath(config.path, platform);
  return {
    name: 'unix',
    listen: (onSocket) => (given === undefined ? listenPrivately(onSocket) : listenAt(given, onSocket)),
    dial: () => dialUnix(given),
    describe: () => `unix ${given ?? '(a private path)'}`,
  };
}

function dialUnix(path: string | undefined): Socket {
  if (path === undefined) {
    throw new IpcError('ERR_IPC_CONFIG', 'connecting over unix needs a path: pass `path` (--ipc-path)');
  }
  return connect({ path, allowHalfOpen: true });
}

/** Listens in a private directory, at the first place whose file system has sockets and room. */
function listenPrivately(onSocket: (socket: Socket) => void): Promise<TransportListener> {
  return inPrivateDirectoryAsync(({ path, remove }) => listenIn(path, onSocket, { isPrivate: true, remove }));
}

function listenAt(path: string, onSocket: (socket: Socket) => void): Promise<TransportListener> {
  return listenIn(path, onSocket, { isPrivate: false, remove: () => undefined });
}

/**
 * @param directory.isPrivate true if no other user can enter the directory. The mask of the process then stays as it
 *   is: a change would also apply to files that other threads make at that moment
 * @param directory.remove called when the socket is closed
 */
async function listenIn(
  path: string,
  onSocket: (socket: Socket) => void,
  directory: { readonly isPrivate: boolean; readonly remove: () => void },
): Promise<TransportListener> {
  const bind = (): Promise<Server> => bindServer({ path }, `unix ${path}`, onSocket);
  const server = await (directory.isPrivate ? bind() : withOwnerOnlyUmask(bind));
  const identity = secureSocketFile(server, path);
  const close = onceAtExit(() => {
    closeUnlinkingOnlyOurs(server, path, identity);
    directory.remove();
  });
  return { endpoint: { transport: 'unix', path }, close: () => Promise.resolve(close()) };
}

/**
 * Calls `bind` under a umask that makes the socket file private from the start: `listen` creates the file
 * before any callback. Worker threads cannot change the umask, so the mode is also set after listening.
 */
function withOwnerOnlyUmask<T>(bind: () => T): T {
  if (!isMainThread) return bind();
  const before = process.umask(OWNER_ONLY_UMASK);
  try {
    return bind();
  } finally {
    process.umask(before);
  }
}

function secureSocketFile(server: Server, path: string): string {
  try {
    chmodSync(path, OWNER_ONLY);
    return identityOf(path);
  } catch (cause) {
    server.close();
    throw new IpcError('ERR_IPC_LISTEN', `the socket file ${path} is not there after listening`, { cause });
  }
}

function identityOf(path: string): string {
  const { dev, ino } = lstatSync(path, { bigint: true });
  return `${dev}:${ino}`;
}

/**
 * Closes the server without unlinking a file that has replaced our socket. Node.js unlinks the path on close
 * regardless of the file, so such a file is moved aside for that moment.
 */
function closeUnlinkingOnlyOurs(server: Server, path: string, identity: string): void {
  const putBack = isReplaced(path, identity) ? moveAside(path) : undefined;
  server.close();
  putBack?.();
}

/**
 * Moves a file to an unused random name, because a rename overwrites. A file that cannot be moved cannot be
 * unlinked either.
 */
function moveAside(path: string): (() => void) | undefined {
  const aside = `${path}.${randomBytes(ASIDE_RANDOM_BYTES).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch {
    return undefined;
  }
  return () => {
    renameSync(aside, path);
  };
}

function isReplaced(path: string, identity: string): boolean {
  try {
    return identityOf(path) !== identity;
  } catch {
    return false;
  }
}
