import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { PeerProcess } from '../core/peerProcess.js';
import type { TlsOptions } from '../core/transportConfig.js';
import type { TransportName } from '../core/transportConfig.js';

export type TlsMode = TlsOptions['mode'];

/** The address of a listener, in the form that a peer needs. */
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

/** A listening endpoint. Its creator owns it and closes it. */
export interface TransportListener {
  readonly endpoint: Endpoint;
  /** Passes on the launcher's process, for endpoints whose socket comes from that process. */
  readonly offer?: (launcher: ChildProcess | PeerProcess | undefined) => void;
  /** Stops listening and removes the endpoint. Only the first call has an effect. */
  close(): Promise<void>;
}

/**
 * A way to listen and to connect. A transport provides byte streams and does not know frames or messages. Its
 * sockets are half-open and paused until there is a reader.
 */
export interface Transport {
  readonly name: TransportName;
  /**
   * Starts listening; resolves when peers can connect.
   *
   * @throws IpcError when the endpoint is not available
   */
  listen(onSocket: (socket: Socket) => void): Promise<TransportListener>;
  /** Starts one attempt to connect; the caller waits for `connect` or `error`. */
  dial(): Socket;
  /** Returns the configured endpoint for messages: `tcp 127.0.0.1:4711`. */
  describe(): string;
}

/** Formats an endpoint as readable text: `unix /run/user/1000/...`. The handshake proves this text too. */
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

/** Formats a host and port: `127.0.0.1:4711`, `[::1]:4711`. */
export function hostAndPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Formats a socket's path. A name in Linux's abstract namespace has `@` for the NUL and no padding, as in
 * other tools.
 */
function shownPath(path: string): string {
  return path.startsWith('\0') ? `@${path.replaceAll('\0', '')}` : path;
}
