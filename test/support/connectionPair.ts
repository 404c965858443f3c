import { onTestFinished } from 'vitest';
import type { ConnectionBase } from '../../src/ipc/connection/connectionBase.js';
import { TcpConnection } from '../../src/ipc/connection/tcpConnection.js';
import { UnixConnection } from '../../src/ipc/connection/unixConnection.js';
import type { Endpoint } from '../../src/ipc/transport/transport.js';
import type { TransportConfig } from '../../src/ipc/core/transportConfig.js';
import type { RawPeer } from './rawPeer.js';
import { connectRaw } from './rawPeer.js';
import { within } from './within.js';

/** One way to get a connection: what to bind, by name. */
export interface Carrier {
  readonly name: string;
  readonly config: TransportConfig;
}

/** The adapter's and the launcher's end of one connection. */
export interface Pair {
  readonly adapter: ConnectionBase;
  readonly launcher: ConnectionBase;
}

/** A connection of the carrier's kind, idle; destroyed when the test ends. */
export function connectionOf(carrier: Carrier, more: TransportConfig = {}): ConnectionBase {
  const config = { ...carrier.config, ...more };
  const connection = config.transport === 'tcp' ? new TcpConnection(config) : new UnixConnection(config);
  onTestFinished(async () => {
    connection.destroy();
    await within(connection.closed, 'the connection is gone at the end of the test');
  });
  return connection;
}

/** A connection that listens, and where. */
export async function listening(
  carrier: Carrier,
  more: TransportConfig = {},
): Promise<{ adapter: ConnectionBase; endpoint: Endpoint }> {
  const adapter = connectionOf(carrier, more);
  await adapter.startListening();
  return { adapter, endpoint: boundOf(adapter) };
}

/** Both ends, open. The limits given are those of the named end. */
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

/** The adapter's end, open, and a peer of bytes at the other. */
export async function openWithRawPeer(
  carrier: Carrier,
  more: TransportConfig = {},
): Promise<{ adapter: ConnectionBase; peer: RawPeer }> {
  const { adapter, endpoint } = await listening(carrier, more);
  const peer = await connectRaw(endpoint);
  await within(adapter.accept(), 'the raw peer is accepted');
  return { adapter, peer };
}

/** Where a listening connection is bound. */
export function boundOf(connection: ConnectionBase): Endpoint {
  if (connection.endpoint === undefined) throw new Error('the connection does not listen');
  return connection.endpoint;
}
