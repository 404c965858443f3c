import { lstatSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { IpcError, systemCode, toError } from '../core/errors.js';
import { pipeTransport } from './pipeTransport.js';
import type { TransportListener } from './transport.js';
import { identityOf } from '../files/checkedFile.js';
import { removeIfSame } from '../files/secretFile.js';
import { trustedDirectory } from '../files/trustedDirectory.js';
import { unixTransport } from './unixTransport.js';

/**
 * Listens at a path for any number of clients of this user: a Unix socket with mode 0600, in a directory that no other
 * user can change; on Windows a named pipe. A socket that an earlier process of this user left behind is replaced.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for an unsafe directory or a file that is not ours, `ERR_IPC_ENDPOINT_IN_USE`
 *   if a process listens there, and as the transports do
 */
export async function listenAtPath(
  path: string,
  onSocket: (socket: Socket) => void,
): Promise<TransportListener> {
  if (process.platform === 'win32') return pipeTransport({ pipeName: path }).listen(onSocket);
  const absolute = resolve(path);
  const real = join(trustedDirectory(dirname(absolute)), basename(absolute));
  const transport = unixTransport({ path: real });
  await removeStaleSocket(real);
  return transport.listen(onSocket);
}

/**
 * Removes the socket that an earlier process of this user left behind, if there is one.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for a file that is not such a socket, `ERR_IPC_ENDPOINT_IN_USE` if a process
 *   listens at it
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new IpcError('ERR_IPC_CONFIG', `${path} is there, and is no socket: choose another path`);
  }
  const ownUid = process.geteuid?.();
  if (ownUid !== undefined && found.uid !== BigInt(ownUid)) {
    throw new IpcError(
      'ERR_IPC_CONFIG',
      `the socket ${path} belongs to user ${String(found.uid)}: choose another path`,
    );
  }
  if (await isServed(path)) {
    throw new IpcError(
      'ERR_IPC_ENDPOINT_IN_USE',
      `another process listens at ${path}: end it, or choose another path`,
    );
  }
  // Another process that starts at the same time may have replaced the socket meanwhile.
  removeIfSame(path, identityOf(found));
}

/** True if a process listens at the socket. @throws IpcError `ERR_IPC_CONFIG` if that cannot be found out */
function isServed(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      const code = systemCode(error);
      if (code === 'EAGAIN') resolve(true);
      else if (code === 'ECONNREFUSED' || code === 'ENOENT') resolve(false);
      else {
        const why = toError(error).message;
        reject(
          new IpcError('ERR_IPC_CONFIG', `the socket ${path} cannot be replaced: ${why}`, { cause: error }),
        );
      }
    });
  });
}
