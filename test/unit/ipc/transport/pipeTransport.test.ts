import { describe, expect, it } from 'vitest';
import { PipeConnection } from '../../../../src/ipc/connection/transportConnections.js';
import { dialWithRetry } from '../../../../src/ipc/transport/dialWithRetry.js';
import {
  checkedPipeName,
  pipeTransport,
  randomPipeName,
} from '../../../../src/ipc/transport/pipeTransport.js';
import { rejectionOf, thrownBy } from '../../../support/rejection.js';

describe('a named pipe', () => {
  it.skipIf(process.platform === 'win32')('is for Windows only', () => {
    const error = thrownBy(() => new PipeConnection());
    expect(error.code).toBe('ERR_IPC_UNSUPPORTED_TRANSPORT');
    expect(error.message).toContain('use unix, tcp or auto');
  });

  it.each(['linux', 'darwin', 'freebsd'] as const)('is refused on %s', (platform) => {
    expect(thrownBy(() => pipeTransport({}, platform)).code).toBe('ERR_IPC_UNSUPPORTED_TRANSPORT');
  });

  it('is described by its name', () => {
    const pipeName = '\\\\.\\pipe\\chosen';
    const transport = pipeTransport({ pipeName }, 'win32');
    expect([transport.name, transport.describe()]).toEqual(['pipe', `pipe ${pipeName}`]);
    expect(pipeTransport({}, 'win32').describe()).toBe('pipe \\\\.\\pipe\\...');
  });

  it('cannot be dialled without a name', async () => {
    const error = await rejectionOf(dialWithRetry(pipeTransport({}, 'win32'), { timeoutMs: 60_000 }));
    expect(error.code).toBe('ERR_IPC_CONFIG');
    expect(error.message).toContain('--ipc-pipe');
  });
});

describe('the name of a pipe', () => {
  it.each(['\\\\.\\pipe\\x', '\\\\.\\PIPE\\x', '\\\\?\\pipe\\x', '\\\\.\\pipe\\debug adapter ✓'])(
    '%s is taken as it is',
    (name) => {
      expect(checkedPipeName(name)).toBe(name);
    },
  );

  it.each([
    '',
    'x',
    '/tmp/x',
    '\\\\.\\pipe\\',
    '\\.\\pipe\\x',
    '\\\\server\\pipe\\x',
    '//./pipe/x',
    '\\\\.\\pipe\\a\0b',
  ])('%j is refused', (name) => {
    expect(thrownBy(() => checkedPipeName(name)).code).toBe('ERR_IPC_CONFIG');
    expect(thrownBy(() => pipeTransport({ pipeName: name }, 'win32')).code).toBe('ERR_IPC_CONFIG');
  });

  it('is a new one of 128 random bits each time where none is given', () => {
    const names = Array.from({ length: 50 }, randomPipeName);
    expect(new Set(names).size).toBe(50);
    for (const name of names) {
      expect(name).toMatch(/^\\\\\.\\pipe\\debug-adapter-ipc-[0-9a-f]{32}$/);
      expect(checkedPipeName(name)).toBe(name);
    }
  });
});
