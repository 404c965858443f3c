import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemCode } from '../../../../src/ipc/core/errors.js';
import { isLoopback, tcpTransport } from '../../../../src/ipc/transport/tcpTransport.js';
import { describeEndpoint } from '../../../../src/ipc/transport/transport.js';
import type { Endpoint } from '../../../../src/ipc/transport/transport.js';
import type { TransportConfig } from '../../../../src/ipc/core/transportConfig.js';
import { recordingLogger } from '../../../support/recordingLogger.js';
import { rejectionOf, thrownBy } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

async function listen(config: TransportConfig): Promise<{ endpoint: Endpoint; close: () => Promise<void> }> {
  const listener = await tcpTransport(config).listen((socket) => socket.destroy());
  const close = (): Promise<void> => listener.close();
  onTestFinished(close);
  return { endpoint: listener.endpoint, close };
}

/** `connected`, or the system's code for why not. */
async function reach(host: string, port: number): Promise<string> {
  const socket = connect({ host, port });
  const outcome = await new Promise<string>((resolve) => {
    socket.once('connect', () => {
      resolve('connected');
    });
    socket.once('error', (error) => {
      resolve(systemCode(error) ?? error.message);
    });
  });
  socket.destroy();
  return outcome;
}

describe('the host', () => {
  it.each([
    [undefined, '127.0.0.1'],
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.2', '127.0.0.2'],
    ['localhost', '127.0.0.1'],
    ['LocalHost', '127.0.0.1'],
  ])('%s is bound as %s', async (host, bound) => {
    const { endpoint } = await listen({ host });
    expect(endpoint).toEqual({ transport: 'tcp', host: bound, port: expect.any(Number) as number });
  });

  it.skipIf(!hasIpv6).each([
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1'],
  ])('%s is bound as %s (where there is IPv6)', async (host, bound) => {
    const { endpoint } = await listen({ host });
    if (endpoint.transport !== 'tcp') throw new Error('not tcp');
    expect(endpoint.host).toBe(bound);
    expect(await reach(bound, endpoint.port)).toBe('connected');
  });

  it.each([
    '0.0.0.0',
    '::',
    '[::]',
    '192.168.1.100',
    '10.0.0.1',
    '::ffff:10.0.0.1',
    'fe80::1',
    'example.org',
    '127.1',
    '127.0.0.1.example.org',
  ])('%s is refused, with the reason and the way out', async (host) => {
    const logger = recordingLogger();
    const error = await rejectionOf(listen({ host, logger }));
    expect(error.code).toBe('ERR_IPC_NON_LOOPBACK');
    expect(error.message).toContain(host.replace(/[[\]]/g, ''));
    expect(error.message).toContain('allowNonLoopback: true');
    expect(logger.entries).toEqual([]);
  });

  it('beyond loopback is bound where that is allowed, with a warning', async () => {
    const logger = recordingLogger();
    const { endpoint } = await listen({
      host: '0.0.0.0',
      allowNonLoopback: true,
      key: Buffer.alloc(32),
      logger,
    });
    expect(endpoint).toMatchObject({ host: '0.0.0.0', tls: { mode: 'psk' } });
    expect(logger.entries).toEqual([
      {
        level: 'warn',
        fields: { host: '0.0.0.0', tls: 'psk' },
        message: 'listening beyond loopback, in TLS',
      },
    ]);
  });

  it.each(['127.0.0.1', undefined])('on loopback is no cause for a warning: %s', async (host) => {
    const logger = recordingLogger();
    await listen({ host, allowNonLoopback: true, logger });
    expect(logger.entries).toEqual([]);
  });

  it('that is empty is refused', () => {
    expect(thrownBy(() => tcpTransport({ host: '' })).code).toBe('ERR_IPC_CONFIG');
  });

  it('that is no address of this machine is told as such', async () => {
    const error = await rejectionOf(
      listen({ host: '192.0.2.77', allowNonLoopback: true, key: Buffer.alloc(32) }),
    );
    expect(error).toMatchObject({ code: 'ERR_IPC_LISTEN', cause: { code: 'EADDRNOTAVAIL' } });
  });

  it.each([
    ['127.0.0.1', true],
    ['127.255.255.254', true],
    ['::1', true],
    ['0000:0000:0000:0000:0000:0000:0000:0001', true],
    ['::FFFF:127.0.0.1', true],
    ['128.0.0.1', false],
    ['::2', false],
    ['127.0.0.1evil', false],
    ['localhost', false],
  ])('%s counts as loopback: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});

describe('binding', () => {
  it('is to the given address alone', async () => {
    const { endpoint } = await listen({ host: '127.0.0.1' });
    if (endpoint.transport !== 'tcp') throw new Error('not tcp');
    expect(await reach('127.0.0.1', endpoint.port)).toBe('connected');
    expect(await reach('127.0.0.2', endpoint.port)).toBe('ECONNREFUSED');
    for (const address of otherAddresses()) expect(await reach(address, endpoint.port)).toBe('ECONNREFUSED');
  });

  it('gives the port that the system chose, and ends with close, however often that is called', async () => {
    const { endpoint, close } = await listen({});
    if (endpoint.transport !== 'tcp') throw new Error('not tcp');
    expect(endpoint.port).toBeGreaterThan(0);
    await Promise.all([close(), close()]);
    expect(await reach('127.0.0.1', endpoint.port)).toBe('ECONNREFUSED');
  });

  it('honours a port', async () => {
    const first = await listen({});
    const { port } = first.endpoint as { port: number };
    await first.close();
    expect((await listen({ port })).endpoint).toMatchObject({ port });
  });

  it('to a port that is taken fails, and says what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(async () => {
      server.close();
      await within(once(server, 'close'), 'the server closes');
    });
    const { port } = server.address() as AddressInfo;
    const error = await rejectionOf(listen({ port }));
    expect(error).toMatchObject({ code: 'ERR_IPC_ENDPOINT_IN_USE', cause: { code: 'EADDRINUSE' } });
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.message).toContain('leave it out');
  });
});

function otherAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address),
  );
}

describe('the port', () => {
  it.each([-1, 65_536, 1.5, Number.NaN, Infinity, '4711' as unknown as number])('%s is refused', (port) => {
    const error = thrownBy(() => tcpTransport({ port }));
    expect(error.code).toBe('ERR_IPC_CONFIG');
    expect(error.message).toContain('port is ');
    expect(error.message).toContain(String(port));
  });

  it.each([0, 1, 65_535])('%i is taken', (port) => {
    expect(tcpTransport({ port }).describe()).toBe(`tcp 127.0.0.1:${port}`);
  });
});

describe('an endpoint in words', () => {
  it.each([
    [{ transport: 'tcp', host: '127.0.0.1', port: 4711 } as const, 'tcp 127.0.0.1:4711'],
    [{ transport: 'tcp', host: '::1', port: 4711 } as const, 'tcp [::1]:4711'],
    [{ transport: 'unix', path: '/run/x' } as const, 'unix /run/x'],
    [{ transport: 'pipe', pipeName: '\\\\.\\pipe\\x' } as const, 'pipe \\\\.\\pipe\\x'],
  ])('is written so that it can be told apart: %j', (endpoint, words) => {
    expect(describeEndpoint(endpoint)).toBe(words);
  });
});
