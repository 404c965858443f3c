import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { FILE_LIMITS } from '../../src/ipc/index.js';
import { frameSource } from '../../src/cli/debug/sourceView.js';
import { readMapText } from '../../src/launcher/debugger/sources/mapText.js';
import { findOutFiles } from '../../src/launcher/debugger/sources/outFiles.js';
import { packagePrograms } from '../../src/vscode/packagePrograms.js';
import { projectPath, runCli } from '../support/cliProcess.js';
import { DapClient } from '../support/dapClient.js';
import { killAndWait } from '../support/fixtureProcess.js';
import { server, stdioClient } from '../support/programs.js';
import { within } from '../support/within.js';

const MIB = 1024 * 1024;

let directory: string;
let fifo: string;
let program: string;

beforeAll(() => {
  directory = mkdtempSync('/tmp/endless-');
  fifo = join(directory, 'fifo');
  if (process.platform !== 'win32') execFileSync('mkfifo', ['-m', '600', fifo]);
  program = join(directory, 'program.js');
  writeFileSync(program, 'let steps = 1;\nsteps += 1;\n');
});

afterAll(() => rmSync(directory, { recursive: true }));

/** The most memory that a process has had, in bytes. 0 where the system does not say. */
function peakOf(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) * 1024;
}

type Case = [name: string, command: string, argumentsFor: () => object, message: RegExp];

const CHILD = (keyFile: string): object => ({
  childSession: { id: 'x', keyFile, launcherArgs: ['--ipc', 'unix', '--ipc-path', '/none'] },
});
const CASES: Case[] = [
  ['keyFile, a pipe', 'attach', () => ({ keyFile: fifo }), /the key file .*fifo is a named pipe/],
  ['keyFile, a device', 'attach', () => ({ keyFile: '/dev/zero' }), /key file \/dev\/zero is a device/],
  ['a child’s keyFile, a pipe', 'attach', () => CHILD(fifo), /the key file .*fifo is a named pipe/],
  ['a child’s keyFile, a device', 'attach', () => CHILD('/dev/zero'), /key file \/dev\/zero is a device/],
  ['envFile, a pipe', 'launch', () => ({ program, envFile: fifo }), /"envFile" is a named pipe: ".*fifo"/],
  [
    'envFile, a device',
    'launch',
    () => ({ program, envFile: '/dev/zero' }),
    /"envFile" is a device: "\/dev\/zero"/,
  ],
  [
    'envFile, too large',
    'launch',
    () => ({ program, envFile: large() }),
    /"envFile" has more than 1048576 bytes/,
  ],
  ['program, a pipe', 'launch', () => ({ program: fifo }), /"program" is a named pipe: ".*fifo"/],
  ['program, a device', 'launch', () => ({ program: '/dev/zero' }), /"program" is a device/],
  ['program, a tty', 'launch', () => ({ program: '/dev/tty' }), /"program" is a device/],
  [
    'cwd, a pipe',
    'launch',
    () => ({ program, cwd: fifo }),
    /"cwd" is not a directory: ".*fifo", it is a named pipe/,
  ],
  [
    'cwd, a device',
    'launch',
    () => ({ program, cwd: '/dev/zero' }),
    /"cwd" is not a directory: .*it is a device/,
  ],
];

function large(): string {
  const path = join(directory, 'large');
  writeFileSync(path, '');
  truncateSync(path, FILE_LIMITS.maxEnvFileBytes + 1);
  return path;
}

describe.runIf(process.platform !== 'win32')('a path that leads to a file without an end', () => {
  it.each(CASES)('%s: an answer, another session that is served, and an end on SIGTERM', async (...all) => {
    const [, command, argumentsFor, message] = all;
    const { port, child, exited } = await server();
    const [client, other] = [await DapClient.connect(port), await DapClient.connect(port)];
    for (const one of [client, other]) await one.request('initialize', { adapterID: 'test' });
    const answer = await client.ask(command, argumentsFor());
    expect(answer).toMatchObject({ success: false, message: expect.stringMatching(message) as string });
    expect((await other.ask('threads')).success).toBe(false);
    expect(peakOf(child.pid)).toBeLessThan(300 * MIB);
    child.kill('SIGTERM');
    expect((await within(exited, 'the adapter ends')).signal).toBeNull();
  });

  it('is refused by the launcher, which says so', async () => {
    for (const path of [fifo, '/dev/zero']) {
      const { code, stderr } = await runCli(['launch', '--listen', 'auto', '--program', path]);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/--program .* is a (named pipe|device): give/),
      ]);
    }
  });

  it('is no place for breakpoints, and the session goes on', async () => {
    const { client } = stdioClient();
    await client.start({ program, stopOnEntry: true, outFiles: [join(directory, '**/*.js')] });
    await client.waitForEvent('stopped');
    for (const path of [fifo, '/dev/zero']) {
      const found = await client.request('breakpointLocations', { source: { path }, line: 1 });
      expect(found).toEqual({ breakpoints: [] });
      await client.request('setBreakpoints', { source: { path }, breakpoints: [{ line: 1 }] });
    }
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });

  it('is not waited for as a source map, a source or a package', async () => {
    for (const map of [fifo, '/dev/zero']) {
      expect(() => readMapText({ url: 'file:///x.js', sourceMapURL: map })).toThrow(
        /is a (named pipe|device)/,
      );
    }
    expect(frameSource({ id: 1, name: 'f', line: 1, source: { path: fifo } })[0]).toMatch(
      /no source: .*fifo is a named pipe/,
    );
    execFileSync('mkfifo', [join(directory, 'piped.js')]);
    expect(await findOutFiles([join(directory, '*.js')], directory)).toEqual([]);
    const workspace = join(directory, 'workspace');
    mkdirSync(workspace);
    execFileSync('mkfifo', [join(workspace, 'package.json')]);
    expect(await within(packagePrograms(workspace), 'the package is looked at')).toEqual([]);
  });
});

describe.runIf(process.platform !== 'win32')('a log file', () => {
  const adapterWith = async (file: string): Promise<[code: number | null, stderr: string]> => {
    const { code, stderr } = await runCli(['adapter', '--log-file', file]);
    return [code, stderr];
  };

  it('is for this user alone, and an existing one keeps its mode', async () => {
    const file = join(directory, 'logs', 'new.log');
    expect(await adapterWith(file)).toEqual([0, '']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/session ends/);
    chmodSync(file, 0o644);
    expect(await adapterWith(file)).toEqual([0, '']);
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  it('may be a device, or a descriptor that is a pipe', async () => {
    expect(await adapterWith('/dev/null')).toEqual([0, '']);
    const adapter = `"${process.execPath}" "${projectPath('dist/bin.cjs')}" adapter --log-file /dev/stderr`;
    expect(execFileSync('sh', ['-c', `${adapter} 2>&1 </dev/null | cat`]).toString()).toMatch(/session ends/);
  });

  it('that is a pipe without a reader is refused, and with one it is used', async () => {
    expect(await adapterWith(fifo)).toEqual([
      2,
      expect.stringMatching(/a named pipe or socket without a reader/),
    ]);
    const reader = spawn('cat', [fifo], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => killAndWait(reader));
    const adapter = spawn(process.execPath, [projectPath('dist/bin.cjs'), 'adapter', '--log-file', fifo], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    onTestFinished(() => killAndWait(adapter));
    const [text] = (await within(once(reader.stdout, 'data'), 'a line in the log', 15_000)) as [Buffer];
    expect(text.toString()).toMatch(/session ends/);
  });
});
