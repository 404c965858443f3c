import type { ConnectionBase } from '../connection/connectionBase.js';
import { readKeyFile } from '../authentication/keyFile.js';
import { parseLauncherArgs } from '../session/launcherArgs.js';
import type { Logger } from '../core/logger.js';
import { TransportFactory } from '../session/transportFactory.js';

/** The address of a rendezvous. It is not secret: the key is in the file, which only its owner can read. */
export interface RendezvousAddress {
  /** The endpoint in the form of launcher arguments: `['--ipc', 'unix', '--ipc-path', '/run/...']`. */
  readonly launcherArgs: readonly string[];
  /** The path of the file with the key. The file exists as long as the rendezvous is open. */
  readonly keyFile: string;
}

export interface RendezvousDialing {
  /** Milliseconds to keep trying to connect. Default: as for any connection. */
  readonly connectTimeoutMs?: number | undefined;
  /** Cancels the attempt to connect. */
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * Connects to a rendezvous.
 *
 * @throws IpcError `ERR_IPC_KEY` when the rendezvous is closed, and as `TransportFactory.createConnection`
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
