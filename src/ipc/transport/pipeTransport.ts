import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { IpcError } from '../core/errors.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { bindServer } from './bindServer.js';
import type { Transport, TransportListener } from './transport.js';

const PREFIX = '\\\\.\\pipe\\';
const NAME_RANDOM_BYTES = 16;

/**
 * Creates the transport of a named pipe, which exists on Windows only.
 *
 * @param platform the current platform, as in `process.platform`
 * @throws IpcError `ERR_IPC_UNSUPPORTED_TRANSPORT` elsewhere, `ERR_IPC_CONFIG` for an invalid name
 */
export function pipeTransport(
  config: TransportConfig,
  platform: NodeJS.Platform = process.platform,
): Transport {
  if (platform !== 'win32') {
    throw new IpcError(
      'ERR_IPC_UNSUPPORTED_TRANSPORT',
      'named pipes exist on Windows only: use unix, tcp or auto here',
    );
  }
  const given = config.pipeName === undefined ? undefined : checkedPipeName(config.pipeName);
  return {
    name: 'pipe',
    listen: (onSocket) => listenPipe(given ?? randomPipeName(), onSocket),
    dial: () => dialPipe(given),
    describe: () => `pipe ${given ?? `${PREFIX}...`}`,
  };
}

async function listenPipe(pipeName: string, onSocket: (socket: Socket) => void): Promise<TransportListener> {
  const server = await bindServer({ path: pipeName }, `pipe ${pipeName}`, onSocket);
  return {
    endpoint: { transport: 'pipe', pipeName },
    close: () => {
      server.close();
      return Promise.resolve();
    },
  };
}

function dialPipe(pipeName: string | undefined): Socket {
  if (pipeName === undefined) {
    throw new IpcError('ERR_IPC_CONFIG', 'connecting to a pipe needs its name: pass `pipeName` (--ipc-pipe)');
  }
  return connect({ path: pipeName, allowHalfOpen: true });
}

/**
 * Returns the name unchanged.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for a name without the prefix of Windows pipes
 */
export function checkedPipeName(pipeName: string): string {
  const isPipe = /^\\\\[.?]\\pipe\\./i.test(pipeName) && !pipeName.includes('\0');
  if (isPipe) return pipeName;
  throw new IpcError(
    'ERR_IPC_CONFIG',
    `${JSON.stringify(pipeName)} is no pipe name: it must begin with ${PREFIX}`,
  );
}

/**
 * Creates a name with 128 random bits. Node.js cannot set a pipe's access list, so the name must not be
 * guessed.
 */
export function randomPipeName(): string {
  return `${PREFIX}debug-adapter-ipc-${randomBytes(NAME_RANDOM_BYTES).toString('hex')}`;
}
