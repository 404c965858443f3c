import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConnectionBase } from '../../src/ipc/connection/connectionBase.js';
import { connectorHandshake, listenerHandshake } from '../../src/ipc/authentication/handshake.js';
import { describeEndpoint } from '../../src/ipc/transport/transport.js';
import type { Endpoint } from '../../src/ipc/transport/transport.js';
import type { TransportConfig } from '../../src/ipc/core/transportConfig.js';
import { addressOf } from '../support/rawPeer.js';
import { rejectionOf } from '../support/rejection.js';
import { turnsOfLoop } from '../support/turns.js';
import { eventually, within } from '../support/within.js';
import { localTransport, posix } from '../support/platform.js';
import {
  CAPABILITIES_BYTES,
  CHALLENGE_BYTES,
  nonceIn,
  rawConnectorPart,
  rawFrame,
  rawHello,
} from './support/rawHandshake.js';
import {
  AT_ONCE_MS,
  configFor,
  connectStranger,
  connectionFor,
  listeningAt,
  managerFor,
  randomKey,
  readBytes,
  readToTheEnd,
} from './support/sessions.js';

const NEXT = { event: 'first', body: { text: 'right behind' } };

/** A stranger that has said hello and been challenged, and what both ends have to prove from here. */
async function challenged(endpoint: Endpoint) {
  const stranger = await connectStranger(endpoint);
  const hello = rawHello();
  stranger.write(hello);
  const listenerNonce = nonceIn(await readBytes(stranger, CHALLENGE_BYTES));
  const transcript = {
    connectorNonce: nonceIn(hello),
    listenerNonce,
    endpoint: describeEndpoint(endpoint),
  };
  return { stranger, transcript };
}

/** Both ends with their keys, while neither has said anything yet. */
async function twoEnds(
  adapterConfig: TransportConfig,
  launcherConfig: TransportConfig,
): Promise<{ adapter: ConnectionBase; launcher: ConnectionBase }> {
  const { adapter, endpoint } = await listeningAt({ transport: 'tcp', ...adapterConfig });
  return { adapter, launcher: connectionFor({ ...configFor(endpoint), ...launcherConfig }) };
}

describe.each<TransportConfig>([
  { transport: localTransport },
  { transport: 'tcp' },
  { transport: 'tcp', host: '::1' },
])('a session with the key over %j', (carrier) => {
  it('carries messages both ways, and both ends know what they agreed on', async () => {
    const key = randomKey();
    const { adapter, launcher } = await twoEnds({ ...carrier, key }, { key });
    await within(Promise.all([adapter.accept(), launcher.connect()]), 'both are in');
    await launcher.writeMessage(NEXT);
    await adapter.writeMessage({ command: 'initialize' });
    expect(await within(adapter.readMessage(), 'a message')).toEqual(NEXT);
    expect(await within(launcher.readMessage(), 'a message')).toEqual({ command: 'initialize' });
    expect([adapter.agreement, launcher.agreement]).toEqual(Array(2).fill({ version: 1, features: ['bye'] }));
  });

  it("loses nothing that comes in one piece with the launcher's part", async () => {
    const key = randomKey();
    const { adapter, endpoint } = await listeningAt({ ...carrier, key });
    const { stranger, transcript } = await challenged(endpoint);
    const message = rawFrame(0x01, Buffer.from(JSON.stringify(NEXT)));
    stranger.write(Buffer.concat([rawConnectorPart(key, transcript), message, message]));
    await within(adapter.accept(), 'the launcher is in');
    expect(await within(adapter.readMessage(), 'the first message')).toEqual(NEXT);
    expect(await within(adapter.readMessage(), 'the second message')).toEqual(NEXT);
  });

  it("loses nothing that comes in one piece with the adapter's part", async () => {
    const key = randomKey();
    const { adapter, launcher } = await twoEnds({ ...carrier, key }, { key });
    const connecting = launcher.connect();
    await within(adapter.accept(), 'the launcher is in');
    await adapter.writeMessage(NEXT);
    await within(connecting, 'the launcher knows that it is in');
    expect(await within(launcher.readMessage(), 'the message')).toEqual(NEXT);
  });

  it('sees the end of a peer that closes right behind its handshake and its message', async () => {
    const key = randomKey();
    const { adapter, launcher } = await twoEnds({ ...carrier, key }, { key });
    await within(launcher.connect(), 'the launcher is in');
    await launcher.writeMessage(NEXT);
    const closing = launcher.close();
    await within(adapter.accept(), 'the adapter takes it');
    expect(await within(adapter.readMessage(), 'the message')).toEqual(NEXT);
    expect(await within(adapter.readMessage(), 'the end')).toBeNull();
    await within(closing, 'the launcher has closed');
  });
});

describe('two ends that do not have the same key', () => {
  it('part at once: the launcher knows why, the adapter goes on waiting', async () => {
    const { adapter, launcher } = await twoEnds({ key: randomKey() }, { key: randomKey() });
    const accepting = adapter.accept({ timeoutMs: 2_000 });
    const error = await within(rejectionOf(launcher.connect()), 'the launcher fails', AT_ONCE_MS);
    expect(error.code).toBe('ERR_IPC_AUTHENTICATION');
    expect((await rejectionOf(accepting)).message).toMatch(/1 refused.*closed during the handshake/);
  });

  it('part at once when the launcher has none and speaks', async () => {
    const { adapter, launcher } = await twoEnds({ key: randomKey() }, {});
    const accepting = adapter.accept({ timeoutMs: 1_000 });
    await within(launcher.connect(), 'the launcher is connected');
    await launcher.writeMessage(NEXT);
    expect((await within(launcher.closed, 'the launcher is refused', AT_ONCE_MS)).by).toBe('peer');
    expect((await rejectionOf(accepting)).message).toMatch(
      /1 refused, the last because.*the peer has no key/,
    );
  });

  it('part at the deadline of the handshake when the launcher has none and is silent', async () => {
    const { adapter, launcher } = await twoEnds({ key: randomKey(), handshakeTimeoutMs: 100 }, {});
    const accepting = adapter.accept({ timeoutMs: 1_000 });
    await within(launcher.connect(), 'the launcher is connected');
    expect((await within(launcher.closed, 'the launcher is refused', AT_ONCE_MS)).by).toBe('peer');
    expect((await rejectionOf(accepting)).message).toMatch(/does it know of the key\?/);
  });

  it('part at once when the adapter has none', async () => {
    const { adapter, launcher } = await twoEnds({}, { key: randomKey() });
    const accepting = within(adapter.accept(), 'the first to connect is the peer');
    const atLauncher = within(rejectionOf(launcher.connect()), 'the launcher fails', AT_ONCE_MS);
    await accepting;
    const atAdapter = await within(rejectionOf(adapter.readMessage()), 'the adapter fails', AT_ONCE_MS);
    expect(atAdapter.code).toBe('ERR_IPC_FRAME_KIND');
    const error = await atLauncher;
    expect(error.code).toBe('ERR_IPC_HANDSHAKE');
    expect(error.message).toMatch(/one end has no key/i);
  });

  it('do not reach the handler of an IPCManager', async () => {
    const adapter = managerFor();
    const launcher = managerFor();
    await adapter.createListener({ transport: localTransport });
    const endpoint = adapter.listening?.endpoint;
    if (endpoint === undefined) throw new Error('it does not listen');
    const handled: unknown[] = [];
    adapter.startReader((message) => handled.push(message), { accept: true, timeoutMs: 500 });
    const error = await rejectionOf(launcher.connect({ ...configFor(endpoint), key: randomKey() }));
    expect(error.code).toBe('ERR_IPC_AUTHENTICATION');
    expect((await rejectionOf(adapter.connected)).code).toBe('ERR_IPC_ACCEPT_TIMEOUT');
    expect(handled).toEqual([]);
  });

  it('cannot be configured: a key has 32 bytes', () => {
    for (const bytes of [0, 16, 31, 33]) {
      expect(() => connectionFor({ key: Buffer.alloc(bytes) })).toThrow(/32 bytes/);
    }
  });
});

describe('a peer that ended before it was accepted', () => {
  it('is accepted, and its messages and its end are read', async () => {
    const key = randomKey();
    const { adapter, launcher } = await twoEnds({ key, transport: localTransport }, { key });
    await within(launcher.connect(), 'the launcher is in');
    await launcher.writeMessage(NEXT);
    const closing = launcher.close();
    // Nothing accepts yet: the end arrives before there is a reader.
    await eventually(() => launcher.bufferedBytes === 0, 'everything is in the kernel');
    await turnsOfLoop();
    await within(adapter.accept(), 'the adapter takes it');
    expect(await within(adapter.readMessage(), 'the message')).toEqual(NEXT);
    expect(await within(adapter.readMessage(), 'the end')).toBeNull();
    await within(closing, 'the launcher has closed');
  });

  it('without a message is accepted, and its end is told', async () => {
    const key = randomKey();
    const { adapter, endpoint } = await listeningAt({ transport: localTransport, key });
    const { stranger, transcript } = await challenged(endpoint);
    stranger.end(rawConnectorPart(key, transcript));
    await readBytes(stranger, CAPABILITIES_BYTES);
    await turnsOfLoop();
    await within(adapter.accept(), 'the adapter takes it');
    expect(await within(adapter.readMessage(), 'the end')).toBeNull();
    expect(await within(adapter.closed, 'the session is over')).toMatchObject({ by: 'peer', clean: true });
    await readToTheEnd(stranger);
  });
});

/** A path for a socket, or the name of a pipe. */
function freshAddress(name: string): string {
  return posix ? join(tmpdir(), name) : `\\\\.\\pipe\\${name}-${process.pid}`;
}

/** A server that hands every connector on to an endpoint, byte for byte. */
async function relayTo(endpoint: Endpoint, transport: typeof localTransport | 'tcp'): Promise<Endpoint> {
  const path = freshAddress('relay');
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const onward = connect({ ...addressOf(endpoint), allowHalfOpen: true });
    for (const end of [socket, onward]) end.on('error', () => undefined);
    socket.pipe(onward).pipe(socket);
    onward.once('close', () => socket.destroy());
    socket.once('close', () => onward.destroy());
  });
  server.listen(transport === 'tcp' ? { host: '127.0.0.1', port: 0 } : { path });
  await within(once(server, 'listening'), 'the relay listens');
  onTestFinished(() => void server.close());
  if (transport !== 'tcp') return posix ? { transport: 'unix', path } : { transport: 'pipe', pipeName: path };
  return { transport, host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

describe.each([localTransport, 'tcp'] as const)('a relay over %s', (transport) => {
  it('that forwards a launcher to its own adapter gets neither of them in', async () => {
    const key = randomKey();
    const { adapter, endpoint } = await listeningAt({ transport, key });
    const launcher = connectionFor({ ...configFor(await relayTo(endpoint, transport)), key });
    const error = await within(rejectionOf(launcher.connect()), 'the launcher fails', AT_ONCE_MS);
    expect(error.code).toBe('ERR_IPC_AUTHENTICATION');
    expect(adapter.state).toBe('listening');
  });

  it('that forwards a launcher to the adapter of another session gets neither of them in', async () => {
    const key = randomKey();
    const { adapter, endpoint } = await listeningAt({ transport, key: randomKey() });
    const launcher = connectionFor({ ...configFor(await relayTo(endpoint, transport)), key });
    const error = await within(rejectionOf(launcher.connect()), 'the launcher fails', AT_ONCE_MS);
    expect(error.code).toBe('ERR_IPC_AUTHENTICATION');
    expect(adapter.state).toBe('listening');
  });

  it('that opens the session it forwards works only where there is no key', async () => {
    const { adapter, endpoint } = await listeningAt({ transport });
    const launcher = connectionFor(configFor(await relayTo(endpoint, transport)));
    await within(Promise.all([adapter.accept(), launcher.connect()]), 'both are in, through the relay');
    await launcher.writeMessage(NEXT);
    expect(await within(adapter.readMessage(), 'the message')).toEqual(NEXT);
  });
});

function toDial(server: Server): { path: string } | { host: string; port: number } {
  const address = server.address() as AddressInfo | string;
  return typeof address === 'string' ? { path: address } : { host: address.address, port: address.port };
}

describe.each([localTransport, 'tcp'] as const)(
  'two versions that have nothing in common, over %s',
  (transport) => {
    it('are named at both ends at once, although each drops its socket when it knows', async () => {
      const key = randomKey();
      const bounds = { key, endpoint: 'the endpoint', handshakeTimeoutMs: 20_000, maxHandshakeBytes: 1024 };
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
      server.listen(transport === 'tcp' ? { host: '127.0.0.1', port: 0 } : { path: freshAddress('two') });
      await within(once(server, 'listening'), 'it listens');
      const accepted = once(server, 'connection') as Promise<[Socket]>;
      const ours = connect(toDial(server));
      const [theirs] = await within(accepted, 'it accepts');
      server.close();
      const half = async (socket: Socket, run: typeof listenerHandshake, version: number) => {
        const error = await rejectionOf(
          run(socket, { ...bounds, capabilities: { versions: [version], features: [] } }),
        );
        socket.on('error', () => undefined).destroy();
        return error;
      };
      const errors = await within(
        Promise.all([half(theirs, listenerHandshake, 2), half(ours, connectorHandshake, 1)]),
        'both know',
        AT_ONCE_MS,
      );
      expect(errors.map(({ code }) => code)).toEqual(Array(2).fill('ERR_IPC_NO_COMMON_VERSION'));
      expect(errors[0].message).toContain('version 2, the peer 1');
      expect(errors[1].message).toContain('version 1, the peer 2');
    });
  },
);
