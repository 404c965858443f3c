import { createServer } from 'node:net';
import type { ListenOptions, Server, Socket } from 'node:net';
import { IpcError, systemCode, toError } from '../core/errors.js';

/**
 * Makes a server and resolves when it is listening. From then on nothing is accepted unnoticed and no
 * `error` event is without a handler.
 *
 * @throws IpcError `ERR_IPC_ENDPOINT_IN_USE` or `ERR_IPC_LISTEN`, with the system's error as cause
 */
export function bindServer(
  options: ListenOptions,
  where: string,
  onSocket: (socket: Socket) => void,
): Promise<Server> {
  // Paused: bytes that come before somebody reads stay in the kernel. Half-open: the end of the peer's
  // stream must not cut off what is still to be written to it.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, onSocket);
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(listenError(where, error));
    });
    server.listen({ ...options, exclusive: true }, () => {
      server.removeAllListeners('error');
      // After listening the only errors are failed accepts (no descriptors left, say): the peer's own
      // connect fails then, and the wait for it has a deadline.
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}

function listenError(where: string, thrown: unknown): IpcError {
  const cause = toError(thrown);
  if (systemCode(thrown) === 'EADDRINUSE') {
    return new IpcError(
      'ERR_IPC_ENDPOINT_IN_USE',
      `cannot listen on ${where}: it is taken. Choose another, or leave it out to get a free one`,
      { cause },
    );
  }
  return new IpcError('ERR_IPC_LISTEN', `cannot listen on ${where}: ${cause.message}`, { cause });
}
