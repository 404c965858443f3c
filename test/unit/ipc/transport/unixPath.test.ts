import { lstatSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkedSocketPath, maxSocketPathBytes } from '../../../../src/ipc/files/unixPath.js';
import { unixTransport } from '../../../../src/ipc/transport/unixTransport.js';
import { thrownBy } from '../../../support/rejection.js';
import { answers, listenUnix } from '../../../support/unixSockets.js';
import { posix } from '../../../support/platform.js';

/** A directory of the test's own. */
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'path-'));
});

describe('the length of a path', () => {
  it.each([
    ['linux', 107],
    ['darwin', 103],
    ['freebsd', 103],
  ] as const)('is limited on %s to %i bytes', (platform, bytes) => {
    expect(maxSocketPathBytes(platform)).toBe(bytes);
    const longest = `/${'x'.repeat(bytes - 1)}`;
    expect(checkedSocketPath(longest, platform)).toBe(longest);
    const error = thrownBy(() => checkedSocketPath(`${longest}x`, platform));
    expect(error.code).toBe('ERR_IPC_PATH_TOO_LONG');
    expect(error.message).toContain(`has ${bytes + 1} bytes, this system takes ${bytes}`);
  });

  it('is counted in bytes, and in the absolute form', () => {
    expect(thrownBy(() => checkedSocketPath(`/${'é'.repeat(54)}`, 'linux')).message).toContain(
      'has 109 bytes',
    );
    const relativePath = 'x'.repeat(100);
    expect(thrownBy(() => checkedSocketPath(relativePath, 'linux')).code).toBe('ERR_IPC_PATH_TOO_LONG');
  });

  it.runIf(posix)('can be used up to the last byte', async () => {
    const room = maxSocketPathBytes() - Buffer.byteLength(directory) - 1;
    const path = join(directory, `${'é'.repeat(Math.floor(room / 2))}${room % 2 === 1 ? 'x' : ''}`);
    expect(Buffer.byteLength(path)).toBe(maxSocketPathBytes());
    await listenUnix({ path });
    expect(lstatSync(path).isSocket()).toBe(true);
    expect(await answers(path)).toBe(true);
  });

  it.runIf(posix)('leaves room for a socket of our own in the temporary directory of macOS', async () => {
    const { path } = await listenUnix();
    const own = path.split('/').slice(-2).join('/');
    const temporary = `/var/folders/zz/${'x'.repeat(31)}_/T`;
    expect(checkedSocketPath(`${temporary}/${own}`, 'darwin')).toContain(own);
  });

  it('that is too much makes nothing anywhere', async () => {
    const path = join(directory, 'x'.repeat(maxSocketPathBytes() - directory.length));
    expect(() => unixTransport({ path })).toThrow();
    await new Promise((resolve) => setImmediate(resolve));
    expect(readdirSync(directory)).toEqual([]);
  });
});
