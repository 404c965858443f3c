import { existsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  FAMILIES,
  addressType,
  arbitraryAddress,
  connect,
  listen,
} from '../../../../src/ipc/multiprocessing/index.js';
import type { Address, Family } from '../../../../src/ipc/multiprocessing/index.js';
import { addressOf, defaultFamily, transportAt } from '../../../../src/ipc/multiprocessing/address.js';
import { rejectionOf, thrownBy } from '../../../support/rejection.js';
import { accepted, abstractName, connecting, listening } from './support/ends.js';

const isWindows = process.platform === 'win32';
const isLinux = process.platform === 'linux';

describe('addressType', () => {
  it.each([
    [['127.0.0.1', 4711], 'AF_INET'],
    [['::1', 0], 'AF_INET'],
    ['/tmp/a', 'AF_UNIX'],
    ['relative', 'AF_UNIX'],
    ['\0abstract', 'AF_UNIX'],
    ['\\one', 'AF_UNIX'],
    ['\\\\.\\pipe\\name', 'AF_PIPE'],
    ['\\\\server\\pipe\\name', 'AF_PIPE'],
    ['\\\\', 'AF_PIPE'],
  ] as const)('of %j is %s, on every platform', (address, family) => {
    expect(addressType(address)).toBe(family);
  });

  it.each([
    [''],
    [undefined],
    [null],
    [4711],
    [[]],
    [['127.0.0.1']],
    [['127.0.0.1', '4711']],
    [[4711, '127.0.0.1']],
    [['127.0.0.1', 1, 2]],
    [{ host: '127.0.0.1', port: 1 }],
  ])('knows no %j', (thing) => {
    const error = thrownBy(() => addressType(thing as unknown as Address));
    expect([error.code, error.message]).toEqual([
      'ERR_IPC_ARGUMENT',
      expect.stringContaining('[host, port]'),
    ]);
  });
});

describe('arbitraryAddress', () => {
  it('gives one of each family that a platform has, and another each time', () => {
    expect(arbitraryAddress('AF_INET')).toEqual(['127.0.0.1', 0]);
    const path = arbitraryAddress('AF_UNIX', 'linux');
    expect([addressType(path), dirname(String(path))]).toEqual(['AF_UNIX', tmpdir()]);
    expect(arbitraryAddress('AF_UNIX', 'linux')).not.toBe(path);
    const name = arbitraryAddress('AF_PIPE', 'win32');
    expect(addressType(name)).toBe('AF_PIPE');
    expect(arbitraryAddress('AF_PIPE', 'win32')).not.toBe(name);
    expect(addressType(arbitraryAddress())).toBe(defaultFamily());
  });

  it.each([
    ['linux', 'AF_UNIX'],
    ['darwin', 'AF_UNIX'],
    ['win32', 'AF_PIPE'],
  ] as const)('gives on %s one of %s', (platform, family) => {
    expect(defaultFamily(platform)).toBe(family);
    expect(addressType(arbitraryAddress(undefined, platform))).toBe(family);
  });

  it('can be listened at', async () => {
    const address = arbitraryAddress();
    const listener = await listening(address);
    expect(listener.address).toBe(address);
    await Promise.all([accepted(listener), connecting(address)]);
  });
});

describe('a family', () => {
  it.each([
    ['AF_PIPE', 'linux', '\\\\.\\pipe\\name'],
    ['AF_PIPE', 'darwin', '\\\\.\\pipe\\name'],
    ['AF_UNIX', 'win32', '/tmp/name'],
    ['AF_UNIX', 'win32', '\0name'],
  ] as const)('%s is told to be missing on %s, before any I/O', (family, platform, address) => {
    for (const attempt of [
      () => transportAt(address, {}, platform),
      () => transportAt(undefined, { family }, platform),
      () => arbitraryAddress(family, platform),
    ]) {
      const error = thrownBy(attempt);
      expect([error.code, error.message]).toEqual([
        'ERR_IPC_UNSUPPORTED_TRANSPORT',
        expect.stringContaining(`${family} is not to be had on ${platform}: use AF_INET`),
      ]);
    }
  });

  it('that this platform lacks is refused by listen and connect', async () => {
    const address = isWindows ? '/tmp/name' : '\\\\.\\pipe\\name';
    for (const attempt of [listen(address), connect(address)])
      expect((await rejectionOf(attempt)).code).toBe('ERR_IPC_UNSUPPORTED_TRANSPORT');
  });

  it.each(['darwin', 'win32'] as const)('abstract is on Linux only, which %s is told', (platform) => {
    expect(thrownBy(() => transportAt('\0name', {}, platform)).code).toBe('ERR_IPC_UNSUPPORTED_TRANSPORT');
  });

  it('has to be that of the address', async () => {
    for (const attempt of [
      listen(['127.0.0.1', 0], { family: 'AF_UNIX' }),
      connect('/tmp/a', { family: 'AF_INET' }),
    ]) {
      const error = await rejectionOf(attempt);
      expect([error.code, error.message]).toEqual(['ERR_IPC_ARGUMENT', expect.stringContaining('family is')]);
    }
  });

  it('has to be one that there is', async () => {
    const family = 'AF_INET6' as Family;
    const error = await rejectionOf(listen(undefined, { family }));
    expect([error.code, error.message]).toEqual([
      'ERR_IPC_ARGUMENT',
      expect.stringContaining(FAMILIES.join(', ')),
    ]);
    expect(thrownBy(() => arbitraryAddress(family)).code).toBe('ERR_IPC_ARGUMENT');
  });

  it('chooses where to listen without an address', async () => {
    const listener = await listening(undefined, { family: 'AF_INET' });
    expect(listener.address).toEqual(['127.0.0.1', expect.any(Number)]);
    await Promise.all([accepted(listener), connecting(listener.address)]);
  });
});

describe('an address', () => {
  it('is needed to connect', async () => {
    for (const thing of [undefined, '', 5]) {
      const error = await rejectionOf(connect(thing as unknown as Address));
      expect(error.code).toBe('ERR_IPC_ARGUMENT');
    }
  });

  it.each([
    [['127.0.0.1', -1], 'ERR_IPC_CONFIG'],
    [['127.0.0.1', 65_536], 'ERR_IPC_CONFIG'],
    [['127.0.0.1', 1.5], 'ERR_IPC_CONFIG'],
    [['', 0], 'ERR_IPC_CONFIG'],
    [['0.0.0.0', 0], 'ERR_IPC_NON_LOOPBACK'],
    [['192.0.2.1', 0], 'ERR_IPC_NON_LOOPBACK'],
  ] as const)('%j is refused: %s', async (address, code) => {
    expect((await rejectionOf(listen(address))).code).toBe(code);
  });

  it('beyond loopback needs a key, and a word that nothing is encrypted', async () => {
    const wide: Address = ['0.0.0.0', 0];
    const first = await rejectionOf(listen(wide, { authkey: 'k', allowNonLoopback: true }));
    expect([first.code, first.message]).toEqual([
      'ERR_IPC_CONFIG',
      expect.stringContaining('insecureCleartext: true'),
    ]);
    const open = { allowNonLoopback: true, insecureCleartext: true };
    const second = await rejectionOf(listen(wide, open));
    expect([second.code, second.message]).toEqual([
      'ERR_IPC_NON_LOOPBACK',
      expect.stringContaining('pass its key'),
    ]);
    const listener = await listening(wide, { ...open, authkey: 'k' });
    const [, port] = listener.address as [string, number];
    await Promise.all([accepted(listener), connecting(['127.0.0.1', port], { authkey: 'k' })]);
  });

  it.skipIf(isWindows)(
    'that is too long is told so, not cut off (skipped on Windows: no such paths)',
    async () => {
      const error = await rejectionOf(listen(`/tmp/${'x'.repeat(200)}`));
      expect(error.code).toBe('ERR_IPC_PATH_TOO_LONG');
    },
  );

  it.skipIf(isWindows)(
    'of a file is refused where it is taken, and is left alone (skipped on Windows: no such paths)',
    async () => {
      const path = join(tmpdir(), 'taken');
      writeFileSync(path, 'mine');
      expect((await rejectionOf(listen(path))).code).toBe('ERR_IPC_ENDPOINT_IN_USE');
      expect(existsSync(path)).toBe(true);
    },
  );

  it.skipIf(isWindows)(
    'of a socket is for its owner alone, and gone after the end (skipped on Windows: no such paths)',
    async () => {
      const path = join(tmpdir(), 'socket');
      const listener = await listening(path);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect((await rejectionOf(listen(path))).code).toBe('ERR_IPC_ENDPOINT_IN_USE');
      await listener.close();
      expect(existsSync(path)).toBe(false);
      await (await listening(path)).close();
    },
  );

  it('that is not there is waited for, and then told', async () => {
    const path = arbitraryAddress();
    const error = await rejectionOf(connect(path, { connectTimeoutMs: 50 }));
    expect([error.code, error.message]).toEqual([
      'ERR_IPC_CONNECT_TIMEOUT',
      expect.stringContaining('50 ms'),
    ]);
    const late = connecting(path);
    const listener = await listening(path);
    await Promise.all([late, accepted(listener)]);
  });

  it.skipIf(!isLinux)('of the abstract namespace has no file (skipped where it is not Linux)', async () => {
    const name = abstractName();
    const listener = await listening(name);
    expect(String(listener.address).replace(/\0+$/, '')).toBe(name);
    expect((await rejectionOf(listen(name))).code).toBe('ERR_IPC_ENDPOINT_IN_USE');
    await Promise.all([accepted(listener), connecting(listener.address)]);
    const late = await rejectionOf(listener.accept({ timeoutMs: 1 }));
    expect(late.message).toContain(`nobody connected to unix @${name.slice(1)} within`);
    await listener.close();
    await (await listening(name)).close();
    expect((await rejectionOf(listen(`\0${'x'.repeat(108)}`))).code).toBe('ERR_IPC_PATH_TOO_LONG');
  });

  it('is that of an endpoint, where it has one', () => {
    expect(addressOf({ transport: 'tcp', host: '::1', port: 5 })).toEqual(['::1', 5]);
    expect(addressOf({ transport: 'pipe', pipeName: '\\\\.\\pipe\\a' })).toBe('\\\\.\\pipe\\a');
    expect(thrownBy(() => addressOf({ transport: 'fd', fd: 3 })).code).toBe('ERR_IPC_ARGUMENT');
  });
});
