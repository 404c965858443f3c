import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  Desk,
  Rendezvous,
  TcpConnection,
  adoptAtDesk,
  claimPeer,
  waitAtDesk,
  waitAtRendezvous,
} from '../../../src/index.js';
import type {
  Adoption,
  Agreement,
  AtDeskOptions,
  DeskAddress,
  DeskOptions,
  Inbound,
  TransportConfig,
  Waiting,
} from '../../../src/index.js';
import { rejectionOf } from '../../support/rejection.js';
import { eventually, within } from '../../support/within.js';

const ADOPTION: Adoption = { launcherArgs: ['--ipc', 'fd', '--ipc-fd', '3'], launcherEnv: { NAME: 'value' } };

/** A rendezvous under its old name, and the processes that wait there. Closed with the test. */
async function openDesk(options: Partial<DeskOptions> = {}): Promise<{ desk: Desk; waiting: Waiting[] }> {
  const waiting: Waiting[] = [];
  const desk: Desk = await Desk.open({ onHello: (peer) => waiting.push(peer), ...options });
  onTestFinished(() => desk.close());
  return { desk, waiting };
}

describe('the old names of a rendezvous', () => {
  it('are the new ones', () => {
    expect(Desk).toBe(Rendezvous);
    expect(waitAtDesk).toBe(waitAtRendezvous);
    expect(adoptAtDesk).toBe(claimPeer);
  });

  it('serve a process that waits and one that claims it', async () => {
    const { desk, waiting } = await openDesk();
    expect(desk).toBeInstanceOf(Desk);
    const address: DeskAddress = desk.address;
    const options: AtDeskOptions = { timeoutMs: 5_000 };
    const wait = waitAtDesk(address, { pid: 1 }, options);
    await eventually(() => waiting.length === 1, 'the hello');
    expect(waiting[0]?.hello).toEqual({ pid: 1 });
    await within(adoptAtDesk(address, waiting[0]?.id ?? '', ADOPTION, options), 'the claim');
    expect(await within(wait, 'the address for the process')).toEqual(ADOPTION);
  });

  it('maxParked limits the processes that wait, unless maxWaiting is set', async () => {
    const { desk, waiting } = await openDesk({ maxParked: 1 });
    const first = rejectionOf(waitAtDesk(desk.address, {}));
    await eventually(() => waiting.length === 1, 'the first hello');
    expect((await rejectionOf(waitAtDesk(desk.address, {}))).message).toBe('1 others wait already');
    await desk.close();
    expect(await within(first, 'the release')).toMatchObject({ code: 'ERR_IPC_RELEASED' });

    const both = await openDesk({ maxParked: 1, maxWaiting: 2 });
    const waits = [1, 2].map((pid) => rejectionOf(waitAtDesk(both.desk.address, { pid })));
    await eventually(() => both.desk.size === 2, 'two hellos');
    await both.desk.close();
    await within(Promise.all(waits), 'the releases');
  });

  it.each([{ parkTimeoutMs: 50 }, { parkTimeoutMs: 60_000, waitTimeoutMs: 50 }])(
    'parkTimeoutMs ends the wait, unless waitTimeoutMs is set: %j',
    async (options) => {
      const { desk } = await openDesk(options);
      const error = await rejectionOf(waitAtDesk(desk.address, {}));
      expect(error).toMatchObject({ code: 'ERR_IPC_RELEASED', message: /within 50 ms$/ });
    },
  );
});

/** A port that forwards to `port`. Closed with the test. */
async function forward(port: number): Promise<number> {
  const tunnel = createServer((outer) => {
    const inner = connect(port, '127.0.0.1');
    outer.on('error', () => inner.destroy()).on('close', () => inner.destroy());
    inner.on('error', () => outer.destroy()).on('close', () => outer.destroy());
    outer.pipe(inner).pipe(outer);
  });
  onTestFinished(() => void tunnel.close());
  await once(tunnel.listen(0, '127.0.0.1'), 'listening');
  return (tunnel.address() as AddressInfo).port;
}

function tcpConnection(config: TransportConfig): TcpConnection {
  const connection = new TcpConnection({ key: Buffer.alloc(32, 7), ...config });
  onTestFinished(async () => {
    connection.destroy();
    await within(connection.closed, 'the end of the connection');
  });
  return connection;
}

/** A listener, and the configuration to connect to it through a tunnel. */
async function listenBehindTunnel(): Promise<{ adapter: TcpConnection; port: number; listenerName: string }> {
  const adapter = tcpConnection({});
  await adapter.startListening();
  const { endpoint } = adapter;
  const bound = endpoint?.transport === 'tcp' ? endpoint.port : 0;
  return { adapter, port: await forward(bound), listenerName: `tcp 127.0.0.1:${bound}` };
}

describe('the old names of a connection', () => {
  it('listenerName is the endpoint that a connector expects behind a tunnel', async () => {
    const { adapter, port, listenerName } = await listenBehindTunnel();
    expect((await rejectionOf(tcpConnection({ port }).connect())).code).toBe('ERR_IPC_AUTHENTICATION');

    const launcher = tcpConnection({ port, listenerName });
    await within(Promise.all([adapter.accept(), launcher.connect()]), 'both ends');
    const agreement: Agreement | undefined = launcher.agreement;
    expect(agreement).toEqual({ version: 1, features: ['bye'] });
    const items: Inbound[] = [];
    const end = adapter.consume((item) => void items.push(item));
    await launcher.writeMessage({ event: 'hello' });
    await launcher.close();
    await within(end, 'the end of reading');
    expect(items).toEqual([{ event: 'hello' }]);
  });

  it('listenerName is not read when expectedEndpoint is set', async () => {
    const { adapter, port, listenerName } = await listenBehindTunnel();
    const config = { port, listenerName: 'tcp 127.0.0.1:1', expectedEndpoint: listenerName };
    const launcher = tcpConnection(config);
    await within(Promise.all([adapter.accept(), launcher.connect()]), 'both ends');
    expect(launcher.state).toBe('open');
  });
});
