import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Message, TransportConfig } from '../../src/ipc/index.js';
import { parseLauncherArgs } from '../../src/ipc/index.js';
import { manager } from '../support/managers.js';
import { rejectionOf } from '../support/rejection.js';
import { eventually, within } from '../support/within.js';

const cert = fixture('listener.cert.pem');
const certificate = { mode: 'certificate', cert, key: fixture('listener.key.pem') } as const;
const key = randomBytes(32);

function fixture(name: string): Buffer {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url));
}

/** Makes a manager that listens. @returns it, and the configuration of its launcher */
async function listening(config: TransportConfig) {
  const adapter = manager();
  const launcherArgs = await adapter.createListener({ transport: 'tcp', key, ...config });
  return { adapter, launcherArgs, config: { ...parseLauncherArgs(launcherArgs).config, key } };
}

/** Sends a secret each way, and gives what arrived. */
async function exchange(listener: TransportConfig, connector: TransportConfig = {}): Promise<Message[]> {
  const { adapter, config } = await listening(listener);
  const launcher = manager();
  const seen: Message[] = [];
  adapter.startReader((message) => void seen.push(message), { accept: true });
  await within(launcher.connect({ ...config, ...connector }), 'the connection');
  launcher.startReader((message) => void seen.push(message));
  await launcher.sendMessage({ event: 'a secret', text: 'x'.repeat(1_000_000) });
  await adapter.sendMessage({ command: 'another secret' });
  await eventually(() => seen.length === 2, 'both messages');
  await within(launcher.cleanup(), 'the end');
  expect(await within(adapter.closed, 'the end at the adapter')).toMatchObject({ by: 'peer', clean: true });
  return seen;
}

/** Stands between the two and keeps all that crosses. */
async function eavesdropper(port: number): Promise<{ port: number; heard: () => string }> {
  const chunks: Buffer[] = [];
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    sockets.push(near, far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => Buffer.concat(chunks).toString('latin1'),
  };
}

describe('TLS', () => {
  it('is what a listener beyond loopback asks for, by the key alone', async () => {
    const config = { host: '0.0.0.0', allowNonLoopback: true };
    const { launcherArgs } = await listening(config);
    expect(launcherArgs.slice(-2)).toEqual(['--ipc-tls', 'psk']);
    expect(await exchange(config)).toHaveLength(2);
  });

  it('can be by a certificate that the connector knows', async () => {
    expect(await exchange({ tls: certificate }, { tls: { mode: 'certificate', ca: cert } })).toHaveLength(2);
  });

  it('is refused by a connector that does not know the certificate', async () => {
    const { config } = await listening({ tls: certificate });
    const error = await rejectionOf(manager().connect(config));
    expect(error.code).toBe('ERR_IPC_TLS');
    expect(error.message).toMatch(/self-signed certificate/);
  });

  it('is refused at once, on both ends, where the keys differ', async () => {
    const { adapter, config } = await listening({ tls: { mode: 'psk' }, acceptTimeoutMs: 1_000 });
    adapter.startReader(() => undefined, { accept: true });
    const error = await within(
      rejectionOf(manager().connect({ ...config, key: randomBytes(32) })),
      'the refusal',
    );
    expect(error.code).toBe('ERR_IPC_TLS');
    expect((await rejectionOf(adapter.connected)).message).toMatch(/1 refused, the last because no TLS/);
  });

  it.each([
    ['psk', { mode: 'psk' }, {}],
    ['a certificate', certificate, { tls: { mode: 'certificate', ca: cert } }],
  ] as const)('by %s hides from those in between what crosses', async (_name, tls, more) => {
    const { adapter, config } = await listening({ tls });
    const between = await eavesdropper(config.port ?? 0);
    // The launcher connects to the relay, as to a tunnel.
    const launcher = manager();
    adapter.startReader(() => undefined, { accept: true });
    const attempt = launcher.connect({ ...config, ...more, port: between.port });
    // The proof names the endpoint, so the relay is detected although it cannot read.
    expect((await rejectionOf(attempt)).code).toBe('ERR_IPC_AUTHENTICATION');
    expect(between.heard().length).toBeGreaterThan(100);
    expect(between.heard()).not.toContain('DP\x01');
  });

  it('lets a forwarded port through that the listener advertises, and hides what crosses', async () => {
    const adapter = manager();
    const inner = await listening({ tls: { mode: 'psk' } });
    const between = await eavesdropper(inner.config.port ?? 0);
    await inner.adapter.cleanup();
    const args = await adapter.createListener({
      transport: 'tcp',
      key,
      tls: { mode: 'psk' },
      port: inner.config.port,
      advertisedPort: between.port,
    });
    const seen: Message[] = [];
    adapter.startReader((message) => void seen.push(message), { accept: true });
    const launcher = manager();
    await within(launcher.connect({ ...parseLauncherArgs(args).config, key }), 'the connection');
    await launcher.sendMessage({ event: 'a secret' });
    await eventually(() => seen.length === 1, 'the message');
    expect(between.heard()).not.toContain('a secret');
  });

  it('ends at the deadline for a connector that begins none', async () => {
    const { adapter, config } = await listening({
      tls: { mode: 'psk' },
      handshakeTimeoutMs: 100,
      acceptTimeoutMs: 800,
    });
    adapter.startReader(() => undefined, { accept: true });
    const silent = connect(config.port ?? 0, '127.0.0.1');
    onTestFinished(() => void silent.destroy());
    await within(once(silent.resume(), 'close'), 'being dropped');
    expect((await rejectionOf(adapter.connected)).message).toMatch(/did not finish TLS within 100 ms/);
  });
});

describe('beyond loopback', () => {
  it('nothing is listened on without authentication, or in clear by omission', async () => {
    const beyond = { transport: 'tcp', host: '0.0.0.0', allowNonLoopback: true } as const;
    const error = await rejectionOf(manager().createListener({ ...beyond, auth: 'off' }));
    expect(error.code).toBe('ERR_IPC_NON_LOOPBACK');
    const { launcherArgs } = await listening({ ...beyond, insecureCleartext: true });
    expect(launcherArgs).not.toContain('--ipc-tls');
    expect(await exchange({ ...beyond, insecureCleartext: true })).toHaveLength(2);
  });

  it('a certificate has to come with its key', async () => {
    const error = await rejectionOf(
      manager().createListener({ transport: 'tcp', tls: { mode: 'certificate', cert } }),
    );
    expect(error).toMatchObject({ code: 'ERR_IPC_CONFIG' });
  });
});
