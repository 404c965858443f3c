import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deliverKey, takeLauncherKey } from '../../src/ipc/authentication/launcherKey.js';
import { parseLauncherArgs } from '../../src/ipc/session/launcherArgs.js';
import { recordingLogger } from '../support/recordingLogger.js';
import { rejectionOf, thrownBy } from '../support/rejection.js';
import { eventually, within } from '../support/within.js';
import { localTransport, posix } from '../support/platform.js';
import { exitCodeOf, procFile, startLauncher } from './support/launcher.js';
import { connectStranger, managerFor, randomKey, readToTheEnd } from './support/sessions.js';

const FILE = 'DEBUG_ADAPTER_IPC_KEY_FILE';
const INLINE = 'DEBUG_ADAPTER_IPC_KEY';

/** Every form in which a key could show. Parts of it would be enough to give it away. */
function formsOf(key: Buffer): string[] {
  const hex = key.toString('hex');
  return [
    hex.slice(0, 24),
    hex.slice(24, 48).toUpperCase(),
    key.toString('base64').slice(0, 24),
    key.toString('base64url').slice(0, 24),
    key.toString('latin1').slice(0, 12),
    (hex.match(/../g) ?? []).slice(0, 12).join(' '),
    [...key].slice(0, 12).join(', '),
    [...key].slice(0, 12).join(','),
  ];
}

function expectNoKeyIn(text: string, key: Buffer): void {
  for (const form of formsOf(key)) expect(text).not.toContain(form);
}

/** A key laid out in a file; withdrawn when the test ends. */
function delivered(key: Buffer = randomKey()): {
  env: Record<string, string>;
  path: string;
  withdraw: () => void;
} {
  const { env, withdraw } = deliverKey(key, 'file');
  onTestFinished(withdraw);
  return { env, path: env[FILE] ?? '', withdraw };
}

/** What to put in the place of a key file. */
const NAMED_PIPE: [string, (path: string) => unknown] = [
  'a named pipe, which would block',
  (path) => execFileSync('mkfifo', [path]),
];

describe('a key that is delivered by file', () => {
  it.runIf(posix)('is readable by its owner alone, in a directory of its own, whatever the mask', () => {
    const before = process.platform === 'win32' ? 0 : 0o077;
    expect(before).toBeGreaterThanOrEqual(0);
    const key = randomKey();
    const { env, path } = delivered(key);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    expect(lstatSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(path))).toHaveLength(1);
    expect(readFileSync(path, 'utf8')).toBe(key.toString('hex'));
    expectNoKeyIn(JSON.stringify(env), key);
    expect(Object.keys(env)).toEqual([FILE]);
  });

  it('is gone from file and environment when it has been taken', () => {
    const key = randomKey();
    const { env, path, withdraw } = delivered(key);
    const own: NodeJS.ProcessEnv = { ...env, [INLINE]: 'left over', OTHER: 'kept' };
    expect(takeLauncherKey(own)).toEqual(key);
    expect(own).toEqual({ OTHER: 'kept' });
    expect(existsSync(path)).toBe(false);
    withdraw();
    expect(existsSync(dirname(path))).toBe(false);
  });

  it('is gone, with its directory, when it is withdrawn, however often', () => {
    const { path, withdraw } = delivered();
    withdraw();
    withdraw();
    expect(existsSync(dirname(path))).toBe(false);
  });

  it('can be taken once', () => {
    const { env } = delivered();
    const own: NodeJS.ProcessEnv = { ...env };
    takeLauncherKey(own);
    expect(takeLauncherKey(own)).toBeUndefined();
    const error = thrownBy(() => takeLauncherKey({ ...env }));
    expect(error.code).toBe('ERR_IPC_KEY');
    expect(error.message).toContain('was it taken already?');
  });

  it('leaves alone what somebody else put beside it', () => {
    const { path, withdraw } = delivered();
    const foreign = join(dirname(path), 'foreign');
    writeFileSync(foreign, '');
    withdraw();
    expect(existsSync(path)).toBe(false);
    expect(existsSync(foreign)).toBe(true);
    rmSync(dirname(path), { recursive: true });
  });

  it('is gone when the process that laid it out exits in the middle', async () => {
    const url = new URL('../../dist/ipc/index.js', import.meta.url).href;
    const script = `const { IPCManager } = await import(${JSON.stringify(url)});
      const ipc = new IPCManager();
      await ipc.createListener();
      process.stdout.write(Object.values(ipc.launcherEnv)[0]);
      process.exit(3);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    let path = '';
    child.stdout.on('data', (text) => (path += String(text)));
    const [code] = (await within(once(child, 'close'), 'the process exits')) as [number];
    expect(code).toBe(3);
    expect(path).toContain(tmpdir());
    expect(existsSync(dirname(path))).toBe(false);
  });

  it.each<[string, (path: string, target: string) => unknown]>([
    ['a link to a file that holds a key', (path: string, target: string) => symlinkSync(target, path)],
    ['a link to nowhere', (path: string) => symlinkSync(`${path}-nowhere`, path)],
    ['a directory', (path: string) => mkdirSync(path)],
    ...(posix ? [NAMED_PIPE] : []),
  ])('is not taken from %s in its place', (_, replace) => {
    const scratch = mkdtempSync(join(tmpdir(), 'key-'));
    onTestFinished(() => {
      rmSync(scratch, { recursive: true });
    });
    const target = join(scratch, 'target');
    writeFileSync(target, randomKey().toString('hex'));
    const path = join(scratch, 'key');
    replace(path, target);
    expect(thrownBy(() => takeLauncherKey({ [FILE]: path })).code).toBe('ERR_IPC_KEY');
    expect(existsSync(target)).toBe(true);
    expect(lstatSync(path)).toBeDefined();
  });

  it('is not taken from a file that another process replaced by a link after it was delivered', () => {
    const { env, path } = delivered();
    const precious = join(mkdtempSync(join(tmpdir(), 'key-')), 'precious');
    writeFileSync(precious, 'not a key');
    unlinkSync(path);
    symlinkSync(precious, path);
    expect(thrownBy(() => takeLauncherKey({ ...env })).code).toBe('ERR_IPC_KEY');
    expect(readFileSync(precious, 'utf8')).toBe('not a key');
    rmSync(dirname(precious), { recursive: true });
    // The link is not the file that was delivered, so it stays, unless it was given that file's inode number.
    rmSync(dirname(path), { recursive: true });
  });
});

describe('a key that is none', () => {
  const good = randomKey().toString('hex');
  it.each([
    ['empty', ''],
    ['too short by a digit', good.slice(1)],
    ['too long by a digit', `${good}0`],
    ['with a digit that is none', `${good.slice(0, 63)}g`],
    ['in base64', Buffer.from(good, 'hex').toString('base64')],
    ['with a gap', `${good.slice(0, 31)} ${good.slice(31)}`],
    ['with a prefix', `0x${good.slice(2)}`],
  ])('is refused without being told: %s', (_, text) => {
    const { path } = delivered();
    writeFileSync(path, text);
    for (const env of [{ [FILE]: path }, { [INLINE]: text }]) {
      const error = thrownBy(() => takeLauncherKey({ ...env }));
      expect(error.code).toBe('ERR_IPC_KEY');
      expectNoKeyIn(inspect(error, { depth: Infinity }), Buffer.from(good, 'hex'));
    }
  });

  it('is only that: blanks around a key, and capital digits, are none of it', () => {
    expect(takeLauncherKey({ [INLINE]: ` ${good.toUpperCase()}\n` })).toEqual(Buffer.from(good, 'hex'));
  });
});

describe('a key that is delivered in the environment', () => {
  it('is removed from there when it has been taken', () => {
    const key = randomKey();
    const { env } = deliverKey(key, 'env');
    const own: NodeJS.ProcessEnv = { ...env };
    expect(takeLauncherKey(own)).toEqual(key);
    expect(own).toEqual({});
  });

  it.runIf(process.platform === 'linux')(
    'lets the launcher in; its children do not have it, but its own /proc/PID/environ keeps it',
    async () => {
      const key = randomKey();
      const manager = managerFor();
      await manager.createListener({ transport: localTransport, key, keyDelivery: 'env' });
      const launcher = startLauncher(manager);
      const { pid, env } = await launcher.ask('who');
      expect(Object.keys(env as object)).not.toContain(INLINE);
      expect(procFile(pid, 'environ')).toContain(key.toString('hex'));
      const child = await launcher.ask('spawn');
      expectNoKeyIn(procFile(child.pid, 'environ'), key);
      expect(procFile(child.pid, 'environ')).not.toContain(INLINE);
    },
  );
});

describe.runIf(process.platform === 'linux')('a whole session', () => {
  it.each([localTransport, 'tcp'])('over %s shows the key nowhere', async (transport) => {
    const key = randomKey();
    const logger = recordingLogger();
    const manager = managerFor({ logger });
    const args = await manager.createListener({ transport, key });
    const path = manager.launcherEnv[FILE] ?? '';
    const stranger = await connectStranger(manager.listening?.endpoint ?? { transport: 'fd', fd: 3 });
    stranger.write('GET / HTTP/1.1\r\n\r\n');
    await readToTheEnd(stranger);

    const launcher = startLauncher(manager);
    const { pid, env, argv } = await launcher.ask('who');
    expect(existsSync(path)).toBe(false);
    expect(existsSync(dirname(path))).toBe(false);
    const child = await launcher.ask('spawn');
    const seen = {
      args,
      argv,
      env,
      cmdline: procFile(pid, 'cmdline'),
      environ: procFile(pid, 'environ'),
      childsCmdline: procFile(child.pid, 'cmdline'),
      childsEnviron: procFile(child.pid, 'environ'),
    };
    expect(Object.keys(env as object)).not.toContain(FILE);
    expect(seen.childsEnviron).not.toContain(FILE);
    await within(manager.cleanup(), 'the session ends');
    expect(await exitCodeOf(launcher)).toBe(0);

    expect(launcher.stderr()).toContain('connected');
    expect(logger.entries.length).toBeGreaterThan(2);
    expectNoKeyIn(Object.values(seen).map(String).join('\n'), key);
    expectNoKeyIn(JSON.stringify(seen), key);
    expectNoKeyIn(launcher.stderr(), key);
    expectNoKeyIn(inspect(logger.entries, { depth: Infinity, maxArrayLength: Infinity }), key);
    expectNoKeyIn(JSON.stringify(logger.entries), key);
  });

  it('that fails on another key shows neither of the two', async () => {
    const [adapterKey, launcherKey] = [randomKey(), randomKey()];
    const logger = recordingLogger();
    const manager = managerFor({ logger });
    await manager.createListener({ transport: localTransport, key: adapterKey });
    writeFileSync(manager.launcherEnv[FILE] ?? '', launcherKey.toString('hex'));
    const launcher = startLauncher(manager);
    const error = await rejectionOf(manager.connected);
    expect(error.code).toBe('ERR_IPC_LAUNCHER_EXITED');
    expect(error.message).toContain('ERR_IPC_AUTHENTICATION');
    expect(await exitCodeOf(launcher)).toBe(1);
    const all = [
      launcher.stderr(),
      inspect(error, { depth: Infinity }),
      inspect(logger.entries, { depth: Infinity }),
    ];
    for (const key of [adapterKey, launcherKey]) expectNoKeyIn(all.join('\n'), key);
  });
});

describe('whoever logs a manager or a connection', () => {
  it.each(['file', 'env'] as const)('does not log the key, delivered by %s', async (keyDelivery) => {
    const key = randomKey();
    const [adapter, launcher] = [managerFor(), managerFor()];
    const args = await adapter.createListener({ transport: localTransport, key, keyDelivery });
    adapter.startReader(() => undefined, { accept: true });
    await launcher.connect({ ...parseLauncherArgs(args).config, key });
    await within(adapter.connected, 'the launcher is in');
    for (const logged of [adapter, launcher, adapter.listening]) {
      expectNoKeyIn(inspect(logged, { depth: Infinity, maxArrayLength: Infinity }), key);
      expectNoKeyIn(JSON.stringify(logged), key);
    }
  });
});

describe('an IPCManager', () => {
  it('makes another key for each session', async () => {
    const keys = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      const manager = managerFor();
      await manager.createListener({ transport: localTransport });
      keys.add(readFileSync(manager.launcherEnv[FILE] ?? '', 'utf8'));
    }
    expect(keys.size).toBe(20);
    for (const hex of keys) expect(hex).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['is cleaned up', (manager: ReturnType<typeof managerFor>) => manager.cleanup()],
    [
      'gives up waiting',
      async (manager: ReturnType<typeof managerFor>) => {
        manager.startReader(() => undefined, { accept: true, timeoutMs: 20 });
        await rejectionOf(manager.connected);
      },
    ],
  ])('takes the key back when it %s', async (_, end) => {
    const manager = managerFor();
    await manager.createListener({ transport: localTransport });
    const path = manager.launcherEnv[FILE] ?? '';
    expect(existsSync(path)).toBe(true);
    await end(manager);
    await eventually(() => !existsSync(dirname(path)), 'the key and its directory are gone');
  });

  it('lays out no key where it cannot listen, nor with authentication off', async () => {
    const failing = managerFor();
    await rejectionOf(failing.createListener({ transport: 'unix', path: '/nowhere/at/all' }));
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('dai-'))).toEqual([]);
    const open = managerFor();
    await open.createListener({ transport: 'tcp', auth: 'off' });
    expect(open.launcherEnv).toEqual({});
  });

  it('says in the log that authentication is off', async () => {
    const logger = recordingLogger();
    await managerFor({ logger }).createListener({ transport: localTransport, auth: 'off' });
    expect(logger.entries).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: expect.stringContaining('authentication is off') as unknown,
      }),
    );
  });
});
