import type { ConnectionBase } from '../connection/connectionBase.js';
import { readKeyFileInBackground } from '../authentication/keyFile.js';
import { IpcError } from '../core/errors.js';
import { parseLauncherArgs } from '../session/launcherArgs.js';
import type { Logger } from '../core/logger.js';
import { isLocalHost } from '../transport/tcpTransport.js';
import type { TransportConfig } from '../core/transportConfig.js';
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
 * @throws IpcError `ERR_IPC_NON_LOOPBACK` for an address on another machine, `ERR_IPC_KEY` when the rendezvous is
 *   closed, and as `TransportFactory.createConnection`
 */
export async function connectToRendezvous(
  address: RendezvousAddress,
  { connectTimeoutMs, signal, logger }: RendezvousDialing,
): Promise<ConnectionBase> {
  const { config: endpoint } = parseLauncherArgs(address.launcherArgs);
  requireLocal(endpoint);
  const { key } = await readKeyFileInBackground(address.keyFile);
  const dialing = { ...(connectTimeoutMs !== undefined && { connectTimeoutMs }), logger };
  return TransportFactory.createConnection({ ...dialing, ...endpoint, key }, { signal });
}

/**
 * Refuses other machines: a rendezvous is on this one, and what crosses a network would not be encrypted. Refuses
 * descriptors too: whoever names one could mean a descriptor of another session.
 */
function requireLocal({ transport, host }: TransportConfig): void {
  if (transport === 'fd') {
    throw new IpcError('ERR_IPC_CONFIG', 'a rendezvous has an address: it is no inherited descriptor');
  }
  if (host === undefined || isLocalHost(host)) return;
  throw new IpcError(
    'ERR_IPC_NON_LOOPBACK',
    `a rendezvous is on this machine, and ${host} is another one: what crosses could be read on the way`,
  );
}
