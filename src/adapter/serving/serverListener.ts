import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { formatAddress, listenAtPath } from '../../ipc/index.js';

/** The only address that is served, because every client can run programs as this user. */
const LOOPBACK = '127.0.0.1';

/** The endpoint that a server listens on. */
export interface ServerListener {
  /** The address for people: `127.0.0.1:4711`, or a path. */
  readonly address: string;
  /** The host of a port. Empty for a path. */
  readonly host: string;
  /** The port. 0 for a path. */
  readonly port: number;
  /** Accepts no more clients, and removes the endpoint. */
  readonly close: () => Promise<void>;
}

/** The receivers of a listener's events. */
export interface ListenerEvents {
  /** Takes each client. Its socket is paused, so that nothing has been read. */
  readonly onSocket: (socket: Socket) => void;
  readonly onError: (error: Error) => void;
}

/**
 * Listens on a port of 127.0.0.1, or at a path. Resolves when clients can connect.
 *
 * @throws the operating system's error if the port is not available; IpcError as `listenAtPath`
 */
export async function listenOn(where: number | string, events: ListenerEvents): Promise<ServerListener> {
  if (typeof where === 'number') return listenOnPort(where, events);
  const listener = await listenAtPath(where, events.onSocket);
  return { address: formatAddress(listener.endpoint), host: '', port: 0, close: () => listener.close() };
}

async function listenOnPort(wanted: number, { onSocket, onError }: ListenerEvents): Promise<ServerListener> {
  // Half-open: a client that has closed its sending side still gets the end of its program.
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, onSocket);
  server.listen({ host: LOOPBACK, port: wanted });
  await once(server, 'listening');
  server.on('error', onError);
  const { port } = server.address() as AddressInfo;
  return {
    address: `${LOOPBACK}:${port}`,
    host: LOOPBACK,
    port,
    close: () => {
      server.close();
      return Promise.resolve();
    },
  };
}
