import { randomBytes } from 'node:crypto';
import type { ConnectionBase } from '../../../../src/ipc/connection/connectionBase.js';
import { defer } from '../../../../src/ipc/core/deferred.js';
import type { Message } from '../../../../src/ipc/core/messages.js';
import type { TransportConfig } from '../../../../src/ipc/core/transportConfig.js';
import { connectionOf, listening } from '../../../support/connectionPair.js';
import { TcpProxy } from '../../../support/tcpProxy.js';
import { within } from '../../../support/within.js';

/** Longer than a busy machine takes for anything here, in milliseconds. */
export const LONG_MS = 20_000;

/** Two ends of one session, with a proxy between them. The adapter listens. */
export interface ProxiedPair {
  readonly adapter: ConnectionBase;
  readonly launcher: ConnectionBase;
  readonly proxy: TcpProxy;
  readonly key: Buffer;
  /** The port of the adapter itself. */
  readonly port: number;
}

/** The configuration of a connector that reaches the listener through another port. */
export function throughProxy(proxy: TcpProxy, port: number, key: Uint8Array): TransportConfig {
  const expectedEndpoint = `tcp 127.0.0.1:${port}`;
  return { transport: 'tcp', port: proxy.port, expectedEndpoint, key, closeTimeoutMs: LONG_MS, resume: true };
}

/** Opens a session over TCP through a proxy, which both ends can resume. */
export async function proxiedPair(
  more: { adapter?: TransportConfig; launcher?: TransportConfig; key?: Buffer } = {},
): Promise<ProxiedPair> {
  const { key = randomBytes(32) } = more;
  const own = { key, resume: { graceMs: LONG_MS }, ...more.adapter };
  const { adapter, endpoint } = await listening({ name: 'tcp', config: { transport: 'tcp' } }, own);
  const port = endpoint.transport === 'tcp' ? endpoint.port : 0;
  const proxy = await TcpProxy.to(port);
  const config = { ...throughProxy(proxy, port, key), ...more.launcher };
  const launcher = connectionOf({ name: 'through the proxy', config });
  await within(Promise.all([adapter.accept(), launcher.connect()]), 'both ends are open');
  return { adapter, launcher, proxy, key, port };
}

/** The received messages of one end, in order, and the wait for a number of them. */
export class Received {
  readonly messages: Message[] = [];
  private readonly waits: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(connection: ConnectionBase) {
    void connection
      .consume((item) => {
        if (item instanceof Error) throw item;
        this.messages.push(item);
        for (const { count, resolve } of this.waits) if (this.messages.length >= count) resolve();
      })
      .catch(() => undefined);
  }

  async count(count: number): Promise<readonly Message[]> {
    if (this.messages.length < count) {
      const { promise, resolve } = defer<void>();
      this.waits.push({ count, resolve });
      await within(promise, () => `${count} messages, not only ${this.messages.length}`, LONG_MS);
    }
    return this.messages;
  }
}

/** Resolves when the health of a connection enters a state. */
export function healthOf(
  connection: ConnectionBase,
  state: ConnectionBase['health']['state'],
): Promise<void> {
  const entered = new Promise<void>((resolve) => {
    if (connection.health.state === state) resolve();
    connection.watchHealth((change) => {
      if (change.state === state) resolve();
    });
  });
  return within(entered, `the state ${state}`, LONG_MS);
}
