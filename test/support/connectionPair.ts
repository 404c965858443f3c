import { onTestFinished } from 'vitest';
import type { ConnectionBase } from '../../src/ipc/connection/connectionBase.js';
import {
  PipeConnection,
  TcpConnection,
  UnixConnection,
} from '../../src/ipc/connection/transportConnections.js';
import type { Endpoint } from '../../src/ipc/transport/transport.js';
import type { TransportConfig } from '../../src/ipc/core/transportConfig.js';
import type { RawPeer } from './rawPeer.js';
import { connectRaw } from './rawPeer.js';
import { within } from './within.js';

/** A kind of connection to test: a name for the test, and the configuration. */
export interface Carrier {
  readonly name: string;
  readonly config: TransportConfig;
}

/** False for pipes of Windows, which cannot end in one direction. */
export function canHalfClose({ config }: Carrier): boolean {
  return config.transport !== 'pipe';
}

/** The adapter's and the launcher's end of one connection. */
export interface Pair {
  readonly adapter: ConnectionBase;
  readonly launcher: ConnectionBase;
}

/** Makes a connection that is neither bound nor connected. It is destroyed when the test ends. */
export function connectionOf(carrier: Carrier, more: TransportConfig = {}): ConnectionBase {
  // A deadline: what is slow is not what the tests ask.
  const config = { closeTimeoutMs: 20_000, ...carrier.config, ...more };
  const connection = connectionFrom(config);
  onTestFinished(async () => {
    connection.destroy();
    await within(connection.closed, 'the connection is gone at the end of the test');
  });
  return connection;
}

function connectionFrom(config: TransportConfig): ConnectionBase {
  if (config.transport === 'tcp') return new TcpConnection(config);
  return config.transport === 'pipe' ? new PipeConnection(config) : new UnixConnection(config);
}

/** Makes a connection that listens. @returns the connection and its endpoint */
export async function listening(
  carrier: Carrier,
  more: TransportConfig = {},
): Promise<{ adapter: ConnectionBase; endpoint: Endpoint }> {
  const adapter = connectionOf(carrier, more);
  await adapter.startListening();
  return { adapter, endpoint: endpointOf(adapter) };
}

/** Makes a connection and opens both ends. @param limits settings of each end */
export async function openPair(
  carrier: Carrier,
  limits: { adapter?: TransportConfig; launcher?: TransportConfig } = {},
): Promise<Pair> {
  const { adapter, endpoint } = await listening(carrier, limits.adapter);
  const launcher = connectionOf(
    { name: carrier.name, config: { ...endpoint, framing: carrier.config.framing } },
    limits.launcher,
  );
  await within(Promise.all([adapter.accept(), launcher.connect()]), 'both ends are open');
  return { adapter, launcher };
}

/** Opens the adapter's end of a connection, with a {@link RawPeer} at the other end. */
export async function openWithRawPeer(
  carrier: Carrier,
  more: TransportConfig = {},
): Promise<{ adapter: ConnectionBase; peer: RawPeer }> {
  const { adapter, endpoint } = await listening(carrier, more);
  const peer = await connectRaw(endpoint);
  await within(adapter.accept(), 'the raw peer is accepted');
  return { adapter, peer };
}

/** The endpoint of a listening connection. @throws if it does not listen */
export function endpointOf(connection: ConnectionBase): Endpoint {
  if (connection.endpoint === undefined) throw new Error('the connection does not listen');
  return connection.endpoint;
}
