import type { ChildProcess } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { PeerProcess } from '../core/peerProcess.js';
import { IpcError } from '../core/errors.js';
import type { TransportConfig } from '../core/transportConfig.js';
import type { Transport, TransportListener } from './transport.js';

/** The first descriptor after stdin, stdout and stderr. */
const DEFAULT_FD = 3;

/**
 * Creates the transport of a socket pair that the launcher inherits from its parent: `stdio[fd]` is `'pipe'`.
 * There is no endpoint, so no other process can connect.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for an invalid descriptor
 */
export function fdTransport(config: TransportConfig): Transport {
  const fd = config.fd ?? DEFAULT_FD;
  if (!Number.isInteger(fd) || fd < DEFAULT_FD) {
    throw new IpcError('ERR_IPC_CONFIG', `fd ${fd} is not a whole number from ${DEFAULT_FD} on`);
  }
  return {
    name: 'fd',
    listen: (onSocket) => Promise.resolve(awaitLauncher(fd, onSocket)),
    dial: () => inherit(fd),
    describe: () => `fd ${fd}`,
  };
}

function awaitLauncher(fd: number, onSocket: (socket: Socket) => void): TransportListener {
  let ours: Socket | undefined;
  return {
    endpoint: { transport: 'fd', fd },
    offer: (launcher) => {
      if (ours !== undefined) return;
      ours = socketOf(launcher, fd);
      onSocket(ours);
    },
    close: () => Promise.resolve(),
  };
}

function socketOf(launcher: ChildProcess | PeerProcess | undefined, fd: number): Socket {
  const stream = launcher?.stdio?.[fd];
  if (!(stream instanceof Socket)) {
    throw new IpcError(
      'ERR_IPC_CONFIG',
      `transport fd: pass the launcher's process when accepting, spawned with 'pipe' as its stdio[${fd}]`,
    );
  }
  // All sockets are half-open, so that the end of the peer's stream does not cut off our unwritten data.
  stream.allowHalfOpen = true;
  return stream.pause();
}

function inherit(fd: number): Socket {
  try {
    // Any other descriptor may be a pipe of Node.js itself. On Windows the type of a descriptor is unknown.
    if (process.platform !== 'win32' && !fstatSync(fd).isSocket()) throw new Error('it is no socket');
    return new Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
  } catch (cause) {
    throw new IpcError('ERR_IPC_CONNECT', `descriptor ${fd} was not inherited, or is no socket`, { cause });
  }
}
