import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../src/commandLine/usageError.js';
import { readListenAddress } from '../../../../src/launcher/options/listenAddress.js';

describe('an address to listen at', () => {
  it.each([
    'C:name',
    'c:name.sock',
    'C:4711',
    'C:',
    'D:dir\\name',
    'D:dir/name',
    '\\name',
    '\\dir\\name',
    '/name',
    '/tmp/name',
  ])('on Windows is not %j, which depends on the current drive', (text) => {
    expect(() => readListenAddress(text, 'win32')).toThrow(UsageError);
    expect(() => readListenAddress(text, 'win32')).toThrow(/depends on the current drive/);
  });

  it.each<[string, object]>([
    ['auto', { transport: 'auto' }],
    ['4711', { transport: 'tcp', port: 4711 }],
    ['127.0.0.1:4711', { transport: 'tcp', host: '127.0.0.1', port: 4711 }],
    ['localhost:4711', { transport: 'tcp', host: 'localhost', port: 4711 }],
    ['[::1]:4711', { transport: 'tcp', host: '[::1]', port: 4711 }],
    ['\\\\.\\pipe\\app', { transport: 'pipe', pipeName: '\\\\.\\pipe\\app' }],
    ['\\\\?\\pipe\\app', { transport: 'pipe', pipeName: '\\\\?\\pipe\\app' }],
    ['C:\\dir\\name', { transport: 'unix', path: resolve('C:\\dir\\name') }],
    ['C:/dir/name', { transport: 'unix', path: resolve('C:/dir/name') }],
    ['\\\\server\\share\\name', { transport: 'unix', path: resolve('\\\\server\\share\\name') }],
  ])('on Windows is %j', (text, config) => {
    expect(readListenAddress(text, 'win32')).toEqual(config);
  });

  it.each(['linux', 'darwin'] as const)('on %s is also a path that begins with a separator', (platform) => {
    expect(readListenAddress('/run/name', platform)).toEqual({
      transport: 'unix',
      path: resolve('/run/name'),
    });
    expect(readListenAddress('./name', platform)).toEqual({ transport: 'unix', path: resolve('name') });
    expect(readListenAddress('c:4711', platform)).toEqual({ transport: 'tcp', host: 'c', port: 4711 });
  });
});
