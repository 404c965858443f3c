import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DapClient, spawnAdapter } from '../../support/dapClient.js';
import { program, stdioClient } from '../../support/programs.js';
import { projectPath, runCli } from '../../support/cliProcess.js';
import { entriesOf, linesOf, newTracePath, shortly } from '../../support/traces.js';

const steps = program('steps.cjs');

/** The client of an adapter with these arguments, which is killed with the test. */
function clientWith(args: readonly string[], env: NodeJS.ProcessEnv = {}): DapClient {
  const adapter = spawnAdapter(args, env);
  onTestFinished(() => void adapter.child.kill('SIGKILL'));
  const { stdin, stdout } = adapter.child as { stdin: Writable; stdout: Readable };
  return new DapClient(stdin, stdout, () => `Its stderr: ${adapter.stderr()}`);
}

/** Runs a program to its end, and ends the session. */
async function finish(client: DapClient, launch: object): Promise<void> {
  await client.start({ program: steps, cwd: dirname(steps), ...launch });
  await client.waitForEvent('terminated');
  await client.request('disconnect');
  await client.closed;
}

/** The entries of a link, without those that depend on how fast the program is. */
function recorded(path: string, link: string): string[] {
  return entriesOf(path)
    .filter((entry) => entry.link === link && entry.kind !== 'log')
    .map(shortly)
    .filter((text) => !/output|loadedSource|describeOutput|consoleCalls|pressure/.test(text));
}

describe('a recorded session', () => {
  it('has every message of both links, from the first to the last', async () => {
    const path = newTracePath();
    const { client } = stdioClient();
    await finish(client, { trace: path });
    const ofClient = recorded(path, 'client');
    expect(ofClient.slice(0, 3)).toEqual(['received initialize', 'sent response 1', 'received launch']);
    expect(ofClient.slice(-3)).toEqual([
      'received disconnect',
      expect.stringMatching('sent response'),
      'state closed',
    ]);
    expect(ofClient).toContain('sent terminated');
    const sent = client.transcript.filter(({ direction }) => direction === 'sent').length;
    expect(ofClient.filter((text) => text.startsWith('received'))).toHaveLength(sent);
    const ofLauncher = recorded(path, 'launcher');
    expect(ofLauncher).toEqual(
      expect.arrayContaining([
        'state listening',
        'state open',
        'sent initialize',
        'received exited',
        'exit',
        'state closed',
      ]),
    );
    const exit = entriesOf(path).find(({ kind }) => kind === 'exit');
    expect(exit?.note).toMatchObject({ code: 0, signal: null });
  });

  it('is in a new file that the console names, with true', async () => {
    const { client } = stdioClient();
    await finish(client, { trace: true });
    const [, path = ''] = /This session is recorded in (.*)\n/.exec(client.output('console')) ?? [];
    expect(recorded(path, 'client')).toContain('received launch');
  });

  it.each([{}, { trace: false }])('is not with %j', async (setting) => {
    const { client } = stdioClient();
    await finish(client, setting);
    expect(client.output('console')).toBe('');
  });

  it.each<[unknown, RegExp]>([
    [17, /"trace" is true, false or the path/],
    [steps, /"trace": .*steps\.cjs cannot be written: it has something else in it/],
  ])('is refused with %j', async (trace, reason) => {
    const { client } = stdioClient();
    await expect(finish(client, { trace })).rejects.toThrow(reason);
  });

  it('can be asked for by --trace, and by the variable', async () => {
    const [byFlag, byVariable] = [newTracePath(), newTracePath()];
    await finish(clientWith(['--trace', byFlag, '--trace-size', '1M']), {});
    expect(recorded(byFlag, 'client')).toContain('received launch');
    process.env.DEBUG_ADAPTER_IPC_TRACE = byVariable;
    onTestFinished(() => void delete process.env.DEBUG_ADAPTER_IPC_TRACE);
    await finish(clientWith([]), {});
    expect(recorded(byVariable, 'launcher')).toContain('state open');
  });

  it('can be of the terminal, where a mistake is told', async () => {
    const path = newTracePath();
    expect(await runCli(['debug', '--trace', path, steps], 'c\n')).toMatchObject({ code: 0 });
    expect(recorded(path, 'client')).toContain('received launch');
    const { code, stderr } = await runCli(['adapter', '--trace', path, '--trace-size', '1k']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/--trace-size 1k: give a number of bytes from 64K/),
    ]);
    expect((await runCli(['adapter', '--trace-size', '1M'])).stderr).toMatch(
      /--trace-size goes with --trace/,
    );
    expect((await runCli(['adapter', '--trace', steps])).stderr).toMatch(
      /--trace .*steps\.cjs cannot be written/,
    );
  });

  it('of a launcher has its side', async () => {
    const path = newTracePath();
    const args = [projectPath('dist/bin.cjs'), 'launch', '--trace', path];
    const launcher = { command: process.execPath, args };
    const { client } = stdioClient();
    await finish(client, { launcher });
    expect(existsSync(path)).toBe(true);
    expect(linesOf(path)[1]).toMatchObject({ side: 'launcher', link: 'launcher' });
    expect(recorded(path, 'launcher')).toEqual(
      expect.arrayContaining(['received initialize', 'sent initialized']),
    );
  });
});

describe('the code that records', () => {
  it.each([false, true])('is loaded by an adapter only if it records: %s', async (isRecorded) => {
    const log = newTracePath();
    const hook = JSON.stringify(program('notesRecording.cjs'));
    const client = clientWith([], { NODE_OPTIONS: `--require ${hook}`, RECORDING_LOG: log });
    await finish(client, isRecorded ? { trace: newTracePath() } : {});
    expect(readFileSync(log, 'utf8')).toBe(isRecorded ? 'runs\nrecords\n' : 'runs\n');
  });

  it('is loaded by a launcher only if it records', async () => {
    const launcher = newTracePath().replace(/jsonl$/, 'cjs');
    writeFileSync(launcher, withoutRecording(readFileSync(projectPath('dist/launcher/main.cjs'), 'utf8')));
    const launch = (...args: string[]) => ({
      launcher: { command: process.execPath, args: [launcher, ...args] },
    });
    await finish(stdioClient().client, launch());
    const refused = finish(stdioClient().client, launch('--trace', newTracePath()));
    await expect(refused).rejects.toThrow(/the code that records is loaded/);
  });
});

/** The launcher's file, in which the part that records fails as soon as it is loaded. */
function withoutRecording(launcher: string): string {
  const parts = [...launcher.matchAll(/"([A-Za-z0-9+/=]{100,})"/g)].map(([, text = '']) => text);
  const recording = parts.filter((text) =>
    brotliDecompressSync(Buffer.from(text, 'base64')).includes('something else in it than a trace'),
  );
  expect(recording).toHaveLength(1);
  const broken = brotliCompressSync('throw new Error("the code that records is loaded")').toString('base64');
  return launcher.replace(recording[0] ?? '', broken);
}

it('a launcher that fails has its stderr and its end in the recording', async () => {
  const path = newTracePath();
  const { client } = stdioClient();
  const launcher = {
    command: process.execPath,
    args: ['-e', 'console.error("no café"); process.exit(3)', '--'],
  };
  await expect(finish(client, { launcher, trace: path })).rejects.toThrow(/no café/);
  await client.request('disconnect');
  await client.closed;
  const notes = entriesOf(path).filter(({ kind }) => kind === 'stderr' || kind === 'exit');
  expect(notes.map(({ kind, note }) => [kind, note])).toEqual([
    ['stderr', expect.objectContaining({ text: 'no café\n' })],
    ['exit', expect.objectContaining({ code: 3, signal: null, stderr: 'no café' })],
  ]);
});

describe('a log at level trace', () => {
  it('says what each message is, and not what it contains', async () => {
    const path = newTracePath();
    await finish(clientWith(['--log-level', 'trace', '--log-file', path]), { args: ['an-argument'] });
    const lines = linesOf(path);
    const messages = lines.filter(({ msg }) => msg === 'message');
    expect(messages).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          link: 'client',
          direction: 'received',
          kind: 'request',
          name: 'launch',
          seq: 2,
        }),
        expect.objectContaining({ link: 'launcher', direction: 'received', kind: 'event', name: 'exited' }),
      ]),
    );
    expect(JSON.stringify(messages)).not.toContain('an-argument');
  });
});
