import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { PeerProcess } from '../core/peerProcess.js';
import type { TlsOptions } from '../core/transportConfig.js';
import type { TransportName } from '../core/transportConfig.js';

export type TlsMode = TlsOptions['mode'];

/** Where a listener is bound, as a peer has to be told. */
export type Endpoint =
  | {
      readonly transport: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly tls?: { readonly mode: TlsMode };
    }
  | { readonly transport: 'unix'; readonly path: string }
  | { readonly transport: 'pipe'; readonly pipeName: string }
  | { readonly transport: 'fd'; readonly fd: number };

/** A listening endpoint. Its maker owns it and closes it. */
export interface TransportListener {
  readonly endpoint: Endpoint;
  /** For endpoints that come with the launcher's process instead of being connected to. */
  readonly offer?: (launcher: ChildProcess | PeerProcess | undefined) => void;
  /** Stops listening and removes what listening made, once however often it is called. */
  close(): Promise<void>;
}

/**
 * One way to listen and to connect. Knows nothing of frames or messages: it gives byte streams.
 * Sockets it gives are half-open capable, and paused until somebody reads.
 */
export interface Transport {
  readonly name: TransportName;
  /** Resolves when really listening. @throws IpcError when the endpoint cannot be had */
  listen(onSocket: (socket: Socket) => void): Promise<TransportListener>;
  /** Starts one attempt to connect; the caller waits for `connect` or `error`. */
  dial(): Socket;
  /** The endpoint of the configuration, for messages: `tcp 127.0.0.1:4711`. */
  describe(): string;
}

/** An endpoint for people: `unix /run/user/1000/...`. */
export function describeEndpoint(endpoint: Endpoint): string {
  switch (endpoint.transport) {
    case 'tcp':
      return `tcp ${hostAndPort(endpoint)}`;
    case 'unix':
      return `unix ${shownPath(endpoint.path)}`;
    case 'pipe':
      return `pipe ${endpoint.pipeName}`;
    case 'fd':
      return `fd ${endpoint.fd}`;
  }
}

/** `127.0.0.1:4711`, `[::1]:4711`. */
export function hostAndPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A name of Linux's abstract namespace as other tools show it: `@` for the NUL, and no filling. */
function shownPath(path: string): string {
  return path.startsWith('\0') ? `@${path.replaceAll('\0', '')}` : path;
}
