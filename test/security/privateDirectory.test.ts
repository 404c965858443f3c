import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { IPCManager, makePrivateDirectory } from '../../src/ipc/index.js';
import { whyUnsafe } from '../../src/ipc/files/baseDirectory.js';
import { inPrivateDirectory } from '../../src/ipc/files/privateDirectory.js';
import { arbitraryAddress } from '../../src/ipc/multiprocessing/address.js';
import { thrownBy } from '../support/rejection.js';
import { within } from '../support/within.js';
import { hasOtherUser, OTHER_UID, otherUserNote, runAsOther, startAsOther } from './support/otherUser.js';

const LAUNCHES = 200;
const isPosix = process.platform !== 'win32';

/** A directory of the test's own, in which bases are made. */
let directory: string;

beforeEach(() => {
  directory = mkdtempSync('/tmp/base-');
  chmodSync(directory, 0o755);
  onTestFinished(() => rmSync(directory, { recursive: true }));
});

function base(name: string, mode: number, uid = process.getuid?.() ?? 0): string {
  const path = join(directory, name);
  mkdirSync(path);
  chownSync(path, uid, uid);
  chmodSync(path, mode);
  return path;
}

/** Sets variables until the test ends. */
function setVariables(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    onTestFinished(() => {
      if (before === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before;
    });
  }
}

/** The base in which a new private directory is made. */
function chosenBase(env: NodeJS.ProcessEnv): string {
  const made = makePrivateDirectory(env);
  made.remove();
  return dirname(dirname(made.path));
}

describe.runIf(isPosix)('a base for private directories', () => {
  it.each<[string, number, boolean]>([
    ['of this user', 0o700, true],
    ['that others can read', 0o755, true],
    ['that others can write to', 0o777, false],
    ['that the group can write to', 0o775, false],
    ['that others can write to, but sticky', 0o1777, true],
  ])('%s (%o) is used: only if nobody else can replace what is in it', (_, mode, isUsed) => {
    const path = base('b', mode);
    expect(chosenBase({ XDG_RUNTIME_DIR: path }) === path).toBe(isUsed);
    expect(readdirSync(path)).toEqual([]);
  });

  it('is checked with all directories above it, and the links on the way', () => {
    const open = base('open', 0o777);
    mkdirSync(join(open, 'inner'), { mode: 0o700 });
    expect(whyUnsafe(join(open, 'inner'))).toBe(
      `is in ${open}, which can be written to by other users, and is not sticky`,
    );
    const safe = base('safe', 0o700);
    symlinkSync(safe, join(directory, 'link'));
    expect(whyUnsafe(join(directory, 'link'))).toBeUndefined();
    expect(chosenBase({ XDG_RUNTIME_DIR: join(directory, 'link') })).toBe(join(directory, 'link'));
    symlinkSync(join(open, 'inner'), join(directory, 'unsafe-link'));
    expect(whyUnsafe(join(directory, 'unsafe-link'))).toContain(`is in ${open}`);
    symlinkSync('loop', join(directory, 'loop'));
    expect(whyUnsafe(join(directory, 'loop'))).toMatch(/too many symbolic links/);
    expect(whyUnsafe(`${safe}/../open/inner/..`)).toContain('can be written to');
  });

  it.each(['relative', '.', '../up', ''])('with the relative path %j is ignored', (path) => {
    expect(chosenBase({ XDG_RUNTIME_DIR: path })).toBe(process.env.TMPDIR);
    setVariables({ TMPDIR: path, XDG_RUNTIME_DIR: path });
    expect(chosenBase(process.env)).toBe('/tmp');
    expect(arbitraryAddress('AF_UNIX')).toMatch(/^\/tmp\/dai-/);
  });

  it('that cannot be had is named in the error, with the reason for each', () => {
    const open = base('open', 0o777);
    const safe = base('safe', 0o700);
    setVariables({ XDG_RUNTIME_DIR: open, TMPDIR: safe });
    const tried: string[] = [];
    const error = thrownBy(() =>
      inPrivateDirectory(({ path }) => {
        tried.push(dirname(dirname(path)));
        throw new Error('no space is left');
      }),
    );
    expect(tried).toEqual([safe, '/tmp']);
    expect(readdirSync(safe)).toEqual([]);
    expect(error.code).toBe('ERR_IPC_LISTEN');
    expect(error.message).toContain(
      `${open} (XDG_RUNTIME_DIR): can be written to by other users, and is not sticky; ` +
        `${safe} (the temporary directory): no space is left; /tmp (the system): no space is left. ` +
        'Set XDG_RUNTIME_DIR or TMPDIR to a directory that belongs to this user',
    );
  });

  it('is private at once, whatever the mask of the process', async () => {
    const before = process.umask(0o777);
    onTestFinished(() => void process.umask(before));
    const manager = new IPCManager();
    onTestFinished(() => manager.cleanup());
    await manager.createListener({ transport: 'unix' });
    expect(process.umask()).toBe(0o777);
    const key = manager.launcherEnv.DEBUG_ADAPTER_IPC_KEY_FILE ?? '';
    expect([modeOf(key), modeOf(dirname(key))]).toEqual([0o600, 0o700]);
  });

  it('changes no mask while a private socket is made: other threads make files at the same time', () => {
    const before = process.umask(0o022);
    onTestFinished(() => void process.umask(before));
    const manager = new IPCManager();
    onTestFinished(() => manager.cleanup());
    const real = process.umask.bind(process);
    const original: unknown = Reflect.get(process, 'umask');
    const masks: unknown[] = [];
    process.umask = ((mask?: number) => {
      if (mask !== undefined) masks.push(mask);
      return mask === undefined ? real() : real(mask);
    }) as typeof process.umask;
    onTestFinished(() => void Reflect.set(process, 'umask', original));
    return manager.createListener({ transport: 'unix' }).then(() => expect(masks).toEqual([]));
  });
});

function modeOf(path: string): number {
  return lstatSync(path).mode & 0o777;
}

describe.runIf(hasOtherUser)(`a base of another user, who swaps what is made there${otherUserNote}`, () => {
  it.each<[string, number, number, boolean]>([
    ['which that user owns', 0o700, OTHER_UID, false],
    ['which that user owns, open and sticky', 0o1777, OTHER_UID, false],
    ['which all can write to', 0o777, 0, false],
    ['which all can write to, and is sticky', 0o1777, 0, true],
  ])('%s: of 200 launches not one gets a swapped directory', async (_, mode, owner, isUsed) => {
    const path = base('swapped', mode, owner);
    setVariables({ XDG_RUNTIME_DIR: path, TMPDIR: path });
    const attacker = startAsOther('swaps', [path]);
    const lines = createInterface(attacker.stdout);
    await within(once(lines, 'line'), 'the attacker watches');
    for (let launch = 0; launch < LAUNCHES; launch += 1) {
      const manager = new IPCManager();
      const args = await manager.createListener({ transport: 'unix' });
      const key = manager.launcherEnv.DEBUG_ADAPTER_IPC_KEY_FILE ?? '';
      for (const file of [key, args.at(-1) ?? '']) {
        expect(dirname(dirname(file)) === path).toBe(isUsed);
        for (const made of [file, dirname(file)]) expect(lstatSync(made).uid).toBe(process.getuid?.());
      }
      await manager.cleanup();
    }
    attacker.stdin.write('stop\n');
    const [report] = (await within(once(lines, 'line'), 'the attacker reports')) as [string];
    expect(JSON.parse(report)).toMatchObject({ swaps: 0 });
    expect(readdirSync(path)).toEqual([]);
  });

  it('is not reached by a link of that user either', () => {
    const open = base('open', 0o1777);
    const link = join(open, 'link');
    symlinkSync(base('mine', 0o700), link);
    expect(whyUnsafe(link)).toBeUndefined();
    runAsOther('ln', '-s', join(directory, 'mine'), join(open, 'theirs'));
    expect(whyUnsafe(join(open, 'theirs'))).toMatch(/a symbolic link of user 65534/);
    writeFileSync(join(open, 'file'), '');
    expect(whyUnsafe(join(open, 'file'))).toBe('is not a directory');
  });
});
