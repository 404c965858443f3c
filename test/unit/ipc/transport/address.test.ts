import { describe, expect, it } from 'vitest';
import { formatAddress, readAddress } from '../../../../src/ipc/transport/address.js';

describe('an address as people write it', () => {
  it.each<[string, object]>([
    ['4711', { transport: 'tcp', port: 4711 }],
    ['127.0.0.1:4711', { transport: 'tcp', host: '127.0.0.1', port: 4711 }],
    ['localhost:4711', { transport: 'tcp', host: 'localhost', port: 4711 }],
    ['[::1]:4711', { transport: 'tcp', host: '[::1]', port: 4711 }],
    ['/run/app.sock', { transport: 'unix', path: '/run/app.sock' }],
    ['./app.sock', { transport: 'unix', path: './app.sock' }],
    ['/run/4711', { transport: 'unix', path: '/run/4711' }],
    ['\\\\.\\pipe\\app', { transport: 'pipe', pipeName: '\\\\.\\pipe\\app' }],
  ])('%s is read', (text, config) => {
    expect(readAddress(text)).toEqual(config);
  });

  it.each(['', 'app', '::1', 'host:', ':', 'host:123456', '1.2.3.4:x'])('%j is none', (text) => {
    expect(() => readAddress(text)).toThrow(
      expect.objectContaining({
        code: 'ERR_IPC_CONFIG',
        message: expect.stringContaining('is no address') as string,
      }),
    );
  });

  it('is written so that it is read again', () => {
    expect(formatAddress({ transport: 'tcp', host: '::1', port: 1 })).toBe('[::1]:1');
    expect(formatAddress({ transport: 'unix', path: '/run/s' })).toBe('/run/s');
    expect(formatAddress({ transport: 'pipe', pipeName: '\\\\.\\pipe\\x' })).toBe('\\\\.\\pipe\\x');
    expect(formatAddress({ transport: 'fd', fd: 3 })).toBe('fd 3');
  });
});
