import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { projectPath } from '../support/cliProcess.js';
import { eventually, within } from '../support/within.js';

/** Prints what the program finds in its environment, and goes on until its stdin ends. */
const SHOWS_ENVIRONMENT = `
  const names = ['XDG_RUNTIME_DIR', 'TMPDIR', 'TEMP', 'TMP', 'HOME', 'NODE_OPTIONS', 'OTHER'];
  console.log(JSON.stringify(Object.fromEntries(names.map((name) => [name, process.env[name]]))));
  process.stdin.resume();
`;
const START_MS = 15_000;

interface Launched {
  readonly keyFile: string;
  readonly address: string;
  readonly environment: Record<string, string>;
}

/** A command that runs another one where /tmp cannot be written. */
const READ_ONLY_TMP = [
  'unshare',
  '--mount',
  'sh',
  '-c',
  'mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp && exec "$@"',
  'sh',
];
const [unshare = '', ...mounting] = READ_ONLY_TMP;
const canMount = spawnSync(unshare, [...mounting, 'true']).status === 0;

function scratch(base = tmpdir()): string {
  const directory = realpathSync(mkdtempSync(join(base, 'dirs-')));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

function start(env: NodeJS.ProcessEnv, under: readonly string[]) {
  const launch = [process.execPath, projectPath('dist/bin.cjs'), 'launch', '--listen', 'auto', '--no-wait'];
  const [command = '', ...args] = [...under, ...launch, '--code', SHOWS_ENVIRONMENT];
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const closed = once(child, 'close') as Promise<[number | null]>;
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  return { child, said, closed };
}

/** Starts a program that listens, and ends it. */
async function launched(env: NodeJS.ProcessEnv, under: readonly string[] = []): Promise<Launched> {
  const { child, said, closed } = start(env, under);
  const isReady = (): boolean => said.stdout.includes('\n') && said.stderr.includes('to the configuration');
  await eventually(isReady, 'the program listens', START_MS).catch(() => {
    throw new Error(`it does not listen: ${said.stderr}`);
  });
  const [, address = ''] = /attach at (\S+)/.exec(said.stderr) ?? [];
  const [, keyFile = ''] = /key file\s+(\S+)/.exec(said.stderr) ?? [];
  expect([existsSync(keyFile), existsSync(address)]).toEqual([true, true]);
  child.stdin.end();
  await within(closed, 'the program ends', START_MS);
  expect([existsSync(keyFile), existsSync(address)]).toEqual([false, false]);
  return { keyFile, address, environment: JSON.parse(said.stdout) as Record<string, string> };
}

describe.skipIf(process.platform === 'win32')(
  'a program that listens (on Windows pipes need no directory)',
  () => {
    it.each(['XDG_RUNTIME_DIR', 'TMPDIR', 'TMP', 'TEMP'])(
      'has its private files where %s says',
      async (name) => {
        const directory = scratch();
        const { keyFile, address } = await launched({ [name]: directory });
        expect([dirname(dirname(keyFile)), dirname(dirname(address))]).toEqual([directory, directory]);
      },
    );

    it('finds its own environment unchanged', async () => {
      const directory = scratch();
      const given = { XDG_RUNTIME_DIR: directory, TMPDIR: directory, HOME: directory, OTHER: 'x' };
      expect((await launched(given)).environment).toEqual(given);
    });

    it.skipIf(!canMount)(
      'needs no /tmp where there is another directory (skipped without mounts)',
      async () => {
        const directory = scratch('/var/tmp');
        const { keyFile } = await launched({ XDG_RUNTIME_DIR: directory }, READ_ONLY_TMP);
        expect(dirname(dirname(keyFile))).toBe(directory);
      },
    );

    it.skipIf(!canMount)(
      'has its socket at the next place where the first has room for the key alone (skipped without mounts)',
      async () => {
        const [full, next] = [scratch('/var/tmp'), scratch('/var/tmp')];
        // Nodes for the root, the key with its directory, and the directory of the socket.
        const mount = 'mount -t tmpfs -o nr_inodes=4,mode=700 tmpfs "$XDG_RUNTIME_DIR" && exec "$@"';
        const under = ['unshare', '--mount', 'sh', '-c', mount, 'sh'];
        const { said, child, closed } = start({ XDG_RUNTIME_DIR: full, TMPDIR: next }, under);
        await eventually(() => said.stderr.includes('to the configuration'), 'it listens', START_MS);
        expect(/attach at (\S+)/.exec(said.stderr)?.[1]).toMatch(new RegExp(`^${next}/`));
        expect(/key file\s+(\S+)/.exec(said.stderr)?.[1]).toMatch(new RegExp(`^${full}/`));
        child.stdin.end();
        await within(closed, 'the program ends', START_MS);
      },
    );

    it.skipIf(!canMount)(
      'names each directory that cannot be used, why, and the way out (skipped without mounts)',
      async () => {
        const missing = join(scratch('/var/tmp'), 'missing');
        const { said, closed } = start({ XDG_RUNTIME_DIR: missing }, READ_ONLY_TMP);
        expect((await within(closed, 'the launcher ends', START_MS))[0]).toBe(1);
        expect(said.stderr).toMatch(/^debug-adapter-ipc launch: cannot listen for adapters: /);
        expect(said.stderr).toContain(missing);
        expect(said.stderr).toMatch(/ENOENT/);
        expect(said.stderr).toMatch(/EROFS.*\/tmp/);
        expect(said.stdout).toBe('');
      },
    );
  },
);
