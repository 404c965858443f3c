import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openKeyFile, readKeyFile } from '../../src/ipc/index.js';
import { posix } from '../support/platform.js';

const endpoint = { transport: 'tcp', host: '127.0.0.1', port: 4711 } as const;

function place(): string {
  const directory = mkdtempSync(join(tmpdir(), 'key-file-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'key');
}

const OPEN_TO_OTHERS: [string, number, string, RegExp] = [
  'that others can read',
  0o644,
  '0f'.repeat(32),
  /can be read by others than its owner: chmod 600/,
];

describe('a key file', () => {
  it('of a listener’s own is private, and goes with the listener', () => {
    const { path, key, record, remove } = openKeyFile();
    record(endpoint);
    if (posix) {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    }
    expect(readKeyFile(path)).toEqual({ key: Buffer.from(key), endpoint: 'tcp 127.0.0.1:4711' });
    remove();
    expect([existsSync(path), existsSync(dirname(path))]).toEqual([false, false]);
  });

  it('that was asked for is made private, keeps its key, and stays', () => {
    const path = place();
    const first = openKeyFile(path);
    first.record(endpoint);
    first.remove();
    if (posix) expect(statSync(path).mode & 0o777).toBe(0o600);
    const second = openKeyFile(path);
    expect(Buffer.from(second.key)).toEqual(Buffer.from(first.key));
    second.record({ ...endpoint, port: 4712 });
    expect(readKeyFile(path).endpoint).toBe('tcp 127.0.0.1:4712');
  });

  it('may have the key alone in it', () => {
    const path = place();
    writeFileSync(path, '0f'.repeat(32), { mode: 0o600 });
    expect(readKeyFile(path)).toEqual({ key: Buffer.alloc(32, 0x0f), endpoint: undefined });
  });

  it.each<[string, number, string, RegExp]>([
    ...(posix ? [OPEN_TO_OTHERS] : []),
    ['with something else in it', 0o600, 'secret', /is no key file: its first line must be 64/],
    ['with a short key in it', 0o600, '0f'.repeat(31), /is no key file/],
  ])('%s is refused, and left as it is', (_, mode, text, message) => {
    const path = place();
    writeFileSync(path, text);
    chmodSync(path, mode);
    for (const use of [() => readKeyFile(path), () => openKeyFile(path)]) {
      expect(use).toThrow(
        expect.objectContaining({ code: 'ERR_IPC_KEY', message: expect.stringMatching(message) as string }),
      );
    }
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('that is not there is said to be so', () => {
    expect(() => readKeyFile('/not/there')).toThrow(/the key file \/not\/there cannot be read: ENOENT/);
  });

  it('that cannot be written is said to be so', () => {
    expect(() => openKeyFile('/not/there/key').record(endpoint)).toThrow(/cannot be written: ENOENT/);
  });
});
