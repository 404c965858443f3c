import type { ConnectionBase } from '../connection/connectionBase.js';
import { readKeyFile } from '../authentication/keyFile.js';
import { parseLauncherArgs } from '../session/launcherArgs.js';
import type { Logger } from '../core/logger.js';
import { TransportFactory } from '../session/transportFactory.js';

/** What one has to know to come to a desk. Not a secret: the key is in the file, which only its owner can read. */
export interface RendezvousAddress {
  /** The endpoint, as a launcher is told it: `['--ipc', 'unix', '--ipc-path', '/run/...']`. */
  readonly launcherArgs: readonly string[];
  /** The file that holds the desk's key. It is there as long as the desk is open. */
  readonly keyFile: string;
}

export interface RendezvousDialing {
  /** Milliseconds to go on trying to connect. Default: as for any connection. */
  readonly connectTimeoutMs?: number | undefined;
  /** Ends the attempt to connect. */
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * Connects to a desk.
 *
 * @throws IpcError `ERR_IPC_KEY` when the desk is closed, and as `TransportFactory.createConnection`
 */
export async function connectToRendezvous(
  address: RendezvousAddress,
  { connectTimeoutMs, signal, logger }: RendezvousDialing,
): Promise<ConnectionBase> {
  const { key } = readKeyFile(address.keyFile);
  const { config: endpoint } = parseLauncherArgs(address.launcherArgs);
  const dialing = { ...(connectTimeoutMs !== undefined && { connectTimeoutMs }), logger };
  return TransportFactory.createConnection({ ...dialing, ...endpoint, key }, { signal });
}
