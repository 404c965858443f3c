import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { IpcError } from '../core/errors.js';
import { bindServer } from './bindServer.js';
import type { Transport, TransportListener } from './transport.js';

/** A name, its leading NUL included, fills this at most. */
const NAME_BYTES = 108;
/** Before that, a name is filled up with NULs, which are then part of it. */
const FIRST_WITH_EXACT_NAMES = 22;

/**
 * A Unix socket of Linux's abstract namespace: a name that begins with a NUL, and no file. No permissions
 * guard it: every user of this machine can connect, so it goes with authentication.
 *
 * @throws IpcError `ERR_IPC_UNSUPPORTED_TRANSPORT` elsewhere, `ERR_IPC_PATH_TOO_LONG`
 */
export function abstractTransport(name: string, platform: NodeJS.Platform = process.platform): Transport {
  if (platform !== 'linux') {
    throw new IpcError(
      'ERR_IPC_UNSUPPORTED_TRANSPORT',
      'abstract socket names exist on Linux only: use a path or a port here',
    );
  }
  const path = boundName(name);
  const where = `unix @${name.slice(1)}`;
  return {
    name: 'unix',
    listen: (onSocket) => listenAbstract(path, where, onSocket),
    dial: () => connect({ path, allowHalfOpen: true }),
    describe: () => where,
  };
}

/**
 * The name as it is bound: on Node.js before 22 filled up to 108 bytes, which its peers have to know.
 *
 * @throws IpcError `ERR_IPC_PATH_TOO_LONG`
 */
export function boundName(name: string, nodeVersion = process.versions.node): string {
  const missing = NAME_BYTES - Buffer.byteLength(name);
  if (missing < 0) {
    throw new IpcError(
      'ERR_IPC_PATH_TOO_LONG',
      `an abstract name has ${NAME_BYTES} bytes at most, this one ${NAME_BYTES - missing}: choose a shorter one`,
    );
  }
  return Number.parseInt(nodeVersion) < FIRST_WITH_EXACT_NAMES ? name + '\0'.repeat(missing) : name;
}

async function listenAbstract(
  path: string,
  where: string,
  onSocket: (socket: Socket) => void,
): Promise<TransportListener> {
  const server = await bindServer({ path }, where, onSocket);
  return {
    endpoint: { transport: 'unix', path },
    close: () => {
      server.close();
      return Promise.resolve();
    },
  };
}
