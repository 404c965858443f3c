import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, linkSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { IPCManager, openKeyFile, readKeyFile, takeLauncherKey } from '../../src/ipc/index.js';
import { readKeyFileInBackground } from '../../src/ipc/index.js';
import { removeIfSame } from '../../src/ipc/files/secretFile.js';
import { runCli } from '../support/cliProcess.js';
import { stdioClient } from '../support/programs.js';
import { rejectionOf, thrownBy } from '../support/rejection.js';
import { hasOtherUser, OTHER_UID, otherUserNote } from './support/otherUser.js';

const KEY = 'cd'.repeat(32);
const endpoint = { transport: 'tcp', host: '127.0.0.1', port: 4711 } as const;
const isPosix = process.platform !== 'win32';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync('/tmp/key-');
  path = join(directory, 'key');
  onTestFinished(() => rmSync(directory, { recursive: true }));
});

/** Files that are no key of this user, each with what the error says. */
const NO_KEYS: [string, () => void, RegExp][] = [
  [
    'a symbolic link',
    () => (keyAt(`${path}-real`), symlinkSync(`${path}-real`, path)),
    /is a symbolic link: give the file that it leads/,
  ],
  ['a link to nowhere', () => symlinkSync(`${path}-nowhere`, path), /is a symbolic link/],
  ['a file with two names', () => (keyAt(path), linkSync(path, `${path}-2`)), /has 2 names \(hard links\)/],
  ['a named pipe', () => void execFileSync('mkfifo', ['-m', '600', path]), /is a named pipe: give a regular/],
  ['a device', () => symlinkSync('/dev/zero', path), /is a symbolic link/],
  ['too large', () => writeFileSync(path, KEY.padEnd(5000), { mode: 0o600 }), /has more than 4096 bytes/],
];

function keyAt(at: string): void {
  writeFileSync(at, KEY, { mode: 0o600 });
}

describe.runIf(isPosix)('a key file', () => {
  it.each(NO_KEYS)('that is %s is read by nobody', async (_, make, message) => {
    make();
    const environment = { DEBUG_ADAPTER_IPC_KEY_FILE: path };
    for (const error of [
      thrownBy(() => readKeyFile(path)),
      thrownBy(() => openKeyFile(path)),
      thrownBy(() => takeLauncherKey({ ...environment })),
      await rejectionOf(readKeyFileInBackground(path)),
    ]) {
      expect(error).toMatchObject({ code: 'ERR_IPC_KEY', message: expect.stringMatching(message) as string });
      expect(error.message).toContain(path);
    }
  });

  it.runIf(hasOtherUser)(`of another user is read by nobody${otherUserNote}`, async () => {
    keyAt(path);
    chownSync(path, OTHER_UID, OTHER_UID);
    const environment = { DEBUG_ADAPTER_IPC_KEY_FILE: path };
    for (const error of [
      thrownBy(() => readKeyFile(path)),
      thrownBy(() => openKeyFile(path)),
      thrownBy(() => takeLauncherKey({ ...environment })),
      await rejectionOf(readKeyFileInBackground(path)),
    ]) {
      expect(error.code).toBe('ERR_IPC_KEY');
      expect(error.message).toMatch(
        /belongs to another user \(uid 65534\).*start both ends as one user.*sudo/,
      );
    }
    const listened = await runCli(['launch', '--listen', 'auto', '--key-file', path, '--code', '1']);
    expect([listened.code, listened.stderr]).toEqual([1, expect.stringMatching(/belongs to another user/)]);
    const { client } = stdioClient();
    await client.request('initialize', { adapterID: 'test' });
    const answer = await client.ask('attach', { keyFile: path, port: 1 });
    expect(answer.message).toMatch(/^Cannot attach: the key file .* belongs to another user/);
    expect(readFileSync(path, 'utf8')).toBe(KEY);
  });

  it('is not written into a file that appeared at its path, or took its place, meanwhile', () => {
    const fresh = openKeyFile(path);
    writeFileSync(path, 'precious');
    expect(() => fresh.record(endpoint)).toThrow(/cannot be written: EEXIST/);
    expect(readFileSync(path, 'utf8')).toBe('precious');
    unlinkSync(path);
    const link = openKeyFile(path);
    symlinkSync(join(directory, 'target'), path);
    expect(() => link.record(endpoint)).toThrow(/cannot be written: EEXIST/);
    expect(existsSync(join(directory, 'target'))).toBe(false);
    unlinkSync(path);
    const known = openKeyFile(path);
    known.record(endpoint);
    keyAt(`${path}-2`);
    renameSync(`${path}-2`, path);
    expect(() => known.record(endpoint)).toThrow(/was replaced by another file/);
    expect(readFileSync(path, 'utf8')).toBe(KEY);
  });

  it('is removed only if it is the file that was read', () => {
    keyAt(path);
    removeIfSame(path, '0:0');
    expect(existsSync(path)).toBe(true);
    takeLauncherKey({ DEBUG_ADAPTER_IPC_KEY_FILE: path });
    expect(existsSync(path)).toBe(false);
  });
});

/** An address of this machine that other machines can reach. */
const ownAddress = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
const HOST = ownAddress ?? '192.0.2.1';

describe('an address on another machine', () => {
  /** Listens there, and counts the connections. */
  async function listenThere(): Promise<{ port: number; connections: () => number }> {
    if (ownAddress === undefined) return { port: 80, connections: () => 0 };
    let count = 0;
    const there = createServer((socket) => {
      count += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => there.listen(0, HOST, resolve));
    onTestFinished(() => void there.close());
    return { port: (there.address() as AddressInfo).port, connections: () => count };
  }

  it.each([
    ['in a key file', (port: number) => ({ keyFile: keyFileFor(`tcp ${HOST}:${port}`) })],
    ['in a key file, mapped', (port: number) => ({ keyFile: keyFileFor(`tcp [::ffff:${HOST}]:${port}`) })],
    ['in a key file, by a name', (port: number) => ({ keyFile: keyFileFor(`tcp example.invalid:${port}`) })],
    ['in a child session', (port: number) => ({ childSession: childAt(port) })],
  ])('%s is not connected to', async (_, argumentsFor) => {
    const { port, connections } = await listenThere();
    const { client } = stdioClient();
    await client.request('initialize', { adapterID: 'test' });
    const answer = await client.ask('attach', argumentsFor(port));
    expect(answer.success).toBe(false);
    expect(answer.message).toMatch(/is another (machine|one)/);
    expect(connections()).toBe(0);
  });

  it('is not asked for by a descriptor of the adapter either', async () => {
    const { client } = stdioClient();
    await client.request('initialize', { adapterID: 'test' });
    const child = { id: 'x', keyFile: keyFileFor('fd 3'), launcherArgs: ['--ipc', 'fd', '--ipc-fd', '3'] };
    const answer = await client.ask('attach', { childSession: child });
    expect(answer.message).toMatch(/it is no inherited descriptor/);
  });

  it('on this machine still works: localhost is one', async () => {
    const { client } = stdioClient();
    await client.request('initialize', { adapterID: 'test' });
    const answer = await client.ask('attach', { keyFile: keyFileFor('tcp localhost:1') });
    expect(answer.message).toMatch(/nothing listens at tcp 127\.0\.0\.1:1/);
  });

  function keyFileFor(name: string): string {
    writeFileSync(path, `${KEY}\n${name}\n`, { mode: 0o600 });
    return path;
  }

  function childAt(port: number): object {
    const launcherArgs = ['--ipc', 'tcp', '--ipc-host', HOST, '--ipc-port', String(port)];
    return { id: 'x', keyFile: keyFileFor(`tcp ${HOST}:${port}`), launcherArgs };
  }
});

describe.runIf(isPosix)('a key on its way to a launcher', () => {
  it('is not taken from a file that another program has linked to', async () => {
    const manager = new IPCManager();
    onTestFinished(() => manager.cleanup());
    await manager.createListener({ transport: 'unix' });
    const file = manager.launcherEnv.DEBUG_ADAPTER_IPC_KEY_FILE ?? '';
    linkSync(file, path);
    expect(thrownBy(() => takeLauncherKey({ ...manager.launcherEnv })).message).toMatch(/has 2 names/);
    expect(existsSync(file)).toBe(true);
  });
});
