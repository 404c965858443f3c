import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IPCManager } from '../../src/ipc/index.js';
import { AdapterStandIn, ProcessRecord } from '../support/launcher/adapterStandIn.js';
import { pythonsFrom } from '../support/pythons.js';
import { program } from '../support/programs.js';

const LAUNCHER = fileURLToPath(new URL('../../examples/pythonLauncher/launcher.py', import.meta.url));
const STEPS = program('python/steps.py');
const FRAMING = ['--ipc-framing', 'length-prefix'];
const KEY = '5e'.repeat(32);

function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'launcher-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function initialized(command: string, path: string, ...args: string[]): Promise<AdapterStandIn> {
  const config = { framing: 'length-prefix' as const };
  const launcher = [LAUNCHER];
  const adapter = await AdapterStandIn.initialized({
    command,
    launcher,
    config,
    args: ['--program', path, ...args],
  });
  onTestFinished(() => adapter[Symbol.asyncDispose]());
  return adapter;
}

/** Starts the launcher with a key of ours. */
function startWith(command: string, args: readonly string[]): ProcessRecord {
  const env = { ...process.env, DEBUG_ADAPTER_IPC_KEY: KEY };
  const child = spawn(command, [LAUNCHER, ...args, '--program', STEPS], { stdio: 'pipe', env });
  onTestFinished(() => void child.kill('SIGKILL'));
  return new ProcessRecord(child);
}

function framed(payload: Buffer | string): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(4);
  header.writeInt32BE(bytes.length);
  return Buffer.concat([header, bytes]);
}

/** A listener that answers each frame it gets by the next of these, and keeps the frames. */
async function impostor(answers: readonly Buffer[]): Promise<{ port: number; heard: () => string }> {
  const sockets: Socket[] = [];
  const heard: Buffer[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    let at = 0;
    const answer = (): void => void socket.write(answers[at++] ?? Buffer.alloc(0));
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk);
      answer();
    });
    answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as { port: number };
  return { port, heard: () => Buffer.concat(heard).toString('latin1') };
}

describe.each(pythonsFrom([3, 8]))('the launcher under $name', ({ command }) => {
  describe.skipIf(command === '')('on the wire', () => {
    it('gives every command one response, whatever it says', async () => {
      const adapter = await initialized(command, STEPS);
      const refused = [
        ['nonsense', {}, 'Unknown command: nonsense'],
        ['stackTrace', { threadId: 1 }, 'the program is not stopped'],
        ['continue', { threadId: 1 }, 'the program is not stopped'],
        ['setBreakpoints', {}, "KeyError: 'source'"],
        ['setBreakpoints', { source: { path: STEPS }, breakpoints: [{ line: 'x' }] }, 'TypeError'],
      ] as const;
      for (const [name, args, message] of refused) {
        const response = await adapter.request(name, args);
        expect(response.success).toBe(false);
        expect(response.message).toContain(message);
      }
      await adapter.runTo(STEPS, 21);
      // While the first is at work the others queue up, so that the last comes too late.
      const last = await Promise.all([
        adapter.request('evaluate', { expression: "__import__('time').sleep(0.2)" }),
        adapter.request('continue'),
        adapter.request('stackTrace', { threadId: 1 }),
      ]);
      expect(last.map(({ success }) => success)).toEqual([true, true, false]);
      await adapter.event('stopped');
      await adapter.ask('setBreakpoints', { source: { path: STEPS }, breakpoints: [] });
      await adapter.ask('continue');
      expect(await adapter.event('exited')).toEqual({ exitCode: 0 });
      await adapter.event('terminated');
      expect(await adapter.manager.closed).toMatchObject({ clean: true });
      const ids = adapter.messages.filter(({ event }) => event === 'response').map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(await adapter.process.end()).toMatchObject({ code: 0, stdout: 'total 26\n' });
    });

    it('ends with code 1, the program not begun, when the adapter leaves before that', async () => {
      const adapter = await initialized(command, STEPS);
      await adapter.manager.cleanup();
      const { code, stdout, stderr } = await adapter.process.end();
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toBe('launcher.py: the adapter left before the program began\n');
    });

    it('refuses to debug where it runs without debugger, and ends the program all the same', async () => {
      const adapter = await initialized(command, program('python/handlesSigterm.py'), '--no-debug');
      await adapter.process.printed('running');
      expect((await adapter.request('setBreakpoints', { source: { path: STEPS } })).success).toBe(false);
      expect((await adapter.request('pause')).success).toBe(false);
      expect((await adapter.request('threads')).success).toBe(true);
      await adapter.ask('terminate');
      expect(await adapter.event('exited')).toEqual({ exitCode: 6 });
      expect((await adapter.process.end()).code).toBe(6);
    });
  });

  describe.skipIf(command === '')('that cannot begin', () => {
    it('ends with code 1 when it has another key', async () => {
      const manager = new IPCManager();
      onTestFinished(() => manager.cleanup());
      const args = await manager.createListener({ framing: 'length-prefix' });
      manager.startReader(() => undefined, { accept: true });
      const { code, stdout, stderr } = await startWith(command, args).end();
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^launcher\.py: cannot connect to the adapter: /);
      expect(stderr).not.toContain(KEY);
    });

    it('ends with code 1 when the adapter does not prove that it has the key', async () => {
      const challenge = framed(Buffer.concat([Buffer.from('#CHALLENGE#{sha256}'), Buffer.alloc(40, 7)]));
      const proof = framed(Buffer.concat([Buffer.from('{sha256}'), Buffer.alloc(32)]));
      const { port, heard } = await impostor([challenge, framed('#WELCOME#'), proof]);
      const { code, stdout } = await startWith(command, [
        '--ipc=tcp',
        `--ipc-port=${port}`,
        ...FRAMING,
      ]).end();
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(heard()).toContain('#CHALLENGE#{sha256}');
      expect(heard()).not.toContain('#WELCOME#');
    });

    it('ends with code 1 when nobody listens, and has taken the key file all the same', () => {
      const directory = scratchDirectory();
      const [file, link] = [join(directory, 'key'), join(directory, 'link')];
      writeFileSync(file, KEY, { mode: 0o600 });
      symlinkSync(file, link);
      const start = (path: string) =>
        spawnSync(
          command,
          [LAUNCHER, '--ipc', 'unix', '--ipc-path', join(directory, 's'), ...FRAMING, '--program', STEPS],
          { encoding: 'utf8', env: { ...process.env, DEBUG_ADAPTER_IPC_KEY_FILE: path } },
        );
      const refused = start(link);
      expect(refused).toMatchObject({ status: 1, stdout: '' });
      expect(refused.stderr).toContain('not in a plain file');
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      expect(start(file)).toMatchObject({ status: 1, stdout: '' });
      expect(existsSync(file)).toBe(false);
      expect(start(file).stderr).toContain('cannot connect to the adapter');
    });

    it.each<[string, (file: string) => void, string]>([
      ['that others can read', (file) => chmodSync(file, 0o644), 'open to other users'],
      ['with a second name', (file) => linkSync(file, `${file}2`), 'not in a plain file with one name'],
      ['that is a pipe', (file) => (rmSync(file), execFileSync('mkfifo', [file])), 'not in a plain file'],
    ])('ends with code 1 for a key file %s', (_, spoil, why) => {
      const file = join(scratchDirectory(), 'key');
      writeFileSync(file, KEY, { mode: 0o600 });
      spoil(file);
      const args = [LAUNCHER, '--ipc', 'unix', '--ipc-path', `${file}-s`, ...FRAMING, '--program', STEPS];
      const env = { ...process.env, DEBUG_ADAPTER_IPC_KEY_FILE: file };
      const ended = spawnSync(command, args, { encoding: 'utf8', env, timeout: 10_000 });
      expect(ended).toMatchObject({ status: 1, stdout: '' });
      expect(ended.stderr).toContain(why);
      expect(existsSync(file)).toBe(true);
    });

    it.each([
      ['no transport', FRAMING],
      ['a path that is missing', ['--ipc', 'unix', ...FRAMING]],
      ['a framing that it does not have', ['--ipc', 'unix', '--ipc-path', '/s', '--ipc-framing', 'dp']],
      ['no framing', ['--ipc', 'unix', '--ipc-path', '/s']],
      ['an argument that it does not know', ['--ipc', 'unix', '--ipc-path', '/s', ...FRAMING, '--ipc-x']],
    ])('ends with code 2 for %s', (_what, args) => {
      const ended = spawnSync(command, [LAUNCHER, ...args, '--program', STEPS], { encoding: 'utf8' });
      expect(ended).toMatchObject({ status: 2, stdout: '' });
      expect(ended.stderr).toContain('launcher.py: error: ');
    });
  });
});
