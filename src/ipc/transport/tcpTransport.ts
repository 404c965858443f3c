import { connect, isIP } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { IpcError } from '../core/errors.js';
import { guardedLogger } from '../core/logger.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { bindServer } from './bindServer.js';
import { describeEndpoint } from './transport.js';
import type { TlsMode, Transport, TransportListener } from './transport.js';

const DEFAULT_HOST = '127.0.0.1';
const KEEP_ALIVE_MS = 30_000;
/** By these, small messages are sent at once and a vanished peer is noticed. */
const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS } as const;
const MAX_PORT = 65_535;

/**
 * Creates the transport of a TCP socket.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for an invalid port or an empty host
 */
export function tcpTransport(config: TransportConfig): Transport {
  const host = numericHost(config.host);
  const port = checkedPort(config.port ?? 0);
  const where = describeEndpoint({ transport: 'tcp', host, port });
  return {
    name: 'tcp',
    listen: (onSocket) => listenTcp(config, host, port, onSocket),
    dial: () => dialTcp(host, port),
    describe: () => where,
  };
}

async function listenTcp(
  config: TransportConfig,
  host: string,
  port: number,
  onSocket: (socket: Socket) => void,
): Promise<TransportListener> {
  const tls = tlsModeFor(config, host);
  const where = describeEndpoint({ transport: 'tcp', host, port });
  const server = await bindServer({ host, port }, where, (socket) => {
    onSocket(socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS));
  });
  const bound = server.address() as AddressInfo;
  return {
    endpoint: {
      transport: 'tcp',
      host: numericHost(config.advertisedHost ?? bound.address),
      port: config.advertisedPort ?? bound.port,
      ...(tls !== undefined && { tls: { mode: tls } }),
    },
    close: () => {
      server.close();
      return Promise.resolve();
    },
  };
}

function dialTcp(host: string, port: number): Socket {
  if (port === 0) {
    throw new IpcError('ERR_IPC_CONFIG', 'connecting over tcp needs a port: pass `port` (--ipc-port N)');
  }
  // Set once the socket is connected: some systems refuse keep-alive before.
  return connect({ host, port, allowHalfOpen: true, ...SOCKET_OPTIONS });
}

/**
 * Returns a numeric host. `localhost` is not resolved, because it may be `::1` at one end and `127.0.0.1` at
 * the other.
 */
function numericHost(host = DEFAULT_HOST): string {
  if (host === '') throw new IpcError('ERR_IPC_CONFIG', 'host is empty: leave it out for 127.0.0.1');
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  return bare.toLowerCase() === 'localhost' ? DEFAULT_HOST : bare;
}

function checkedPort(port: unknown): number {
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= MAX_PORT) return port;
  const given =
    typeof port === 'string'
      ? `the text ${JSON.stringify(port)}, not a number: it`
      : `${String(port)}, which`;
  throw new IpcError('ERR_IPC_CONFIG', `port is ${given} must be a whole number from 0 to ${MAX_PORT}`);
}

/**
 * Returns the TLS mode of a listener. Beyond loopback the session must be authenticated, and TLS is the
 * default.
 *
 * @throws IpcError `ERR_IPC_NON_LOOPBACK`, `ERR_IPC_CONFIG`
 */
function tlsModeFor(config: TransportConfig, host: string): TlsMode | undefined {
  if (config.tls?.mode === 'certificate' && (config.tls.cert === undefined || config.tls.key === undefined)) {
    throw new IpcError('ERR_IPC_CONFIG', 'tls by certificate needs `tls.cert` and `tls.key` at the listener');
  }
  if (isLoopback(host)) return config.tls?.mode;
  if (config.allowNonLoopback !== true || config.key === undefined) throw nonLoopback(config, host);
  const tls = config.insecureCleartext === true ? undefined : (config.tls?.mode ?? 'psk');
  const risk =
    tls === undefined ? 'in clear: everyone in between can read and change what crosses' : `in TLS`;
  guardedLogger(config.logger).warn({ host, tls }, `listening beyond loopback, ${risk}`);
  return tls;
}

function nonLoopback({ allowNonLoopback }: TransportConfig, host: string): IpcError {
  const way =
    allowNonLoopback === true
      ? "The session must be authenticated there: pass its key, and leave out auth: 'off'"
      : 'Use 127.0.0.1 or ::1 (with a tunnel for another machine), or pass allowNonLoopback: true';
  return new IpcError(
    'ERR_IPC_NON_LOOPBACK',
    `${host} is not a loopback address: whoever reaches it could run code in the debuggee. ${way}`,
  );
}

/** True for a host to which a connection stays on this machine: a loopback address, or `localhost`. */
export function isLocalHost(host: string): boolean {
  return isLoopback(numericHost(host));
}

/**
 * True for an address that only this machine can reach. False for names, because their address can change.
 */
export function isLoopback(host: string): boolean {
  const mapped = host.toLowerCase().replace(/^::ffff:/, '');
  if (isIP(mapped) === 4) return mapped.startsWith('127.');
  return host === '::1' || /^(0{1,4}:){7}0{0,3}1$/.test(host);
}
