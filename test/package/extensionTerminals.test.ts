import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launcherFile } from '../../src/processes/launcherFile.js';
import { keepLauncher } from '../../src/vscode/terminal/keepLauncher.js';
import { disconnectWithTest } from '../features/support/disconnectWithTest.js';
import { stopped } from '../features/support/sessionTree.js';
import { stdioClient } from '../support/programs.js';
import { eventually } from '../support/within.js';
import { TerminalEditor } from './support/terminalEditor.js';

/** A program that says what it finds, and starts another one if it is asked to. */
const PROGRAM = `const { spawnSync } = require('node:child_process');
console.log(JSON.stringify({ options: process.env.NODE_OPTIONS, args: process.execArgv }));
const [next] = process.argv.slice(2);
if (next) process.exitCode = spawnSync(process.execPath, [next], { stdio: 'inherit' }).status;
`;
/** The time for a program with its session, in milliseconds: a deadline. */
const SESSION_MS = 30_000;

let scratch = '';
let workspace = '';
let own = '';
let tool = '';

beforeAll(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'debug terminal ')));
  workspace = join(scratch, 'workspace');
  own = join(workspace, 'own.cjs');
  tool = join(workspace, 'node_modules', 'tool', 'main.cjs');
  for (const file of [own, tool]) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, PROGRAM);
  }
});

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

function open(options: Partial<ConstructorParameters<typeof TerminalEditor>[0]> = {}): TerminalEditor {
  const editor = new TerminalEditor({
    // With a blank in it, as on macOS.
    folder: join(scratch, 'Application Support'),
    newClient: () => disconnectWithTest(stdioClient().client),
    workspace,
    ...options,
  });
  onTestFinished(() => editor.dispose());
  return editor;
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program as a person does in a terminal. */
function node(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Run> {
  const given = { ...process.env };
  delete given.NODE_OPTIONS;
  const child = spawn(process.execPath, args, {
    env: { ...given, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...texts })));
}

const PLAIN = { code: 0, stdout: '{"args":[]}\n', stderr: '' };
/** In an ordinary terminal the variable stays, empty: the editor cannot add to one that is not there. */
const PREPENDED = { ...PLAIN, stdout: '{"options":"","args":[]}\n' };

describe('a debug terminal', () => {
  it.each(['command', 'profile'] as const)(
    'opened as a %s debugs a program that is started in it, which sees nothing of it',
    async (how) => {
      const editor = open({
        breakpoints: { [own]: [2] },
        settings: { terminalOptions: { smartStep: false } },
      });
      const { env } = await editor.openTerminal(how);
      const run = node(env, own);
      await eventually(() => editor.started.length > 0, 'the session', SESSION_MS);
      const [{ session, folder, client }] = editor.started as [(typeof editor.started)[0]];
      expect(session.configuration).toMatchObject({ type: 'debug-adapter-ipc', smartStep: false });
      expect(session.name).toMatch(/^own\.cjs \[\d+\]$/);
      expect(folder?.uri.fsPath).toBe(workspace);
      const { threadId, frame } = await stopped(client);
      expect(frame).toMatchObject({ line: 2, source: { path: own } });
      await client.request('continue', { threadId });
      await client.waitForEvent('terminated');
      // The output is in the terminal, and the calls of the console in the debug console as well.
      const calls = client.events.filter(({ event }) => event === 'output').map(({ body }) => body as object);
      expect(calls).toMatchObject([{ output: PLAIN.stdout, line: 2, source: { path: own } }]);
      expect(await run).toEqual(PLAIN);
    },
  );

  it('ends what belongs to it when it is closed, and works on as a terminal', async () => {
    const editor = open({ breakpoints: { [own]: [2] } });
    const [terminal, other] = [await editor.openTerminal(), await editor.openTerminal('profile')];
    const runs = [node(terminal.env, own), node(other.env, own)] as const;
    await eventually(() => editor.started.length === 2, 'the sessions', SESSION_MS);
    for (const { client } of editor.started) await stopped(client);
    editor.close(terminal);
    expect((await runs[0]).code).not.toBe(0);
    expect(await node(terminal.env, own)).toEqual(PLAIN);
    expect(editor.started).toHaveLength(2);
    editor.close(other);
    expect((await runs[1]).code).not.toBe(0);
  });

  it('lets a program run that the editor does not debug', async () => {
    const { env } = await open({ starts: false }).openTerminal();
    expect(await node(env, own)).toEqual(PLAIN);
  });

  it('leaves the other options of Node.js to the program', async () => {
    const editor = open();
    const { env } = await editor.openTerminal();
    const run = await node({ NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --no-warnings` }, own);
    expect(run.stdout).toBe('{"options":"--no-warnings","args":[]}\n');
    expect(editor.started).toHaveLength(1);
  });
});

describe('auto attach', () => {
  const variables = async (editor: TerminalEditor): Promise<Record<string, string>> => {
    await eventually(() => editor.prepended.size > 0, 'the environment of the terminals', SESSION_MS);
    return Object.fromEntries(editor.prepended);
  };

  it('debugs a program of the workspace in any terminal', async () => {
    const editor = open({ settings: { autoAttach: 'smart' } });
    expect(await node(await variables(editor), own)).toEqual(PREPENDED);
    expect(editor.started.map(({ session }) => session.name)).toEqual([expect.stringMatching(/^own/)]);
  });

  it('leaves out what is in node_modules, but not the programs that it starts', async () => {
    const editor = open({ settings: { autoAttach: 'smart' } });
    const { code } = await node(await variables(editor), tool, own);
    expect(code).toBe(0);
    expect(editor.started.map(({ session }) => session.name)).toEqual([expect.stringMatching(/^own/)]);
  });

  it('leaves a debug terminal to itself', async () => {
    const editor = open({ settings: { autoAttach: 'always' } });
    const [prepended, { env }] = [await variables(editor), await editor.openTerminal()];
    const both = `${prepended.NODE_OPTIONS ?? ''}${env.NODE_OPTIONS ?? ''}`;
    expect((await node({ NODE_OPTIONS: both }, own)).code).toBe(0);
    expect(editor.started).toHaveLength(1);
    expect(both).toContain(
      Buffer.from(
        (editor.started[0]?.session.configuration.childSession as { keyFile: string }).keyFile,
      ).toString('base64url'),
    );
  });

  it('is chosen by a command, and ends with the setting', async () => {
    const editor = open({ choose: 'always' });
    await editor.run('toggleAutoAttach');
    const env = await variables(editor);
    editor.set('autoAttach', 'disabled');
    await eventually(() => editor.prepended.size === 0, 'the end of auto attach', SESSION_MS);
    // Terminals that were opened before have the variable still.
    expect(await node(env, own)).toEqual(PREPENDED);
    expect(editor.started).toEqual([]);
  });
});

describe('the launcher of a terminal', () => {
  it('is a copy that stays when the extension is gone, one for each content', async () => {
    const folder = join(scratch, 'copies');
    const copies = await Promise.all([1, 2, 3].map(() => keepLauncher(launcherFile(), folder)));
    expect(new Set(copies).size).toBe(1);
    expect(await keepLauncher(own, folder)).not.toBe(copies[0]);
    expect(readdirSync(folder)).toHaveLength(2);
  });
});
