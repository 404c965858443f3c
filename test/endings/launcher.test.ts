import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AdapterStandIn, LAUNCHER, ProcessRecord } from '../support/launcher/adapterStandIn.js';
import type { Ended } from '../support/launcher/adapterStandIn.js';
import { lineOf, program } from '../support/launcher/programs.js';

const ticks = program('ticks.cjs');
const spins = program('spins.cjs');

async function running(path: string, word: string, ...more: string[]): Promise<AdapterStandIn> {
  const adapter = await AdapterStandIn.initialized({ args: ['--program', path, ...more], detached: true });
  await adapter.ask('configurationDone');
  await adapter.process.printed(word);
  return adapter;
}

// vitest's own matchers have the type `any`.
const containing = (text: string): unknown => expect.stringContaining(text);
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

/** Runs the launcher with a command line, without an adapter. */
async function runLauncher(...args: string[]): Promise<Ended> {
  return await new ProcessRecord(spawn(process.execPath, [LAUNCHER, ...args], { stdio: 'pipe' })).end();
}

describe('when the adapter goes away', () => {
  it('a running program is asked to end, and may do so in its own way', async () => {
    await using adapter = await running(ticks, 'ticking');
    await adapter.manager.cleanup();
    expect(await adapter.process.end()).toMatchObject({
      code: 4,
      stdout: 'ticking\nasked to end\n',
      stderr: '',
    });
  });

  it('a program that stands at a breakpoint goes on, and is asked to end', async () => {
    await using adapter = await AdapterStandIn.initialized({ args: ['--program', ticks] });
    await adapter.runTo(ticks, lineOf(ticks, 'tick'));
    await adapter.manager.cleanup();
    expect(await adapter.process.end()).toMatchObject({ code: 4, stderr: '' });
  });

  it('a program in an endless loop ends by the signal', async () => {
    await using adapter = await running(spins, 'spinning');
    await adapter.manager.cleanup();
    expect(await adapter.process.end()).toMatchObject({ signal: 'SIGTERM', stderr: '' });
  });

  it('a program that will not end is killed', async () => {
    await using adapter = await running(program('stubborn.cjs'), 'staying');
    await adapter.manager.cleanup();
    expect(await adapter.process.end()).toMatchObject({ signal: 'SIGKILL', stdout: 'staying\nno\n' });
  });

  it('what the program started ends with it, where the launcher leads a process group', async () => {
    await using adapter = await running(program('parent.cjs'), 'child');
    await adapter.manager.cleanup();
    // Waits for the end of the streams, which the child has open too.
    expect(await adapter.process.end()).toMatchObject({ signal: 'SIGTERM' });
  });

  it('a program without debugger is ended too', async () => {
    await using adapter = await AdapterStandIn.launch({ args: ['--program', ticks, '--no-debug'] });
    await adapter.process.printed('ticking');
    await adapter.manager.cleanup();
    expect(await adapter.process.end()).toMatchObject({ code: 4 });
  });

  it('before the start, the program is not run', async () => {
    await using adapter = await AdapterStandIn.initialized({ args: ['--program', ticks] });
    await adapter.manager.cleanup();
    expect(await adapter.process.end()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: matching(/^debug-adapter-ipc launch: the adapter went away before the program was started/),
    });
  });

  // Repeated, because the program's end and the debugger's detaching race.
  it('with --keep-running the program runs on to its own end', { repeats: 15 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kept-'));
    const file = join(directory, 'word');
    const path = program('shortLived.cjs');
    await using adapter = await AdapterStandIn.initialized({
      args: ['--program', path, `--arg=${file}`, '--keep-running'],
    });
    await adapter.ask('configurationDone');
    await adapter.process.printed('waiting');
    await adapter.manager.cleanup();
    expect(existsSync(file)).toBe(false);
    adapter.process.child.stdin?.write('go on\n');
    expect(await adapter.process.end()).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe('ran to its end');
    rmSync(directory, { recursive: true });
  });
});

describe('when the adapter ends the session', () => {
  it('terminate asks the program to end, also where it stands at a breakpoint', async () => {
    await using adapter = await AdapterStandIn.initialized({ args: ['--program', ticks] });
    await adapter.runTo(ticks, lineOf(ticks, 'tick'));
    await adapter.ask('terminate');
    expect(await adapter.event('exited')).toEqual({ exitCode: 4 });
    await adapter.event('terminated');
    expect(await adapter.process.end()).toMatchObject({ code: 4, stderr: '' });
  });

  it.each(['terminate', 'disconnect'])(
    '%s ends a program that stands at a breakpoint without another line of it being run',
    async (command) => {
      const path = program('oneLineMore.cjs');
      const directory = mkdtempSync(join(tmpdir(), 'ends-'));
      const proof = join(directory, 'proof');
      const args = ['--program', path, `--arg=${proof}`];
      await using adapter = await AdapterStandIn.initialized({ args, detached: true });
      await adapter.runTo(path, lineOf(path, 'write'));
      await adapter.ask(command);
      expect(await adapter.process.end()).toMatchObject({ signal: 'SIGTERM', stderr: '' });
      expect(existsSync(proof)).toBe(false);
      rmSync(directory, { recursive: true });
    },
  );

  it('disconnect ends the program', async () => {
    await using adapter = await running(spins, 'spinning');
    await adapter.ask('disconnect');
    expect(await adapter.process.end()).toMatchObject({ signal: 'SIGTERM', stderr: '' });
  });

  it('disconnect with terminateDebuggee: false lets it run on, unwatched', async () => {
    await using adapter = await AdapterStandIn.initialized({ args: ['--program', ticks] });
    await adapter.runTo(ticks, lineOf(ticks, 'tick'));
    await adapter.ask('disconnect', { terminateDebuggee: false });
    expect(await adapter.manager.closed).toMatchObject({ by: 'peer', clean: true });
    await adapter.process.printed('ticking');
    adapter.process.child.kill('SIGTERM');
    expect(await adapter.process.end()).toMatchObject({ code: 4, stderr: '' });
    expect(adapter.events.some(({ event }) => event === 'exited')).toBe(false);
  });

  it('disconnect before the start with terminateDebuggee: false starts it', async () => {
    await using adapter = await AdapterStandIn.initialized({ args: ['--program', program('shop.cjs')] });
    await adapter.ask('disconnect', { terminateDebuggee: false });
    expect(await adapter.process.end()).toMatchObject({ code: 3, stdout: 'total 34\n', stderr: '' });
  });
});

describe('signals from outside', () => {
  it.for(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    '%s ends a program that stands at a breakpoint',
    async (signal) => {
      await using adapter = await AdapterStandIn.initialized({ args: ['--program', program('shop.cjs')] });
      await adapter.runTo(program('shop.cjs'), lineOf(program('shop.cjs'), 'loop'));
      adapter.process.child.kill(signal);
      expect(await adapter.process.end()).toMatchObject({ signal, stderr: '' });
      expect((await adapter.manager.closed).by).toBe('peer');
    },
  );

  it('SIGTERM ends a launcher that still waits for the adapter', async () => {
    await using adapter = await AdapterStandIn.initialized({ args: ['--program', ticks] });
    adapter.process.child.kill('SIGTERM');
    expect(await adapter.process.end()).toMatchObject({ signal: 'SIGTERM' });
  });
});

describe('the last events', () => {
  it('arrive whole in front of the end, also with much to send before them', async () => {
    const code = 'const text = "x".repeat(4 << 20); debugger; process.exit(6)';
    await using adapter = await AdapterStandIn.initialized({ args: ['--code', code] });
    await adapter.ask('configurationDone');
    await adapter.event('stopped');
    const { id } = await adapter.topFrame();
    const asked = ['text', 'text + 1', 'text + 2'].map((expression) =>
      adapter.request('evaluate', { expression, frameId: id }),
    );
    const went = adapter.request('continue');
    expect((await Promise.all([...asked, went])).map(({ success }) => success)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(await adapter.event('exited')).toEqual({ exitCode: 6 });
    await adapter.event('terminated');
    expect(await adapter.process.end()).toMatchObject({ code: 6 });
  });

  it('are held up by an adapter that does not read for a short time only', async () => {
    const sockets: Socket[] = [];
    const server = createServer({ allowHalfOpen: true }, (socket) => sockets.push(socket.pause()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const began = performance.now();
    const args = ['--ipc', 'tcp', '--ipc-port', String(port), '--no-debug', '--code', 'process.exitCode = 7'];
    expect(await runLauncher(...args)).toMatchObject({ code: 7, stderr: '' });
    expect(performance.now() - began).toBeLessThan(5_000);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('give way where an exit listener throws after an uncaught exception: the process tells the rest', async () => {
    const args = ['--program', program('invisible/ends.cjs'), '--arg=throwsTwice'];
    await using adapter = await AdapterStandIn.initialized({ args });
    await adapter.ask('configurationDone');
    expect(await adapter.process.end()).toMatchObject({ code: 1 });
    expect((await adapter.manager.closed).by).toBe('peer');
  });
});

describe('a launcher that cannot begin', () => {
  it('says that it cannot connect, and exits with 1', async () => {
    const ended = await runLauncher(
      ...[
        '--ipc',
        'unix',
        '--ipc-path',
        '/nowhere/at.all',
        '--connect-timeout-ms',
        '100',
        '--program',
        ticks,
      ],
    );
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^debug-adapter-ipc launch: cannot connect to the adapter: .*\/nowhere\/at\.all.*\n$/s,
    );
  });

  it('says what is wrong with its arguments, and exits with 2', async () => {
    expect(await runLauncher('--ipc', 'tcp', '--ipc-port', '1', '--colour')).toEqual({
      ...{ code: 2, signal: null, stdout: '' },
      stderr: "debug-adapter-ipc launch: Unknown option '--colour'; see --help\n",
    });
    expect(await runLauncher()).toMatchObject({
      code: 2,
      stderr: containing('--ipc is missing'),
    });
    expect(
      await runLauncher(
        ...['--ipc', 'tcp', '--ipc-port', '1', '--program', ticks, '--log-file', '/dev/null/log'],
      ),
    ).toMatchObject({
      code: 2,
      stderr: containing('--log-file /dev/null/log cannot be written'),
    });
  });

  it('prints its help on stdout, and exits with 0', async () => {
    expect(await runLauncher('--help')).toMatchObject({
      ...{ code: 0, stderr: '' },
      stdout: matching(/^Usage: debug-adapter-ipc launch/),
    });
  });
});

describe('a worker thread that breaks down', () => {
  /** Fails as soon as the program has written the file `ready`, and keeps the thread alive until then. */
  const FAILS = `
    setInterval(() => {
      if (require('node:fs').existsSync('ready')) throw new Error('a fault of ours');
    }, 1);
    link.port.ref();`;
  /** Prints the time, in milliseconds since 1970, writes the file `ready` and goes on. */
  const RUNS_ON = `
    console.log(Date.now());
    require('node:fs').writeFileSync('ready', '');
    setInterval(() => {}, 1000);`;

  /** Runs code in the real main thread, with a stand-in for the worker thread. */
  async function runWithWorker(worker: string, code: string): Promise<Ended> {
    const directory = mkdtempSync(join(tmpdir(), 'worker-'));
    const lines = [
      "const { workerData: link } = require('node:worker_threads');",
      'const set = (flag) => { Atomics.store(flag, 0, 1); Atomics.notify(flag, 0); };',
      'set(link.alive);',
      `link.port.postMessage({ kind: 'code', code: ${JSON.stringify(code)}, args: [] });`,
      'set(link.ordered);',
    ];
    // The first line of the launcher has the compressed texts of its parts.
    const mainThread = readFileSync(LAUNCHER, 'utf8').replace(/^.*\n/, '');
    const text = brotliCompressSync([...lines, worker].join('\n')).toString('base64');
    const parts = `var PARTS={"worker.cjs":()=>"${text}"};`;
    writeFileSync(join(directory, 'main.cjs'), `${parts}\n${mainThread}`);
    const child = spawn(process.execPath, [join(directory, 'main.cjs')], { stdio: 'pipe', cwd: directory });
    const ended = await new ProcessRecord(child).end();
    rmSync(directory, { recursive: true });
    return ended;
  }

  it('takes the program with it, and says so', async () => {
    const ended = await runWithWorker(FAILS, `process.on("SIGTERM", () => process.exit(9)); ${RUNS_ON}`);
    expect(ended.code).toBe(9);
    expect(ended.stderr).toMatch(/the debugger's thread failed, ending the program: Error: a fault of ours/);
  });

  it('does so without delay where the program handles nothing', async () => {
    const ended = await runWithWorker(FAILS, RUNS_ON);
    expect(ended.signal).toBe('SIGTERM');
    expect(Date.now() - Number(ended.stdout)).toBeLessThan(1_900);
  });

  it('and cannot be asked any more does not keep the program from its end for long', async () => {
    const ended = await runWithWorker('for (;;);', 'process.exitCode = 5');
    expect(ended).toMatchObject({ code: 5, stderr: '' });
  });
});

describe('the log', () => {
  it('goes to its file, and never to stdout', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'log-'));
    const file = join(directory, 'launcher.log');
    const args = ['--program', program('shop.cjs'), '--log-level', 'trace', '--log-file', file];
    await using adapter = await AdapterStandIn.initialized({ args });
    await adapter.ask('configurationDone');
    expect(await adapter.process.end()).toMatchObject({ code: 3, stdout: 'total 34\n', stderr: '' });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).not.toEqual([]);
    rmSync(directory, { recursive: true });
  });
});
