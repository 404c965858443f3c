import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { IpcError } from '../core/errors.js';
import { bindServer } from './bindServer.js';
import type { Transport, TransportListener } from './transport.js';

/** Longest name in bytes, with its leading NUL. */
const NAME_BYTES = 108;
/**
 * First major version of Node.js that binds the exact name. Earlier versions pad the name with NULs, which
 * are part of it.
 */
const FIRST_WITH_EXACT_NAMES = 22;

/**
 * Creates the transport of a Unix socket in Linux's abstract namespace: its name begins with a NUL, and there
 * is no file. No permissions protect the socket: every user of the machine can connect, so it needs
 * authentication.
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
 * Returns the name as it is bound: padded to 108 bytes on Node.js before 22, which peers have to know.
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
