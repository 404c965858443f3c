import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectorHandshake, listenerHandshake } from '../../src/ipc/authentication/handshake.js';
import { describeEndpoint } from '../../src/ipc/transport/transport.js';
import type { Endpoint } from '../../src/ipc/transport/transport.js';
import { rejectionOf } from '../support/rejection.js';
import { within } from '../support/within.js';
import {
  ANSWER,
  CAPABILITIES,
  CHALLENGE,
  CHALLENGE_BYTES,
  HELLO,
  nonceIn,
  rawConnectorPart,
  rawFrame,
  rawHello,
} from './support/rawHandshake.js';
import type { RawTranscript } from './support/rawHandshake.js';
import { relayOnLoopback, tamperingRelay } from './support/relay.js';
import type { Tamper } from './support/relay.js';
import {
  AT_ONCE_MS,
  connectStranger,
  connectionFor,
  listeningAt,
  NEVER_MS,
  randomKey,
  readBytes,
} from './support/sessions.js';

const BOTH = { versions: [1, 2], features: ['a', 'b'] };
const bounds = { endpoint: 'tcp 127.0.0.1:4711', handshakeTimeoutMs: NEVER_MS, maxHandshakeBytes: 1024 };

/** Both real halves over sockets, with a relay between them. Both ends have the same versions and features. */
async function throughRelay(tamper: Tamper) {
  const options = { ...bounds, key: randomKey(), capabilities: BOTH };
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const relay = await tamperingRelay(() => (server.address() as AddressInfo).port, tamper);
  const ours = connect({ port: relay, host: '127.0.0.1', allowHalfOpen: true });
  const [theirs] = await within(accepted, 'the relay has dialled');
  server.close();
  // A half that fails drops its socket, as its owner would.
  const half = async (run: typeof listenerHandshake, socket: Socket) => {
    onTestFinished(() => void socket.destroy());
    return run(socket, options).catch((error: unknown) => {
      socket.on('error', () => undefined).destroy();
      throw error;
    });
  };
  const halves = [half(connectorHandshake, ours), half(listenerHandshake, theirs)];
  const [connector, listener] = await within(Promise.allSettled(halves), 'both halves settle', AT_ONCE_MS);
  return { connector, listener };
}

function without(frame: Buffer, feature: string): Buffer {
  const mac = frame.subarray(8, 40);
  const { versions, features } = JSON.parse(frame.subarray(40).toString()) as typeof BOTH;
  const less = { versions, features: features.filter((name) => name !== feature) };
  return rawFrame(CAPABILITIES, Buffer.concat([mac, Buffer.from(JSON.stringify(less))]));
}

function withByte(frame: Buffer, at: number, value: number): Buffer {
  const changed = Buffer.from(frame);
  changed[at] = value;
  return changed;
}

describe('a relay between the two that does know the endpoint', () => {
  it('gets nothing and breaks nothing if it changes nothing', async () => {
    const agreed = { status: 'fulfilled', value: { version: 2, features: ['a', 'b'] } };
    expect(await throughRelay(() => undefined)).toEqual({ connector: agreed, listener: agreed });
  });

  const changesOfCapabilities: [string, (frame: Buffer) => Buffer][] = [
    ['takes a feature away', (frame) => without(frame, 'a')],
    [
      'takes the higher version away',
      (frame) => Buffer.from(frame.toString('latin1').replace('[1,2]', '[1,1]'), 'latin1'),
    ],
    ['adds a space', (frame) => rawFrame(CAPABILITIES, Buffer.concat([frame.subarray(8), Buffer.from(' ')]))],
    ['changes the code', (frame) => withByte(frame, 20, (frame[20] ?? 0) ^ 1)],
    ['takes the code away', (frame) => rawFrame(CAPABILITIES, frame.subarray(40))],
    ['sends nothing in their place', () => rawFrame(CAPABILITIES, Buffer.alloc(0))],
  ];

  it.each(changesOfCapabilities)(
    "and %s of the connector's capabilities gets no session",
    async (_, change) => {
      const { connector, listener } = await throughRelay((from, frame) =>
        from === 'connector' && frame[3] === CAPABILITIES ? change(frame) : undefined,
      );
      expect(listener).toMatchObject({ reason: { code: 'ERR_IPC_AUTHENTICATION' } });
      expect(connector).toMatchObject({ reason: { code: 'ERR_IPC_HANDSHAKE' } });
    },
  );

  it.each(changesOfCapabilities)(
    "and %s of the listener's capabilities gets no session",
    async (_, change) => {
      const { connector } = await throughRelay((from, frame) =>
        from === 'listener' && frame[3] === CAPABILITIES ? change(frame) : undefined,
      );
      expect(connector).toMatchObject({
        reason: {
          code: 'ERR_IPC_AUTHENTICATION',
          message: expect.stringMatching(
            /versions and features of the listener .* has changed them/,
          ) as unknown,
        },
      });
    },
  );

  it("cannot return the connector's own capabilities as the listener's", async () => {
    let sent: Buffer | undefined;
    const { connector } = await throughRelay((from, frame) => {
      if (frame[3] !== CAPABILITIES) return undefined;
      if (from === 'connector') sent = frame;
      return from === 'listener' ? sent : undefined;
    });
    expect(connector).toMatchObject({ reason: { code: 'ERR_IPC_AUTHENTICATION' } });
  });

  const versionInFirstByte = 8;
  it.each<[string, Tamper, string]>([
    [
      'the hello',
      (_from, frame) => (frame[3] === HELLO ? withByte(frame, versionInFirstByte, 1) : undefined),
      'ERR_IPC_NO_COMMON_VERSION',
    ],
    [
      'the hello, and the challenge back again',
      (_from, frame) => {
        if (frame[3] === HELLO) return withByte(frame, versionInFirstByte, 1);
        return frame[3] === CHALLENGE ? withByte(frame, versionInFirstByte, 2) : undefined;
      },
      'ERR_IPC_AUTHENTICATION',
    ],
    [
      'the challenge',
      (_from, frame) => (frame[3] === CHALLENGE ? rawFrame(CHALLENGE, Buffer.of(1)) : undefined),
      'ERR_IPC_NO_COMMON_VERSION',
    ],
  ])('and makes version 1 of %s gets no proof of the connector', async (_, tamper, code) => {
    let hasAnswered = false;
    const { connector, listener } = await throughRelay((from, frame) => {
      hasAnswered ||= frame[3] === ANSWER;
      return tamper(from, frame);
    });
    expect(connector).toMatchObject({ reason: { code } });
    expect(listener).toMatchObject({ reason: { code: 'ERR_IPC_HANDSHAKE' } });
    expect(hasAnswered).toBe(false);
  });
});

/** Runs the connector's part of version 1, as launchers of that version do. */
async function oldLauncher(socket: Socket, endpoint: Endpoint, key: Uint8Array, json?: Buffer) {
  const hello = rawHello(undefined, 1);
  socket.write(hello);
  const challenge = await readBytes(socket, CHALLENGE_BYTES);
  const transcript: RawTranscript = {
    version: 1,
    connectorNonce: nonceIn(hello),
    listenerNonce: nonceIn(challenge),
    endpoint: describeEndpoint(endpoint),
  };
  socket.write(rawConnectorPart(key, transcript, json));
  return challenge;
}

describe('a launcher with version 1 of the handshake', () => {
  it('is served, without features: there is nothing that could be taken away in between', async () => {
    const key = randomKey();
    const { adapter, endpoint } = await listeningAt({ transport: 'tcp', key });
    const launcher = await connectStranger(endpoint);
    const challenge = await oldLauncher(
      launcher,
      endpoint,
      key,
      Buffer.from('{"versions":[1,2],"features":["a"]}'),
    );
    expect(challenge[8]).toBe(1);
    launcher.write(rawFrame(0x01, Buffer.from('{"event":"first"}')));
    await within(adapter.accept(), 'the launcher is in');
    expect(adapter.agreement).toEqual({ version: 1, features: [] });
    expect(await within(adapter.readMessage(), 'its message')).toEqual({ event: 'first' });
    const answer = rawFrame(CAPABILITIES, Buffer.from('{"versions":[1],"features":[]}'));
    expect(await readBytes(launcher, answer.length)).toEqual(answer);
  });

  it('needs the key like all others', async () => {
    const { adapter, endpoint } = await listeningAt({ transport: 'tcp', key: randomKey() });
    const accepting = adapter.accept({ timeoutMs: 500 });
    const launcher = await connectStranger(endpoint);
    await oldLauncher(launcher, endpoint, randomKey());
    expect((await rejectionOf(accepting)).message).toMatch(
      /1 refused.*did not prove that it has the session's key/,
    );
  });
});

function pem(name: string): Buffer {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url));
}

const certificate = {
  mode: 'certificate',
  cert: pem('listener.cert.pem'),
  key: pem('listener.key.pem'),
} as const;
/** The launcher trusts both: whoever made the second certificate is in its list of authorities. */
const ca = Buffer.concat([certificate.cert, pem('terminator.cert.pem')]);

/** Ends TLS of each connector with a certificate of its own, and begins TLS with the listener. */
async function tlsTerminator(portOf: () => number): Promise<number> {
  const own = { cert: pem('terminator.cert.pem'), key: pem('terminator.key.pem') };
  const sockets: Socket[] = [];
  const server = createTlsServer(own, (near) => {
    const far = connectTls({ port: portOf(), host: '127.0.0.1', ca: certificate.cert });
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.pipe(far).pipe(near);
  });
  return relayOnLoopback(server, sockets);
}

/** A listener inside TLS whose launcher is sent to a terminator in between, as by a forwarded port. */
async function behindTerminator(key: Buffer) {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  const advertisedPort = await tlsTerminator(() => port);
  const { adapter, endpoint } = await listeningAt({
    transport: 'tcp',
    key,
    tls: certificate,
    port,
    advertisedPort,
  });
  return { adapter, endpoint, advertisedPort };
}

async function tlsTo(port: number): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', ca });
  onTestFinished(() => void socket.destroy());
  await within(once(socket, 'secureConnect'), 'TLS');
  return socket.on('error', () => undefined);
}

/** Proves the connector's part of the handshake over TLS, for a launcher that looks at nothing. */
async function proveOver(socket: TLSSocket, key: Buffer, endpoint: Endpoint): Promise<void> {
  const hello = rawHello();
  socket.write(hello);
  const listenerNonce = nonceIn(await readBytes(socket, CHALLENGE_BYTES));
  const channelBinding = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
  const names = { connectorNonce: nonceIn(hello), listenerNonce, endpoint: describeEndpoint(endpoint) };
  socket.write(rawConnectorPart(key, { ...names, channelBinding }));
}

describe('a TLS terminator with a certificate that the launcher accepts', () => {
  it('is detected by the launcher, which proves nothing through it', async () => {
    const key = randomKey();
    const { adapter, advertisedPort } = await behindTerminator(key);
    const accepting = adapter.accept({ timeoutMs: 1_000 });
    const tls = { mode: 'certificate', ca } as const;
    const launcher = connectionFor({ transport: 'tcp', host: '127.0.0.1', port: advertisedPort, key, tls });
    const error = await within(rejectionOf(launcher.connect()), 'the refusal', AT_ONCE_MS);
    expect(error.code).toBe('ERR_IPC_AUTHENTICATION');
    expect(error.message).toContain('within this TLS session');
    expect((await rejectionOf(accepting)).message).toMatch(
      /1 refused, the last because .*closed during the handshake/,
    );
  });

  it('is refused by the listener, also if the launcher does not look', async () => {
    const key = randomKey();
    const { adapter, endpoint, advertisedPort } = await behindTerminator(key);
    const accepting = adapter.accept({ timeoutMs: 1_000 });
    const socket = await tlsTo(advertisedPort);
    await proveOver(socket, key, endpoint);
    expect((await rejectionOf(accepting)).message).toMatch(
      /1 refused, the last because .*within this TLS session/,
    );
  });

  it('cannot make use of version 1, which does not name the TLS session', async () => {
    const key = randomKey();
    const { adapter, advertisedPort } = await behindTerminator(key);
    const accepting = adapter.accept({ timeoutMs: 1_000 });
    const socket = await tlsTo(advertisedPort);
    socket.write(rawHello(undefined, 1));
    expect(await readBytes(socket, 9)).toEqual(rawFrame(CHALLENGE, Buffer.of(2)));
    expect((await rejectionOf(accepting)).message).toMatch(
      /handshake is version 1, this end's 2: update the side that connects \(the launcher/,
    );
  });
});

describe('TLS without a terminator in between', () => {
  it('gives both ends the value of RFC 9266, which a launcher in any language can compute', async () => {
    const key = randomKey();
    const { adapter, endpoint } = await listeningAt({ transport: 'tcp', key, tls: certificate });
    const accepting = adapter.accept();
    const socket = await tlsTo(endpoint.transport === 'tcp' ? endpoint.port : 0);
    await proveOver(socket, key, endpoint);
    await within(accepting, 'the launcher is in');
    expect(adapter.agreement).toEqual({ version: 1, features: [] });
  });
});
