import { authOf } from '../authentication/auth.js';
import type { DeliveredKey } from '../authentication/launcherKey.js';
import { deliverKey, takeLauncherKey } from '../authentication/launcherKey.js';
import { newKey } from '../authentication/proof.js';
import { IpcError } from '../core/errors.js';
import type { Logger } from '../core/logger.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { TransportFactory } from './transportFactory.js';

/** Returns the key of a session that listens: the configured key or a new one. Undefined if it needs none. */
export function listenerKey(config: TransportConfig): Uint8Array | undefined {
  return hasSecret(config) ? (config.key ?? newKey()) : undefined;
}

/**
 * Returns the key of a session that connects: the configured key, or the key that the environment names.
 *
 * @throws IpcError `ERR_IPC_KEY` if the configured authentication needs a key and there is none
 */
export function connectorKey(config: TransportConfig): Uint8Array | undefined {
  const key = hasSecret(config) ? (config.key ?? takeLauncherKey()) : undefined;
  if (config.auth === undefined || !hasSecret(config) || key !== undefined) return key;
  throw new IpcError(
    'ERR_IPC_KEY',
    `auth is '${config.auth}', and there is no key: pass it, or start the launcher with the adapter's launcherEnv`,
  );
}

/** Delivers the key. If no file can be created, the environment is used, unless the delivery was configured. */
export function deliver(
  key: Uint8Array,
  { keyDelivery }: Pick<TransportConfig, 'keyDelivery'>,
  logger: Logger,
): DeliveredKey {
  try {
    return deliverKey(key, keyDelivery ?? 'file');
  } catch (error) {
    if (keyDelivery !== undefined) throw error;
    logger.warn({ err: error }, "no private file for the session's key can be had: it goes by environment");
    return deliverKey(key, 'env');
  }
}

/**
 * True if the session needs a key. An inherited pair needs no key: only the launcher can hold its other end.
 */
function hasSecret(config: TransportConfig): boolean {
  return authOf(config) !== 'off' && TransportFactory.resolveTransport(config.transport) !== 'fd';
}
