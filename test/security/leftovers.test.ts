import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { sweepPrivateDirectories } from '../../src/ipc/index.js';
import { hasEnded, ownMark } from '../../src/ipc/files/processMark.js';
import { PRIVATE_DIRECTORY } from '../../src/ipc/files/privateDirectory.js';
import { exitOf, killAndWait } from '../support/fixtureProcess.js';
import { server, stdioClient } from '../support/programs.js';
import { eventually, within } from '../support/within.js';
import { hasOtherUser, OTHER_UID, otherUserNote } from './support/otherUser.js';

const FIXTURE = fileURLToPath(new URL('fixtures/holdsEndpoint.mjs', import.meta.url));
const NAME = 'abcdefghijklmnopqrstuv';

/** The base in which the processes of a test make their directories. */
let base: string;

beforeEach(() => {
  base = mkdtempSync('/tmp/left-');
  const before = process.env.TMPDIR;
  process.env.TMPDIR = base;
  onTestFinished(() => {
    if (before === undefined) Reflect.deleteProperty(process.env, 'TMPDIR');
    else process.env.TMPDIR = before;
    rmSync(base, { recursive: true });
  });
});

interface Holder {
  readonly child: ChildProcessWithoutNullStreams;
  readonly files: readonly string[];
  readonly nextLine: () => Promise<string>;
}

/** Starts a process that listens. */
async function startHolder(how: string): Promise<Holder> {
  const child = spawn(process.execPath, [FIXTURE, how], { stdio: 'pipe' });
  onTestFinished(() => killAndWait(child));
  child.stderr.resume();
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => String((await within(lines.next(), 'a line', 10_000)).value);
  const files = JSON.parse(await nextLine()) as string[];
  return { child, files, nextLine };
}

describe.runIf(process.platform !== 'win32')('a process that listens', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
    'dies of %s, and leaves nothing',
    async (signal) => {
      const { child, files } = await startHolder('plain');
      expect(files.map((file) => existsSync(file))).toEqual([true, true]);
      child.kill(signal);
      expect(await exitOf(child)).toEqual({ code: null, signal });
      expect(readdirSync(base)).toEqual([]);
    },
  );

  it.each(['handler-before', 'handler-after', 'once-before'])(
    'leaves a signal to its embedder: %s',
    async (how) => {
      const { child, files, nextLine } = await startHolder(how);
      child.kill('SIGTERM');
      expect(await nextLine()).toBe('the embedder has finished');
      expect(await exitOf(child)).toEqual({ code: 7, signal: null });
      expect(files.map((file) => existsSync(file))).toEqual([false, false]);
    },
  );

  it('does not lose a signal to a library that waits for the last listener, as it does itself', async () => {
    const { child, nextLine } = await startHolder('signal-exit');
    child.kill('SIGTERM');
    expect(await nextLine()).toBe('signal-exit has cleaned up');
    expect(await exitOf(child)).toEqual({ code: null, signal: 'SIGTERM' });
    expect(readdirSync(base)).toEqual([]);
  });

  it('leaves nothing when it throws, and no listener when it is closed', async () => {
    const { child } = await startHolder('throws');
    child.stdin.write('now');
    expect((await exitOf(child)).code).toBe(1);
    expect(readdirSync(base)).toEqual([]);
    expect(await (await startHolder('closed')).nextLine()).toBe('[0,0,0,0]');
  });
});

describe.runIf(process.platform !== 'win32')('what a process had to leave', () => {
  it.each<[string, (holder: Holder) => void]>([
    ['plain', ({ child }) => child.kill('SIGKILL')],
    ['exit-process', ({ child }) => child.stdin.write('now')],
    ['exit-worker', ({ child }) => child.stdin.write('now')],
  ])('is swept once the process is gone, and not before: %s', async (how, end) => {
    const holder = await startHolder(how);
    expect(await sweepPrivateDirectories()).toEqual([]);
    end(holder);
    await exitOf(holder.child);
    // Node.js removes the socket of a thread that it ends, but neither the key nor the directories.
    expect(holder.files.map((file) => existsSync(file))).toEqual([how === 'plain', true]);
    expect((await sweepPrivateDirectories()).sort()).toEqual(
      holder.files.map((file) => dirname(file)).sort(),
    );
    expect(readdirSync(base)).toEqual([]);
  });

  it.each(['stdio', 'server'])(
    'is swept by an adapter over %s in the background, with what it serves unharmed',
    async (how) => {
      const [killed, living] = [await startHolder('plain'), await startHolder('plain')];
      killed.child.kill('SIGKILL');
      await exitOf(killed.child);
      if (how === 'server') await server();
      else await stdioClient().client.request('initialize', { adapterID: 'test' });
      await eventually(() => !killed.files.some((file) => existsSync(dirname(file))), 'the sweep', 15_000);
      expect(living.files.map((file) => existsSync(file))).toEqual([true, true]);
    },
  );
});

describe.runIf(process.platform === 'linux')('a sweep', () => {
  /** A name that a process which has ended gave to a directory. */
  async function deadName(): Promise<string> {
    const { child, files } = await startHolder('plain');
    child.kill('SIGKILL');
    await exitOf(child);
    const name = basename(dirname(files[0] ?? ''));
    for (const file of files) rmSync(dirname(file), { recursive: true });
    return name;
  }

  async function leftover(make: (path: string) => void = () => undefined, mode = 0o700): Promise<string> {
    const path = join(base, await deadName());
    mkdirSync(path, { mode });
    chmodSync(path, mode);
    make(path);
    return path;
  }

  it.each<[string, (path: string) => void, number?]>([
    [
      'two files',
      (path) => [NAME, NAME.toUpperCase()].forEach((name) => writeFileSync(join(path, name), '')),
    ],
    ['a file that is not ours by its name', (path) => writeFileSync(join(path, 'precious'), '')],
    ['a directory', (path) => mkdirSync(join(path, NAME))],
    ['a link', (path) => symlinkSync('/etc/passwd', join(path, NAME))],
    ['other permissions', () => undefined, 0o755],
  ])('leaves a directory with %s as it is', async (_, make, mode) => {
    const path = await leftover(make, mode);
    const before = readdirSync(path);
    expect(await sweepPrivateDirectories()).toEqual([]);
    expect(readdirSync(path)).toEqual(before);
  });

  it('removes one that is empty, or has one file or socket', async () => {
    const empty = await leftover();
    const full = await leftover((path) => writeFileSync(join(path, NAME), ''));
    expect((await sweepPrivateDirectories()).sort()).toEqual([empty, full].sort());
  });

  it('follows no link, and touches no other name', async () => {
    const target = join(base, 'target');
    mkdirSync(target, { mode: 0o700 });
    writeFileSync(join(target, NAME), '');
    symlinkSync(target, join(base, await deadName()));
    const names = ['dai-Kx3f2q', 'dai-', 'dai-000000-1-1', 'x'];
    for (const name of names) mkdirSync(join(base, name), { mode: 0o700 });
    expect(await sweepPrivateDirectories()).toEqual([]);
    expect(existsSync(join(target, NAME))).toBe(true);
    for (const name of names) expect(existsSync(join(base, name))).toBe(true);
  });

  it('leaves what belongs to processes that it cannot see: other containers, other boots', async () => {
    const name = await deadName();
    const elsewhere = name.replace(/^dai-.{6}/, 'dai-abcdef');
    mkdirSync(join(base, elsewhere), { mode: 0o700 });
    expect(await sweepPrivateDirectories()).toEqual([]);
    expect(existsSync(join(base, elsewhere))).toBe(true);
  });

  it('knows a process by its start as well as by its id, and a zombie has ended', async () => {
    const [space, pid, start = ''] = ownMark().split('-');
    expect(hasEnded(ownMark())).toBe(false);
    expect(hasEnded([space, pid, `${start}1`].join('-'))).toBe(true);
    expect(hasEnded([space, pid, '0'].join('-'))).toBe(false);
    for (const id of ['0', '1', '']) expect(hasEnded([space, id, start].join('-'))).toBe(false);
    expect(PRIVATE_DIRECTORY.exec(await deadName())?.[1]).toBeDefined();
  });

  it('stops when it is asked to', async () => {
    const path = await leftover();
    expect(await sweepPrivateDirectories({ signal: AbortSignal.abort() })).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });

  it.runIf(hasOtherUser)(`leaves what belongs to another user${otherUserNote}`, async () => {
    const theirs = await leftover();
    chownSync(theirs, OTHER_UID, OTHER_UID);
    const inside = await leftover((path) => {
      writeFileSync(join(path, NAME), '');
      chownSync(join(path, NAME), OTHER_UID, OTHER_UID);
    });
    expect(await sweepPrivateDirectories()).toEqual([]);
    expect([existsSync(theirs), existsSync(join(inside, NAME))]).toEqual([true, true]);
    chownSync(base, OTHER_UID, OTHER_UID);
    const own = await leftover();
    expect(await sweepPrivateDirectories()).toEqual([]);
    expect(existsSync(own)).toBe(true);
  });
});
