import { channel } from 'node:diagnostics_channel';
import type { Logger } from '../core/logger.js';
import type { ConnectionHealth, HealthChange } from './health.js';

/*
 * The channels of node:diagnostics_channel. Nothing is made for them without a subscriber.
 *
 *   debug-adapter-ipc:open     { connection }          the connection has its peer
 *   debug-adapter-ipc:health   { connection, change }  the state of its health has changed
 *   debug-adapter-ipc:close    { connection, info }    it has ended
 */
const OPEN = channel('debug-adapter-ipc:open');
const HEALTH = channel('debug-adapter-ipc:health');
const CLOSE = channel('debug-adapter-ipc:close');

/** What subscribers get of a connection. */
export interface DiagnosedConnection {
  readonly transport: string;
  readonly health: ConnectionHealth;
}

export function publishOpen(connection: DiagnosedConnection): void {
  if (OPEN.hasSubscribers) OPEN.publish({ connection });
}

export function publishHealth(connection: DiagnosedConnection, change: HealthChange, logger: Logger): void {
  logger.info({ ...change }, 'the health of the connection has changed');
  if (HEALTH.hasSubscribers) HEALTH.publish({ connection, change });
}

export function publishClose(connection: DiagnosedConnection, info: object): void {
  if (CLOSE.hasSubscribers) CLOSE.publish({ connection, info });
}
