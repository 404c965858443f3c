import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { goneSoon, isRunning, lineOf, stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { ListeningProgram, tunnelTo } from '../support/listeningProgram.js';

/** True if processes can be started in a new namespace of process ids, as in a container. */
const hasNamespaces = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;
/** Command that runs a program in a new namespace. The program is not its first process, which ignores signals. */
const NAMESPACE = [
  'unshare',
  '--pid',
  '--fork',
  '--mount-proc',
  '--kill-child',
  'sh',
  '-c',
  '"$@"; true',
  'sh',
];

const ATTACH = { request: 'attach' };
const program = fileURLToPath(new URL('../fixtures/attach/counts.cjs', import.meta.url));
const line = lineOf(program, 'step');

interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly source: { readonly path: string };
}

/** Attaches with breakpoints in the program. */
async function attached(configuration: object, lines: number[] = []): Promise<DapClient> {
  const { client } = stdioClient();
  await client.start(configuration, { [program]: lines }, ATTACH);
  return client;
}

/** Waits for a stop. @returns its top frame */
async function topFrame(client: DapClient): Promise<Frame> {
  const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
  const { stackFrames } = await client.request<{ stackFrames: Frame[] }>('stackTrace', { threadId });
  const [frame] = stackFrames;
  if (frame === undefined) throw new Error('it stands nowhere');
  return frame;
}

async function valueOf(client: DapClient, expression: string, frameId: number): Promise<string> {
  return (await client.request<{ result: string }>('evaluate', { expression, frameId })).result;
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'attach-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** Fails with the answer to an `attach` that must fail. */
async function refusal(configuration: object): Promise<string> {
  const { client } = stdioClient();
  await client.request('initialize', { adapterID: 'test' });
  const response = await client.ask('attach', configuration);
  await client.waitForEvent('terminated');
  expect(response.success).toBe(false);
  return response.message ?? '';
}

describe('attaching to a program that waits', () => {
  it('finds it before its first line, and hears how it ends', async () => {
    const waiting = await ListeningProgram.start(['--listen', 'auto', '--program', program]);
    const { keyFile } = waiting.configuration;
    const client = await attached(waiting.configuration, [line]);

    const frame = await topFrame(client);
    expect(frame).toMatchObject({ name: 'step', line, source: { path: program } });
    expect(await valueOf(client, 'count', frame.id)).toBe('1');
    await client.request('setBreakpoints', { source: { path: program }, breakpoints: [] });
    await client.request('continue', { threadId: 1 });
    await waiting.prints('count 10');

    await client.request('terminate');
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 5 });
    expect(await client.waitForEvent('terminated')).toBeUndefined();
    expect(await waiting.exited).toEqual({ code: 5, signal: null });
    expect([existsSync(keyFile), existsSync(dirname(keyFile))]).toEqual([false, false]);
    expect([existsSync(waiting.address), existsSync(dirname(waiting.address))]).toEqual([false, false]);
  });

  it('may stop before its first line', async () => {
    const waiting = await ListeningProgram.start(['--listen', '0', '--stop-on-entry', '--program', program]);
    const client = await attached(waiting.configuration);
    expect((await topFrame(client)).line).toBe(2);
    await client.request('disconnect');
    await waiting.counts();
  });

  it('leaves it waiting where the adapter dies before it said where to stop', async () => {
    const waiting = await ListeningProgram.start(['--listen', 'auto', '--program', program]);
    const first = stdioClient();
    await first.client.request('initialize', { adapterID: 'test' });
    await first.client.request('attach', waiting.configuration);
    first.child.kill('SIGKILL');
    await first.exited;

    const second = await attached(waiting.configuration, [line]);
    expect(await valueOf(second, 'count', (await topFrame(second)).id)).toBe('1');
  });
});

describe('attaching to a program that runs', () => {
  const running = (...more: string[]) =>
    ListeningProgram.start(['--listen', 'auto', '--no-wait', ...more, '--program', program]);

  it('debugs it like any other, and lets it run on', async () => {
    const target = await running();
    await target.counts();
    const client = await attached(target.configuration);
    const { breakpoints } = await client.request<{ breakpoints: object[] }>('setBreakpoints', {
      source: { path: program },
      breakpoints: [{ line }],
    });
    expect(breakpoints).toMatchObject([{ verified: true, line }]);
    const frame = await topFrame(client);
    expect(Number(await valueOf(client, 'count', frame.id))).toBeGreaterThan(1);
    await client.request('next', { threadId: 1 });
    expect((await topFrame(client)).line).toBe(line + 1);

    await client.request('disconnect');
    await client.closed;
    await target.counts();
  });

  it('is possible again and again, also after an adapter that died', async () => {
    const target = await running();
    for (const dies of [false, true, false]) {
      const { client, child, exited } = stdioClient();
      await client.start(target.configuration, { [program]: [line] }, ATTACH);
      expect((await topFrame(client)).line).toBe(line);
      if (dies) child.kill('SIGKILL');
      else await client.request('disconnect');
      await exited;
      await target.counts();
    }
  });

  it('can pause it', async () => {
    const client = await attached((await running()).configuration);
    await client.request('pause', { threadId: 1 });
    await client.waitForEvent('stopped', ({ reason }: { reason: string }) => reason === 'pause');
    await client.request('disconnect');
  });

  it('is for one adapter at a time', async () => {
    const target = await running();
    const client = await attached(target.configuration);
    expect(await refusal(target.configuration)).toMatch(
      /^Cannot attach: another debug adapter is attached to this program already/,
    );
    await client.request('threads');
    await client.request('disconnect');
    await (await attached(target.configuration)).request('disconnect');
  });

  it('ends it where the client asks for that', async () => {
    const target = await running();
    const client = await attached(target.configuration);
    await client.request('disconnect', { terminateDebuggee: true });
    expect(await target.exited).toEqual({ code: 5, signal: null });
  });

  it('ends it by force where it has to be', async () => {
    const target = await ListeningProgram.start(['--listen', 'auto', '--program', program, '--arg=ignores']);
    const client = await attached({ ...target.configuration, terminateTimeoutMs: 200 });
    await target.counts();
    await client.request('disconnect', { terminateDebuggee: true });
    expect(await target.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(target.stdout).toContain('not now');
  });

  it.runIf(hasNamespaces)(
    'ends it by force also where its process id means another process here',
    async () => {
      const ignoring = ['--listen', 'auto', '--program', program, '--arg=ignores'];
      const target = await ListeningProgram.start(ignoring, NAMESPACE);
      const client = await attached({ ...target.configuration, terminateTimeoutMs: 200 });
      await target.counts();
      await client.request('disconnect', { terminateDebuggee: true });
      await target.exited;
      expect(target.stdout).toContain('not now');
    },
  );

  it('is attached to again by restart, with its breakpoints, and runs on meanwhile', async () => {
    const target = await running();
    const client = await attached(target.configuration, [line]);
    const before = Number(await valueOf(client, 'count', (await topFrame(client)).id));
    await client.request('restart');
    const frame = await topFrame(client);
    expect(Number(await valueOf(client, 'count', frame.id))).toBeGreaterThan(before);
    expect(client.events.map(({ event }) => event)).not.toContain('terminated');
    await client.request('disconnect');
    await target.counts();
  });

  it('tells the client to come again where that was asked for', async () => {
    const directory = temporary();
    const target = await running('--key-file', join(directory, 'key'));
    const client = await attached({ ...target.configuration, restart: true });
    target.child.kill('SIGTERM');
    expect(await client.waitForEvent('terminated')).toEqual({ restart: { attempts: 1 } });
  });
});

describe('attaching through a tunnel', () => {
  it.each([
    ['a port', '0'],
    ['a socket', 'auto'],
  ])('reaches %s, which the key file names', async (_, listen) => {
    const target = await ListeningProgram.start(['--listen', listen, '--program', program]);
    const { port } = await tunnelTo(target.address.replace('127.0.0.1:', ''));
    const client = await attached({ ...target.configuration, port }, [line]);
    expect((await topFrame(client)).line).toBe(line);
  });

  it('with the key alone takes the name that the listener has for itself', async () => {
    const target = await ListeningProgram.start(['--listen', '0', '--program', program]);
    const { port } = await tunnelTo(target.address.replace('127.0.0.1:', ''));
    const address = `127.0.0.1:${port}`;
    expect(await refusal({ address, key: target.key })).toMatch(/calls its address another.*"remoteAddress"/);
    const client = await attached({ address, key: target.key, remoteAddress: target.address }, [line]);
    expect((await topFrame(client)).line).toBe(line);
  });

  it('is over when the tunnel is, and the program runs on', async () => {
    const target = await ListeningProgram.start(['--listen', '0', '--program', program]);
    const { port, close } = await tunnelTo(target.address.replace('127.0.0.1:', ''));
    const client = await attached({ ...target.configuration, port }, [line]);
    await topFrame(client);
    close();
    await client.waitForEvent('terminated');
    expect(client.output('console')).toBe('The program is out of reach: the connection to it is lost.\n');
    await target.counts();
    await (await attached(target.configuration)).request('disconnect');
  });

  it('is told where the tunnel leads to nobody', async () => {
    const address = `127.0.0.1:${(await tunnelTo('/not/there')).port}`;
    expect(await refusal({ address, key: '00'.repeat(32) })).toMatch(/a tunnel that leads to nobody/);
  });

  it('maps the paths of the other machine', async () => {
    const remote = temporary();
    mkdirSync(join(remote, 'src'));
    copyFileSync(program, join(remote, 'src', 'counts.cjs'));
    const target = await ListeningProgram.start([
      '--listen',
      '0',
      '--program',
      join(remote, 'src', 'counts.cjs'),
    ]);
    const roots = { localRoot: dirname(program), remoteRoot: join(remote, 'src') };
    const { client } = stdioClient();
    await client.request('initialize', { adapterID: 'test' });
    await client.request('attach', { ...target.configuration, ...roots });
    await client.request('setBreakpoints', { source: { path: program }, breakpoints: [{ line }] });
    await client.request('configurationDone');
    expect(await topFrame(client)).toMatchObject({ line, source: { path: program } });
  });
});

describe('attaching in vain', () => {
  it.each<[string, object, RegExp]>([
    [
      'nobody listens',
      { port: 1, key: '00'.repeat(32) },
      /^Cannot attach: nothing listens at tcp 127\.0\.0\.1:1: .*--listen/,
    ],
    [
      'there is no key file',
      { keyFile: '/not/there' },
      /^Cannot attach: the key file \/not\/there cannot be read/,
    ],
    ['no key is given', { path: '/x' }, /^Cannot attach: give "keyFile".*"processId"/],
    ['the key is none', { port: 4711, key: 'secret' }, /"key" must be the 64 hexadecimal digits/],
    ['no place is given', { key: '00'.repeat(32) }, /there is nowhere to attach to/],
    ['two places are', { key: '00'.repeat(32), port: 1, path: '/x' }, /give one of them/],
    [
      'the place is elsewhere',
      { key: '00'.repeat(32), address: '192.0.2.1:80' },
      /192\.0\.2\.1 is another machine.*ssh -L/,
    ],
    ['the address is none', { key: '00'.repeat(32), address: 'there' }, /"there" is no address/],
    [
      'one root is given',
      { key: '00'.repeat(32), port: 1, localRoot: '/x' },
      /"localRoot" and "remoteRoot" go together/,
    ],
    [
      'the launcher is dapper’s',
      { launcher: { command: 'python', profile: 'dapper' } },
      /dapper launcher does not listen/,
    ],
  ])('is explained where %s', async (_, configuration, message) => {
    expect(await refusal(configuration)).toMatch(message);
  });

  it('is explained where the key is another program’s, or not kept private', async () => {
    const target = await ListeningProgram.start(['--listen', 'auto', '--program', program]);
    const wrong = { address: target.address, key: '00'.repeat(32) };
    expect(await refusal(wrong)).toMatch(/does not have this key/);
    chmodSync(target.configuration.keyFile, 0o644);
    expect(await refusal(target.configuration)).toMatch(/can be read by others than its owner: chmod 600/);
    chmodSync(target.configuration.keyFile, 0o600);
    await attached(target.configuration);
    await target.counts();
  });
});

describe('launch --listen', () => {
  it('listens to this machine alone', async () => {
    const target = ListeningProgram.spawn(['--listen', '0.0.0.0:0', '--program', program]);
    expect((await target.exited).code).toBe(1);
    expect(target.stderr).toMatch(
      /cannot listen for adapters: 0\.0\.0\.0 is not a loopback .*--listen PORT, and ssh -L/,
    );
    expect(target.stdout).toBe('');
  });

  it('keeps the key of a file that it is given, and takes over from a socket of the dead', async () => {
    const directory = temporary();
    const [path, keyFile] = [join(directory, 'socket'), join(directory, 'key')];
    const args = ['--listen', path, '--key-file', keyFile, '--program', program];
    const first = await ListeningProgram.start(args);
    const key = first.key;
    first.child.kill('SIGKILL');
    await first.exited;
    expect(existsSync(path)).toBe(true);

    const second = await ListeningProgram.start(args);
    expect(second.key).toBe(key);
    const client = await attached({ keyFile }, [line]);
    expect((await topFrame(client)).line).toBe(line);
    await client.request('disconnect', { terminateDebuggee: true });
    expect((await second.exited).code).toBe(5);
    expect([existsSync(path), existsSync(keyFile)]).toEqual([false, true]);
  });

  it('is found again by a client that was told to come again, when it is started again', async () => {
    const directory = temporary();
    const [path, keyFile] = [join(directory, 'socket'), join(directory, 'key')];
    const args = ['--listen', path, '--key-file', keyFile, '--program', program];
    const first = await ListeningProgram.start(args);
    const configuration = { keyFile, restart: true };
    const client = await attached(configuration);
    await first.counts();
    first.child.kill('SIGKILL');
    expect(await client.waitForEvent('terminated')).toEqual({ restart: { attempts: 1 } });
    await client.request('disconnect', { restart: true });

    const again = stdioClient().client;
    await again.request('initialize', { adapterID: 'test' });
    const attaching = again.request('attach', { ...configuration, __restart: { attempts: 1 } }, 20_000);
    await ListeningProgram.start(args);
    await attaching;
    await again.waitForEvent('initialized');
  });

  it('does not take a socket that somebody listens at', async () => {
    const directory = temporary();
    const path = join(directory, 'socket');
    const first = await ListeningProgram.start(['--listen', path, '--program', program]);
    const second = ListeningProgram.spawn(['--listen', path, '--program', program]);
    expect((await second.exited).code).toBe(1);
    expect(second.stderr).toMatch(/cannot listen for adapters/);
    await (await attached(first.configuration)).request('disconnect');
  });

  it('does not take a file for a key that is none', async () => {
    const keyFile = join(temporary(), 'key');
    writeFileSync(keyFile, 'secret\n', { mode: 0o600 });
    const target = ListeningProgram.spawn(['--listen', 'auto', '--key-file', keyFile, '--program', program]);
    expect((await target.exited).code).toBe(1);
    expect(target.stderr).toMatch(/is no key file/);
    expect(readFileSync(keyFile, 'utf8')).toBe('secret\n');
  });

  it('gives the program nothing of the key, and is gone with it', async () => {
    const target = await ListeningProgram.start([
      '--listen',
      'auto',
      '--code',
      'console.log(JSON.stringify([process.argv.length, Object.keys(process.env).filter((n) => n.includes("DEBUG_ADAPTER"))]))',
    ]);
    const client = await attached(target.configuration);
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
    await target.exited;
    expect(target.stdout).toBe('[1,[]]\n');
    const { pid = 0 } = target.child;
    await goneSoon([pid]);
    expect(isRunning(pid)).toBe(false);
  });
});
