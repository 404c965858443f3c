import fs, { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  PipeConnection,
  TcpConnection,
  UnixConnection,
} from '../../../../src/ipc/connection/transportConnections.js';
import { parseLauncherArgs } from '../../../../src/ipc/session/launcherArgs.js';
import { DEFAULT_LIMITS } from '../../../../src/ipc/core/limits.js';
import type { TransportConfig } from '../../../../src/ipc/core/transportConfig.js';
import { TransportFactory } from '../../../../src/ipc/session/transportFactory.js';
import type { CreatedListener } from '../../../../src/ipc/session/transportFactory.js';
import { nowhere } from '../../../support/managers.js';
import { localTransport, posix } from '../../../support/platform.js';
import { recordingLogger } from '../../../support/recordingLogger.js';
import { rejectionOf, thrownBy } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';

async function createListener(config?: TransportConfig): Promise<CreatedListener> {
  const created = await TransportFactory.createListener(config);
  onTestFinished(() => created.connection.close());
  return created;
}

/** No directory can be made any more until the test ends, as on a disk that is full. */
function diskFull(): Error {
  const error = Object.assign(new Error('ENOSPC: no space left on device, mkdtemp'), { code: 'ENOSPC' });
  const spy = vi.spyOn(fs, 'mkdtempSync').mockImplementation(() => {
    throw error;
  });
  syncBuiltinESMExports();
  onTestFinished(() => {
    spy.mockRestore();
    syncBuiltinESMExports();
  });
  return error;
}

describe('resolveTransport', () => {
  it.each([
    [undefined, 'linux', 'unix'],
    ['auto', 'linux', 'unix'],
    ['auto', 'darwin', 'unix'],
    ['AUTO', 'freebsd', 'unix'],
    [undefined, 'win32', 'pipe'],
    ['Auto', 'win32', 'pipe'],
    ['tcp', 'linux', 'tcp'],
    ['TCP', 'win32', 'tcp'],
    ['Unix', 'linux', 'unix'],
    ['pIpE', 'linux', 'pipe'],
    [' tcp ', 'linux', 'tcp'],
  ] as const)('takes %j on %s for %s', (name, platform, expected) => {
    expect(TransportFactory.resolveTransport(name, platform)).toBe(expected);
  });

  it.each(['', 'udp', 'unixx', 'ipc', '__proto__'])('refuses %j, with the list of those it knows', (name) => {
    const error = thrownBy(() => TransportFactory.resolveTransport(name));
    expect(error.code).toBe('ERR_IPC_UNKNOWN_TRANSPORT');
    expect(error.message).toContain(JSON.stringify(name));
    expect(error.message).toContain('known are auto, pipe, unix, tcp');
  });

  it('knows this platform', () => {
    expect(TransportFactory.resolveTransport()).toBe(localTransport);
  });
});

describe('createListener', () => {
  it('chooses the private transport of this platform, listens, and says why', async () => {
    const created = await createListener();
    expect(created.transport).toBe(localTransport);
    expect(created.connection).toBeInstanceOf(posix ? UnixConnection : PipeConnection);
    expect(created.connection.state).toBe('listening');
    expect(created.reason).toContain(`auto: the private one on ${process.platform}`);
    expect(created.fallbackCause).toBeUndefined();
    const { path, pipeName } = created.endpoint as { path?: string; pipeName?: string };
    expect(created.launcherArgs).toEqual(
      posix ? ['--ipc', 'unix', '--ipc-path', path] : ['--ipc', 'pipe', '--ipc-pipe', pipeName],
    );
  });

  it('gives the port as bound', async () => {
    const created = await createListener({ transport: 'TCP' });
    expect(created.connection).toBeInstanceOf(TcpConnection);
    expect(created.launcherArgs.slice(0, 5)).toEqual([
      '--ipc',
      'tcp',
      '--ipc-host',
      '127.0.0.1',
      '--ipc-port',
    ]);
    expect(Number(created.launcherArgs[5])).toBeGreaterThan(0);
    expect(created.reason).toBe('asked for');
  });

  it.each([localTransport, 'tcp'])(
    'gives %s arguments that can be connected with at once',
    async (transport) => {
      const { connection, launcherArgs } = await createListener({ transport });
      const { config } = parseLauncherArgs(launcherArgs);
      const launcher = await within(TransportFactory.createConnection(config), 'the connection');
      onTestFinished(() => launcher.destroy());
      await within(connection.accept(), 'the accept');
      await launcher.writeMessage({ event: 'hello' });
      expect(await within(connection.readMessage(), 'the message')).toEqual({ event: 'hello' });
      launcher.destroy();
      await within(connection.closed, 'the end');
    },
  );

  it.each([
    [{ transport: 'quic' }, 'ERR_IPC_UNKNOWN_TRANSPORT'],
    [{ transport: posix ? 'pipe' : 'unix' }, 'ERR_IPC_UNSUPPORTED_TRANSPORT'],
    [{ transport: 'tcp', host: '0.0.0.0' }, 'ERR_IPC_NON_LOOPBACK'],
    [{ transport: 'tcp', port: 99_999 }, 'ERR_IPC_CONFIG'],
    [{ transport: 'tcp', closeTimeoutMs: 0 }, 'ERR_IPC_CONFIG'],
    ...(posix ? [[{ transport: 'unix', path: `/${'x'.repeat(200)}` }, 'ERR_IPC_PATH_TOO_LONG']] : []),
  ] as [TransportConfig, string][])('refuses %j', async (config, code) => {
    expect((await rejectionOf(createListener(config))).code).toBe(code);
  });

  it.each(Object.keys(DEFAULT_LIMITS))('refuses a %s that is no number above 0', async (name) => {
    for (const value of [0, -1, Number.NaN, '5' as unknown as number]) {
      const error = await rejectionOf(createListener({ transport: localTransport, [name]: value }));
      expect(error.code, String(value)).toBe('ERR_IPC_CONFIG');
      expect(error.message).toContain(name);
    }
  });
});

describe.runIf(posix)('the fallback to TCP', () => {
  it.each(['auto', 'unix', undefined])(
    'is taken for %s where no Unix socket can be had, visibly',
    async (transport) => {
      const cause = diskFull();
      const logger = recordingLogger();
      const created = await createListener({ transport, logger });
      expect(created.transport).toBe('tcp');
      expect(created.launcherArgs.slice(0, 4)).toEqual(['--ipc', 'tcp', '--ipc-host', '127.0.0.1']);
      expect(created.fallbackCause?.code).toBe('ERR_IPC_LISTEN');
      expect((created.fallbackCause?.cause as AggregateError).errors).toContain(cause);
      expect(created.reason).toContain('a Unix socket could not be set up');
      expect(logger.entries).toContainEqual({
        level: 'warn',
        fields: { err: created.fallbackCause },
        message: expect.stringContaining('TCP') as string,
      });
    },
  );

  it('is not taken where the configuration turns it off', async () => {
    diskFull();
    const error = await rejectionOf(createListener({ fallback: false }));
    expect(error.code).toBe('ERR_IPC_LISTEN');
  });

  it('is to loopback, whatever host the configuration carries for TCP', async () => {
    diskFull();
    const created = await createListener({ host: '0.0.0.0', allowNonLoopback: true, key: Buffer.alloc(32) });
    expect(created.endpoint).toMatchObject({ transport: 'tcp', host: '127.0.0.1' });
  });

  it('is not taken where a path was asked for', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'taken-'));
    const path = join(directory, 'taken');
    writeFileSync(path, 'precious');
    expect((await rejectionOf(createListener({ path }))).code).toBe('ERR_IPC_ENDPOINT_IN_USE');
    expect((await rejectionOf(createListener({ path: join(path, 'x') }))).code).toBe('ERR_IPC_LISTEN');
    expect(existsSync(path)).toBe(true);
    expect(readdirSync(directory)).toEqual(['taken']);
  });
});

describe('createConnection', () => {
  it.each([
    posix ? [{ transport: 'unix' }, 'needs a path'] : [{ transport: 'pipe' }, 'needs its name'],
    [{ transport: 'tcp' }, 'needs a port'],
  ])('refuses %j, which tells no endpoint', async (config, what) => {
    const error = await rejectionOf(TransportFactory.createConnection(config));
    expect(error.code).toBe('ERR_IPC_CONFIG');
    expect(error.message).toContain(what);
  });

  it('tries until the deadline of the configuration', async () => {
    const connecting = TransportFactory.createConnection({ ...nowhere(), connectTimeoutMs: 40 });
    const error = await rejectionOf(connecting);
    expect(error.code).toBe('ERR_IPC_CONNECT_TIMEOUT');
    expect(error.message).toContain('within 40 ms');
  });

  it('is aborted by a signal', async () => {
    const signal = AbortSignal.timeout(20);
    const error = await rejectionOf(TransportFactory.createConnection(nowhere(), { signal }));
    expect(error.code).toBe('ERR_IPC_ABORTED');
  });
});
