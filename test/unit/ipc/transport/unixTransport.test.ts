import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { makePrivateDirectory } from '../../../../src/ipc/files/privateDirectory.js';
import { unixTransport } from '../../../../src/ipc/transport/unixTransport.js';
import { exitOf, firstLine, startFixture } from '../../../support/fixtureProcess.js';
import { rawFrame } from '../../../support/rawFrames.js';
import { connectRaw } from '../../../support/rawPeer.js';
import { posix } from '../../../support/platform.js';
import { rejectionOf, thrownBy } from '../../../support/rejection.js';
import { answers, listenUnix } from '../../../support/unixSockets.js';
import { within } from '../../../support/within.js';

/** A directory of the test's own. */
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'unix-'));
});

/** Starts a server of another program. It is closed when the test ends. */
async function foreignServer(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(path);
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await within(once(server, 'close'), 'the foreign server closes');
  });
  return server;
}

const modeOf = (path: string): number => lstatSync(path).mode & 0o777;

describe.runIf(posix)('a private socket', () => {
  it('is for its owner alone, in a directory for its owner alone', async () => {
    const { path } = await listenUnix();
    expect(lstatSync(path).isSocket()).toBe(true);
    expect([modeOf(path), modeOf(dirname(path))]).toEqual([0o600, 0o700]);
    expect(statSync(path).uid).toBe(process.getuid?.());
  });

  it('is in a fresh directory under the temporary one, with a name that cannot be guessed', async () => {
    const paths = await Promise.all([listenUnix(), listenUnix(), listenUnix()]).then((all) =>
      all.map(({ path }) => path),
    );
    for (const path of paths) {
      expect(dirname(dirname(path))).toBe(tmpdir());
      expect(basename(path), '128 random bits').toMatch(/^[\w-]{22}$/);
    }
    expect(new Set(paths.map(dirname)).size).toBe(3);
  });

  it('is private from its first moment, and leaves the mask of the process as it was', async () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const path = join(directory, 's');
    const listening = listenUnix({ path });
    expect(modeOf(path), 'before anything was awaited').toBe(0o600);
    expect(process.umask()).toBe(0);
    await listening;
  });

  it('is removed with its directory on close, however often that is called', async () => {
    const { path, close } = await listenUnix();
    await Promise.all([close(), close()]);
    expect(existsSync(dirname(path))).toBe(false);
    await close();
  });

  it('leaves in its directory what others put there', async () => {
    const { path, close } = await listenUnix();
    const foreign = join(dirname(path), 'not-ours');
    writeFileSync(foreign, 'precious');
    await close();
    expect(readdirSync(dirname(path))).toEqual(['not-ours']);
    expect(readFileSync(foreign, 'utf8')).toBe('precious');
    rmSync(dirname(path), { recursive: true });
  });
});

describe.runIf(posix)('the directory', () => {
  it('is made in the runtime directory where there is one', () => {
    const made = makePrivateDirectory({ XDG_RUNTIME_DIR: directory });
    expect(dirname(dirname(made.path))).toBe(directory);
    made.remove();
    made.remove();
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each([
    ['does not exist', (): string => join(directory, 'missing')],
    ['is a file', (): string => join(directory, 'file')],
    ['leaves no room for the name', (): string => join(directory, 'x'.repeat(60))],
  ])('is made elsewhere where that one %s', (_, base) => {
    writeFileSync(join(directory, 'file'), '');
    mkdirSync(join(directory, 'x'.repeat(60)));
    const made = makePrivateDirectory({ XDG_RUNTIME_DIR: base() });
    expect(dirname(dirname(made.path))).toBe(tmpdir());
    made.remove();
  });
});

describe.runIf(posix)('an explicit path', () => {
  it('is honoured', async () => {
    const path = join(directory, 'chosen.sock');
    const { path: bound, close } = await listenUnix({ path });
    expect(bound).toBe(path);
    expect(modeOf(path)).toBe(0o600);
    expect(await answers(path)).toBe(true);
    await close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('that is relative is given on as an absolute one', async () => {
    const path = join(directory, 'r');
    expect((await listenUnix({ path: relative(process.cwd(), path) })).path).toBe(path);
  });

  it.each(['', 'a\0b'])('%j is refused', (path) => {
    expect(thrownBy(() => unixTransport({ path })).code).toBe('ERR_IPC_CONFIG');
  });

  it('in a directory that does not exist fails, with the cause', async () => {
    const error = await rejectionOf(listenUnix({ path: join(directory, 'missing', 's') }));
    expect(error.code).toBe('ERR_IPC_LISTEN');
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('is not for Windows', () => {
    expect(thrownBy(() => unixTransport({}, 'win32')).code).toBe('ERR_IPC_UNSUPPORTED_TRANSPORT');
  });
});

describe.runIf(posix)('something that is at the path already', () => {
  it.each([
    ['a file', (path: string): void => writeFileSync(path, 'precious')],
    ['a directory', (path: string): void => void mkdirSync(path)],
    ['a symlink to a file', (path: string): void => linkTo(path, 'target', true)],
    ['a symlink to nothing', (path: string): void => linkTo(path, 'nothing', false)],
  ])('is told and left alone: %s', async (_, put) => {
    const path = join(directory, 'taken');
    put(path);
    const before = lstatSync(path);
    const error = await rejectionOf(listenUnix({ path }));
    expect(error).toMatchObject({ code: 'ERR_IPC_ENDPOINT_IN_USE', cause: { code: 'EADDRINUSE' } });
    expect(error.message).toContain(path);
    const { ino, mode, mtimeMs } = lstatSync(path);
    expect({ ino, mode, mtimeMs }).toEqual({ ino: before.ino, mode: before.mode, mtimeMs: before.mtimeMs });
  });

  it('is told and goes on answering: a live socket', async () => {
    const path = join(directory, 'live');
    await foreignServer(path);
    expect((await rejectionOf(listenUnix({ path }))).code).toBe('ERR_IPC_ENDPOINT_IN_USE');
    expect(await answers(path)).toBe(true);
  });

  it("is told and left alone: a dead socket, which may be somebody else's", async () => {
    const path = join(directory, 'dead');
    const aside = join(directory, 'aside');
    const server = await foreignServer(path);
    renameSync(path, aside);
    server.close();
    renameSync(aside, path);
    expect((await rejectionOf(listenUnix({ path }))).code).toBe('ERR_IPC_ENDPOINT_IN_USE');
    expect(lstatSync(path).isSocket()).toBe(true);
  });
});

function linkTo(path: string, name: string, exists: boolean): void {
  const target = join(directory, name);
  if (exists) writeFileSync(target, 'precious');
  symlinkSync(target, path);
}

describe.runIf(posix)('what took the place of our socket', () => {
  it('survives our close: a file', async () => {
    const { path, close } = await listenUnix({ path: join(directory, 's') });
    unlinkSync(path);
    writeFileSync(path, 'precious');
    chmodSync(path, 0o640);
    await close();
    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect(modeOf(path)).toBe(0o640);
    expect(readdirSync(directory)).toEqual(['s']);
  });

  it('survives our close: a directory with something in it', async () => {
    const { path, close } = await listenUnix({ path: join(directory, 's') });
    unlinkSync(path);
    mkdirSync(join(path, 'inside'), { recursive: true });
    await close();
    expect(existsSync(join(path, 'inside'))).toBe(true);
  });

  it('survives our close and goes on answering: a socket', async () => {
    const { path, close } = await listenUnix({ path: join(directory, 's') });
    unlinkSync(path);
    await foreignServer(path);
    await close();
    expect(await answers(path)).toBe(true);
  });

  it('survives our close without harm to files with names like it', async () => {
    const { path, close } = await listenUnix({ path: join(directory, 's') });
    unlinkSync(path);
    writeFileSync(path, 'precious');
    writeFileSync(`${path}.${process.pid}`, 'precious too');
    await close();
    expect(readFileSync(`${path}.${process.pid}`, 'utf8')).toBe('precious too');
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  it('is no hindrance where it is nothing at all', async () => {
    const { path, close } = await listenUnix();
    unlinkSync(path);
    await close();
    expect(existsSync(dirname(path))).toBe(false);
  });
});

describe.runIf(posix)('a process', () => {
  it('that exits in the middle leaves nothing behind', async () => {
    const chosen = join(directory, 'chosen');
    const child = startFixture('exitsWhileListening', [chosen]);
    const paths = JSON.parse(await firstLine(child)) as string[];
    expect(paths.map((path) => existsSync(path))).toEqual([true, true]);
    child.stdin.write('now');
    expect(await exitOf(child)).toEqual({ code: 5, signal: null });
    expect(paths.map((path) => existsSync(path))).toEqual([false, false]);
    expect(existsSync(dirname(paths[0] ?? ''))).toBe(false);
  });

  it('can listen from a worker thread', async () => {
    const child = startFixture('listensInWorker');
    const path = await firstLine(child);
    expect([modeOf(path), modeOf(dirname(path))]).toEqual([0o600, 0o700]);
    const peer = await connectRaw({ transport: 'unix', path });
    await peer.write(rawFrame({ event: 'there and back' }));
    expect((await peer.readToEnd()).toString('utf8', 8)).toBe('{"event":"there and back"}');
    peer.end();
    expect(await exitOf(child)).toEqual({ code: 0, signal: null });
    expect(existsSync(dirname(path))).toBe(false);
  });
});
