import { Authenticator } from '../authentication/authenticator.js';
import { dialWithRetry } from '../transport/dialWithRetry.js';
import type { Address } from './address.js';
import { addressType, transportAt } from './address.js';
import { Connection } from './connection.js';
import { configOf, settingsOf } from './options.js';
import type { ConnectionOptions } from './options.js';

/** Options of `connect`. */
export interface ConnectOptions<T> extends ConnectionOptions<T> {
  /** Cancels the attempts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects to a listener of `multiprocessing.connection`, in any language, with retries until the listener
 * exists. With an `authkey`, both ends prove that they have the key before anything else is read.
 *
 * @throws IpcError `ERR_IPC_ARGUMENT`, `ERR_IPC_UNSUPPORTED_TRANSPORT` before any I/O; `ERR_IPC_CONNECT`,
 *   `ERR_IPC_CONNECT_TIMEOUT`, `ERR_IPC_ABORTED`
 * @throws AuthenticationError when the listener does not have the key, or refuses ours
 */
export async function connect<T = unknown>(
  address: Address,
  options: ConnectOptions<T> = {},
): Promise<Connection<T>> {
  const { signal = new AbortController().signal, ...rest } = options;
  const config = configOf(rest);
  const settings = settingsOf(rest);
  addressType(address);
  const transport = transportAt(address, config);
  const authenticator = new Authenticator(transport, config, settings.stream);
  const socket = await dialWithRetry(transport, { timeoutMs: settings.stream.connectTimeoutMs, signal });
  const peer = await authenticator.asConnector(socket, signal);
  return Connection.over(peer.socket, settings);
}
