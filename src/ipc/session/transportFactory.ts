import type { ConnectionBase } from '../connection/connectionBase.js';
import {
  FdConnection,
  PipeConnection,
  TcpConnection,
  UnixConnection,
} from '../connection/transportConnections.js';
import { IpcError } from '../core/errors.js';
import { formatLauncherArgs } from './launcherArgs.js';
import { guardedLogger } from '../core/logger.js';
import type { Endpoint } from '../transport/transport.js';
import type { TransportConfig, TransportName } from '../core/transportConfig.js';
import { TRANSPORT_NAMES } from '../core/transportConfig.js';

/** The description of a listener. */
export interface ListenerInfo {
  readonly transport: TransportName;
  readonly endpoint: Endpoint;
  /** The arguments for the launcher, with the bound endpoint. */
  readonly launcherArgs: string[];
  /** The reason for the choice of transport. */
  readonly reason: string;
  /** The error that made another transport necessary. */
  readonly fallbackCause?: IpcError;
}

/** A listening connection. Its owner accepts on it and closes it. */
export interface CreatedListener extends ListenerInfo {
  readonly connection: ConnectionBase;
}

/** Chooses transports and builds connections. */
export class TransportFactory {
  /**
   * Resolves a transport's name, in any case. `auto`, the default, is a named pipe on Windows and a Unix
   * socket elsewhere.
   *
   * @throws IpcError `ERR_IPC_UNKNOWN_TRANSPORT`, with the list of known names
   */
  static resolveTransport(name = 'auto', platform: NodeJS.Platform = process.platform): TransportName {
    const requested = name.trim().toLowerCase();
    if (requested === 'auto') return platform === 'win32' ? 'pipe' : 'unix';
    const known = TRANSPORT_NAMES.find((transport) => transport === requested);
    if (known !== undefined) return known;
    throw new IpcError(
      'ERR_IPC_UNKNOWN_TRANSPORT',
      `unknown transport ${JSON.stringify(name)}: known are auto, ${TRANSPORT_NAMES.join(', ')}`,
    );
  }

  /**
   * Creates a listener; resolves when peers can connect. If a Unix socket cannot be created, TCP is used with
   * a warning, unless `fallback` is false or a path was configured.
   *
   * @throws IpcError `ERR_IPC_CONFIG`, `ERR_IPC_UNKNOWN_TRANSPORT`, `ERR_IPC_UNSUPPORTED_TRANSPORT`,
   *   `ERR_IPC_LISTEN`, `ERR_IPC_ENDPOINT_IN_USE`, `ERR_IPC_PATH_TOO_LONG`, `ERR_IPC_NON_LOOPBACK`
   */
  static async createListener(config: TransportConfig = {}): Promise<CreatedListener> {
    const transport = TransportFactory.resolveTransport(config.transport);
    try {
      return await listenOn(transport, config, reasonFor(config));
    } catch (error) {
      if (!mayFallBack(transport, config, error)) throw error;
      return fallBackToTcp(config, error);
    }
  }

  /**
   * Connects to a listener.
   *
   * @throws IpcError as {@link TransportFactory.createListener} for the configuration, and
   *   `ERR_IPC_CONNECT`, `ERR_IPC_CONNECT_TIMEOUT`, `ERR_IPC_ABORTED`
   */
  static async createConnection(
    config: TransportConfig,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<ConnectionBase> {
    const connection = build(TransportFactory.resolveTransport(config.transport), config);
    await connection.connect(options);
    return connection;
  }
}

async function listenOn(
  transport: TransportName,
  config: TransportConfig,
  reason: string,
): Promise<CreatedListener> {
  const connection = build(transport, config);
  await connection.startListening();
  const { endpoint } = connection;
  if (endpoint === undefined) throw new IpcError('ERR_IPC_NOT_LISTENING', 'closed while it began to listen');
  return { connection, transport, endpoint, launcherArgs: formatLauncherArgs(endpoint, config), reason };
}

async function fallBackToTcp(config: TransportConfig, fallbackCause: IpcError): Promise<CreatedListener> {
  guardedLogger(config.logger).warn(
    { err: fallbackCause },
    'no Unix socket can be had here: using TCP instead',
  );
  const reason = `a Unix socket could not be set up: ${fallbackCause.message}`;
  const created = await listenOn('tcp', { ...config, host: undefined, port: undefined }, reason);
  return { ...created, fallbackCause };
}

/**
 * True if TCP may replace a Unix socket that could not be set up. Not on Windows, which has none: a pipe is more
 * private than a port, and `auto` chooses it.
 */
export function mayFallBack(
  transport: TransportName,
  config: TransportConfig,
  error: unknown,
): error is IpcError {
  if (!(error instanceof IpcError) || error.code === 'ERR_IPC_UNSUPPORTED_TRANSPORT') return false;
  return transport === 'unix' && config.fallback !== false && config.path === undefined;
}

function reasonFor(config: TransportConfig): string {
  const configured = (config.transport ?? 'auto').trim().toLowerCase();
  return configured === 'auto' ? `auto: the private one on ${process.platform}` : 'asked for';
}

function build(transport: TransportName, config: TransportConfig): ConnectionBase {
  switch (transport) {
    case 'pipe':
      return new PipeConnection(config);
    case 'unix':
      return new UnixConnection(config);
    case 'tcp':
      return new TcpConnection(config);
    case 'fd':
      return new FdConnection(config);
  }
}
