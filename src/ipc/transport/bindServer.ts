import { createServer, isIPv4 } from 'node:net';
import type { ListenOptions, Server, Socket } from 'node:net';
import { IpcError, systemCode, toError } from '../core/errors.js';

/**
 * Creates a server; resolves when it is listening. From then on every connection is passed on, and `error`
 * events have a handler.
 *
 * @throws IpcError `ERR_IPC_ENDPOINT_IN_USE` or `ERR_IPC_LISTEN`, with the system's error as cause
 */
export function bindServer(
  options: ListenOptions,
  where: string,
  onSocket: (socket: Socket) => void,
): Promise<Server> {
  // Sockets are paused, so that bytes stay in the kernel until there is a reader. They are half-open, so that
  // the end of the peer's stream does not cut off our unwritten data.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, onSocket);
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(listenError(options, where, error));
    });
    server.listen({ ...options, exclusive: true }, () => {
      server.removeAllListeners('error');
      // Only accepts can fail while listening (without free descriptors, for instance). The peer's own
      // connect fails then, and the wait for the peer has a deadline.
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}

function listenError({ host, port }: ListenOptions, where: string, thrown: unknown): IpcError {
  const cause = toError(thrown);
  const code = systemCode(thrown);
  if (code === 'EADDRINUSE' && port !== 0) {
    return new IpcError(
      'ERR_IPC_ENDPOINT_IN_USE',
      `cannot listen on ${where}: it is taken. Choose another, or leave it out to get a free one`,
      { cause },
    );
  }
  const why = code === 'EADDRINUSE' ? 'the system has no free port' : cause.message;
  const hint =
    code === 'EADDRNOTAVAIL' && isIPv4(host ?? '') ? ". If this machine has IPv6 alone, use host: '::1'" : '';
  return new IpcError('ERR_IPC_LISTEN', `cannot listen on ${where}: ${why}${hint}`, { cause });
}
