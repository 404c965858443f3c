import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, renameSync } from 'node:fs';
import { connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { IpcError } from '../core/errors.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { bindServer } from './bindServer.js';
import { onceAtExit } from './exitCleanup.js';
import { makePrivateDirectory } from './privateDirectory.js';
import type { Transport, TransportListener } from './transport.js';
import { checkedSocketPath } from './unixPath.js';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_UMASK = 0o177;
const ASIDE_RANDOM_BYTES = 8;

/**
 * A Unix socket.
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

async function listenPrivately(onSocket: (socket: Socket) => void): Promise<TransportListener> {
  const directory = makePrivateDirectory();
  try {
    return await listenAt(directory.path, onSocket, directory.remove);
  } catch (error) {
    directory.remove();
    throw error;
  }
}

async function listenAt(
  path: string,
  onSocket: (socket: Socket) => void,
  afterwards: () => void = () => undefined,
): Promise<TransportListener> {
  const server = await withOwnerOnlyUmask(() => bindServer({ path }, `unix ${path}`, onSocket));
  const identity = secureSocketFile(server, path);
  const close = onceAtExit(() => {
    closeUnlinkingOnlyOurs(server, path, identity);
    afterwards();
  });
  return { endpoint: { transport: 'unix', path }, close: () => Promise.resolve(close()) };
}

/**
 * The file appears when `listen` is called, before any callback: the mask makes it private from its first
 * moment. Worker threads cannot change the mask; there the mode is set right afterwards.
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
 * Node unlinks the path when a server closes, whatever is there by then. A file that took our socket's
 * place is moved aside for that moment: it is not ours to remove.
 */
function closeUnlinkingOnlyOurs(server: Server, path: string, identity: string): void {
  const putBack = isForeign(path, identity) ? moveAside(path) : undefined;
  server.close();
  putBack?.();
}

/** To a name that nobody else uses: a rename overwrites. What cannot be moved cannot be unlinked either. */
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

function isForeign(path: string, identity: string): boolean {
  try {
    return identityOf(path) !== identity;
  } catch {
    return false;
  }
}
