import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CHILDREN_BY_EVENT } from '../../src/adapter/settings/childSettings.js';
import { ConfigurationProvider } from '../../src/vscode/configurationProvider.js';
import { findNode } from '../../src/vscode/findNode.js';
import { packagePrograms } from '../../src/vscode/packagePrograms.js';
import type { DebugAdapterTracker, DebugSession } from 'vscode';
import { AdapterWatch } from '../../src/vscode/adapterWatch.js';
import type { WatchApi } from '../../src/vscode/adapterWatch.js';
import { cascadeTerminations } from '../../src/vscode/cascade.js';
import type { CascadeApi } from '../../src/vscode/cascade.js';
import { startChildSessions } from '../../src/vscode/childSessions.js';
import type { ChildSessionsApi } from '../../src/vscode/childSessions.js';
import { editor } from './support/editor.js';

const OLDEST = '20.19';
let scratch = '';

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'extension-'));
});

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** A folder with these files in it, made for one test. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(scratch, 'folder-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A folder with a program `node` in it that says it is of this version. */
function folderWithNode(says: string): string {
  const folder = folderWith({ node: `#!/bin/sh\necho "${says}"\n` });
  chmodSync(join(folder, 'node'), 0o755);
  return folder;
}

describe('F5 without a launch.json', () => {
  it('runs the file in the active editor', async () => {
    const { provider } = editor({ path: '/src/main.ts', languageId: 'typescript' });
    expect(await provider().resolveDebugConfiguration(undefined, {})).toEqual({
      type: 'debug-adapter-ipc',
      request: 'launch',
      name: 'Current file',
      program: '/src/main.ts',
      skipFiles: ['<node_internals>/**'],
      cwd: '/src',
    });
  });

  it('runs without debugging where that was asked for', async () => {
    const { provider } = editor({ path: '/src/main.js', languageId: 'javascript' });
    expect(await provider().resolveDebugConfiguration(undefined, { noDebug: true })).toMatchObject({
      program: '/src/main.js',
      noDebug: true,
    });
  });

  it.each([
    ['nothing is open', undefined],
    ['what is open is no program', { path: '/README.md', languageId: 'markdown' }],
    ['what is open was never saved', { path: 'Untitled-1', languageId: 'javascript', scheme: 'untitled' }],
  ])('runs what the package starts where %s', async (_, document) => {
    const folder = folderWith({
      'package.json': JSON.stringify({
        main: './index.js',
        scripts: { start: 'node src/server.js --port 1' },
      }),
    });
    const { provider, workspaceFolder } = editor(document);
    expect(await provider().resolveDebugConfiguration(workspaceFolder(folder), {})).toMatchObject({
      name: `npm start (${join('src', 'server.js')})`,
      program: join(folder, 'src/server.js'),
      args: ['--port', '1'],
    });
  });

  it('runs the start script where that is no plain node', async () => {
    const folder = folderWith({ 'package.json': JSON.stringify({ scripts: { start: 'tsx src/main.ts' } }) });
    const { provider, workspaceFolder } = editor();
    expect(await provider().resolveDebugConfiguration(workspaceFolder(folder), {})).toMatchObject({
      name: 'Run Script: start',
      runtimeExecutable: 'npm',
      runtimeArgs: ['run', 'start'],
      cwd: folder,
    });
  });

  it('says what is missing where there is nothing to run, and starts nothing', async () => {
    const { provider, workspaceFolder, errors } = editor();
    expect(await provider().resolveDebugConfiguration(workspaceFolder(folderWith({})), {})).toBeUndefined();
    expect(errors).toEqual([expect.stringContaining('open a JavaScript or TypeScript file')]);
  });

  it('leaves a configuration that is no launch as it is', async () => {
    const { provider } = editor({ path: '/src/main.js', languageId: 'javascript' });
    const written = { type: 'debug-adapter-ipc', request: 'attach', name: 'Attach', port: 4711 };
    expect(await provider().resolveDebugConfiguration(undefined, written)).toBe(written);
  });
});

describe('every configuration', () => {
  it('has the extension start the sessions of children', () => {
    const written = { type: 'debug-adapter-ipc', request: 'attach', name: 'x' };
    const { provider } = editor();
    expect(provider().resolveDebugConfigurationWithSubstitutedVariables(undefined, written)).toEqual({
      ...written,
      [CHILDREN_BY_EVENT]: true,
    });
  });
});

describe('a launch that somebody wrote', () => {
  const written = { type: 'debug-adapter-ipc', request: 'launch', name: 'x', program: '/far/a.js' };
  const resolved = async (settings: object, folder?: string): Promise<unknown> => {
    const { provider, workspaceFolder } = editor();
    const at = folder === undefined ? undefined : workspaceFolder(folder);
    return await provider().resolveDebugConfiguration(at, { ...written, ...settings });
  };

  it.each<[string, object, string | undefined, string | undefined]>([
    ['the folder of the workspace', {}, '/work', '/work'],
    ['the folder of the program, without a workspace', {}, undefined, '/far'],
    ['that of the file in the editor', { program: '${file}' }, undefined, '${fileDirname}'],
    ['its own', { cwd: '/own' }, '/work', '/own'],
    ['that of the workspace, where its own is empty', { cwd: '' }, '/work', '/work'],
    ['left to the adapter, where nothing is known', { program: 'a.js' }, undefined, undefined],
  ])('has as its cwd %s', async (_, settings, folder, cwd) => {
    expect(await resolved(settings, folder)).toEqual({ ...written, ...settings, ...(cwd && { cwd }) });
  });

  it.each([
    ['/one/a.js', '/one'],
    ['/two/deep/b.js', '/two'],
    ['/twofold/c.js', '/one'],
    ['a.js', '/one'],
  ])('in a workspace of several folders has the one of %s as its cwd', async (program, cwd) => {
    const { workspaceFolder, window } = editor();
    const workspaceFolders = ['/one', '/two'].map((path) => workspaceFolder(path));
    const provider = new ConfigurationProvider({ window, workspace: { workspaceFolders } });
    const configuration = { ...written, program };
    expect(await provider.resolveDebugConfiguration(undefined, configuration)).toMatchObject({ cwd });
  });

  it.each([
    ['${workspaceFolder:two}/b.js', ['/one', '/two'], '/two/b.js', '/two'],
    ['${fileDirname}/c.js', [], '/far/c.js', '/far'],
  ])('has the cwd of %s when its variables are filled in', async (written, folders, program, cwd) => {
    const { workspaceFolder, window } = editor();
    const workspaceFolders = folders.map((path) => workspaceFolder(path));
    const provider = new ConfigurationProvider({ window, workspace: { workspaceFolders } });
    const launch = { type: 'debug-adapter-ipc', request: 'launch', name: 'x' };
    const before = await provider.resolveDebugConfiguration(undefined, { ...launch, program: written });
    const after = provider.resolveDebugConfigurationWithSubstitutedVariables(undefined, {
      ...launch,
      ...before,
      program,
    });
    expect(after).toMatchObject({ program, cwd });
  });

  it('in a terminal is not covered by the debug console, unless it wants to be', async () => {
    const console = 'integratedTerminal';
    expect(await resolved({ console })).toMatchObject({ internalConsoleOptions: 'neverOpen' });
    const internalConsoleOptions = 'openOnSessionStart';
    expect(await resolved({ console, internalConsoleOptions })).toMatchObject({ internalConsoleOptions });
    expect(await resolved({})).not.toHaveProperty('internalConsoleOptions');
  });
});

describe('the session of a child process', () => {
  const parent = {
    type: 'debug-adapter-ipc',
    workspaceFolder: 'the folder',
    configuration: {},
  };
  const configuration = { type: 'debug-adapter-ipc', request: 'attach', name: 'child: a.js [7]' };

  /** Sends an event of a session. Gives what the editor was asked to start, and the answer to the session. */
  async function asked(
    start: () => Promise<boolean>,
    { type = parent.type, event = 'childSession', isCommand = false } = {},
  ): Promise<{ started: unknown[]; answers: unknown[] }> {
    const [started, answers]: [unknown[], unknown[]] = [[], []];
    let send: (event: unknown) => void = () => undefined;
    const api = {
      DebugConsoleMode: { Separate: 0, MergeWithParent: 1 },
      debug: {
        onDidReceiveDebugSessionCustomEvent: (listener: typeof send) => {
          send = listener;
          return { dispose: () => undefined };
        },
        startDebugging: (...args: unknown[]) => {
          started.push(...args);
          return start();
        },
      },
    } as unknown as ChildSessionsApi;
    startChildSessions(api, 'debug-adapter-ipc');
    const answered = new Promise<void>((resolve) => {
      const customRequest = (command: string, args: unknown): Promise<void> => {
        answers.push(command, args);
        resolve();
        return Promise.reject(new Error('the session is over'));
      };
      const session = { ...parent, type, customRequest };
      send({ session, event, body: { requestId: 5, configuration, isCommand } });
      if (type !== parent.type || event !== 'childSession') resolve();
    });
    await answered;
    return { started, answers };
  }

  it('logs to the console of its parent, and ends with it', async () => {
    const { started, answers } = await asked(() => Promise.resolve(true));
    expect(started).toEqual([
      parent.workspaceFolder,
      configuration,
      expect.objectContaining({ consoleMode: 1, lifecycleManagedByParent: true, compact: false }),
    ]);
    expect(answers).toMatchObject(['childSessionStarted', { requestId: 5, success: true }]);
  });

  it('takes the place of a parent that has no program', async () => {
    const { started } = await asked(() => Promise.resolve(true), { isCommand: true });
    expect(started[2]).toMatchObject({ compact: true });
  });

  it.each([
    ['refuses', () => Promise.resolve(false), 'the editor did not start a session'],
    ['fails', () => Promise.reject(new Error('no folder')), 'no folder'],
  ])('is reported as failed where the editor %s', async (_, start, message) => {
    const { answers } = await asked(start);
    expect(answers[1]).toEqual({ requestId: 5, success: false, message });
  });

  it('is started for no other debugger, and for no other event', async () => {
    for (const other of [{ type: 'python' }, { event: 'output' }]) {
      expect((await asked(() => Promise.resolve(true), other)).started).toEqual([]);
    }
  });
});

describe('the list of what can be run', () => {
  it('has the active file, the start script and main', async () => {
    const folder = folderWith({
      'package.json': JSON.stringify({
        main: 'lib/index.mjs',
        scripts: { start: 'node --enable-source-maps app.js' },
      }),
    });
    const { provider, workspaceFolder } = editor({ path: '/x.cjs', languageId: 'javascript' });
    const offered = await provider().provideDebugConfigurations(workspaceFolder(folder));
    expect(offered).toMatchObject([
      { name: 'Current file', program: '${file}' },
      { name: 'npm start (app.js)', program: join(folder, 'app.js'), runtimeArgs: ['--enable-source-maps'] },
      { name: `main (${join('lib', 'index.mjs')})`, program: join(folder, 'lib/index.mjs') },
      { name: 'Run Script: start', runtimeExecutable: 'npm', runtimeArgs: ['run', 'start'] },
    ]);
  });

  it.each([
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
    ['bun.lock', 'bun'],
    ['package-lock.json', 'npm'],
  ])('runs the scripts by the package manager that has left %s', async (lockFile, runtimeExecutable) => {
    const scripts = { dev: 'vite', 'test:unit': 'vitest run', wrong: 1 };
    const folder = folderWith({ 'package.json': JSON.stringify({ scripts }), [lockFile]: '' });
    const { provider, workspaceFolder } = editor();
    expect(await provider().provideDebugConfigurations(workspaceFolder(folder))).toMatchObject([
      { name: 'Run Script: dev', runtimeExecutable, runtimeArgs: ['run', 'dev'] },
      { name: 'Run Script: test:unit', runtimeExecutable, runtimeArgs: ['run', 'test:unit'] },
    ]);
  });

  it('is empty where there is nothing', async () => {
    expect(await editor().provider().provideDebugConfigurations(undefined)).toEqual([]);
  });
});

describe('what a package.json names', () => {
  it.each([
    ['a shell', { scripts: { start: 'NODE_ENV=production node a.js && node b.js' } }],
    ['another program', { scripts: { start: 'tsx src/main.ts' } }],
    ['an option whose value is no program', { scripts: { start: 'node --import ./register main.js' } }],
    ['no file', { scripts: { start: 'node' } }],
    ['something of the wrong kind', { main: 1, scripts: 'start' }],
    ['a library of another kind', { main: 'style.css' }],
  ])('is not taken for a program: %s', async (_, json) => {
    expect(await packagePrograms(folderWith({ 'package.json': JSON.stringify(json) }))).toEqual([]);
  });

  it.each([
    ['null', 'null'],
    ['no JSON', '{'],
  ])('is nothing where it is %s', async (_, text) => {
    expect(await packagePrograms(folderWith({ 'package.json': text }))).toEqual([]);
  });
});

describe('the Node.js that the adapter runs on', () => {
  it('is the first on PATH that is new enough', async () => {
    const [old, broken, fit] = [
      folderWithNode('v18.20.0'),
      folderWithNode('sh: not found'),
      folderWithNode('v20.19.0'),
    ];
    const path = ['relative', folderWith({}), old, broken, fit].join(delimiter);
    expect(await findNode({ path, oldest: OLDEST })).toEqual({ path: join(fit, 'node') });
  });

  it('is the one of the configuration, where that is a path', async () => {
    const [own, other] = [folderWithNode('v24.1.0'), folderWithNode('v22.0.0')];
    const preferred = join(own, 'node');
    expect(await findNode({ preferred, path: other, oldest: OLDEST })).toEqual({ path: preferred });
    expect(await findNode({ preferred: 'node', path: other, oldest: OLDEST })).toEqual({
      path: join(other, 'node'),
    });
  });

  it('is missed in words that say what to do', async () => {
    expect(await findNode({ path: folderWith({}), oldest: OLDEST })).toEqual({
      problem: expect.stringMatching(
        /^No Node\.js was found on PATH\. Install Node\.js 20\.19 or newer/,
      ) as string,
    });
    const old = folderWithNode('v20.18.3');
    expect(await findNode({ path: old, oldest: OLDEST })).toEqual({
      problem: expect.stringMatching(
        /node is Node\.js 20\.18\.3; the debugger needs 20\.19 or newer/,
      ) as string,
    });
  });
});

describe('the extension', () => {
  it('registers its provider and its adapter, which it starts on a Node.js', async () => {
    const { activate } = editor();
    const { factory, subscriptions } = activate({ engines: { node: `>=${OLDEST}` } });
    expect(subscriptions).toHaveLength(2);
    const runtimeExecutable = process.execPath;
    expect(await factory({ runtimeExecutable })).toMatchObject({
      command: runtimeExecutable,
      args: ['/extension/dist/bin.cjs', 'adapter', '--no-warm-launcher'],
    });
  });

  it('has the launcher started with the adapter, where the launch can use it', async () => {
    const { factory } = editor().activate({ engines: { node: `>=${OLDEST}` } });
    const runtimeExecutable = process.execPath;
    const argsOf = async (configuration: object): Promise<string[]> => {
      const started = (await factory({ runtimeExecutable, ...configuration })) as { args: string[] };
      return started.args.slice(2);
    };
    expect(await argsOf({ request: 'launch' })).toEqual([]);
    const others = [
      { request: 'attach' },
      { request: 'launch', console: 'integratedTerminal' },
      { request: 'launch', runtimeArgs: ['--no-warnings'] },
      { request: 'launch', noDebug: true },
    ];
    for (const other of others) expect(await argsOf(other)).toEqual(['--no-warm-launcher']);
  });

  it('starts the adapter without the variables of the editor itself', async () => {
    const own = { ELECTRON_RUN_AS_NODE: '1', VSCODE_ESM_ENTRYPOINT: 'x', VSCODE_PID: '5' };
    Object.assign(process.env, own);
    onTestFinished(() => {
      for (const name of Object.keys(own)) Reflect.deleteProperty(process.env, name);
    });
    const { factory } = editor().activate({ engines: { node: `>=${OLDEST}` } });
    const { options } = (await factory({ runtimeExecutable: process.execPath })) as {
      options: { env: Record<string, string | undefined> };
    };
    const env = { ...process.env, ...options.env };
    expect(
      Object.keys(env).filter((name) => env[name] !== undefined && /^VSCODE_|^ELECTRON_RUN/.test(name)),
    ).toEqual([]);
    expect(env.PATH).toBe(process.env.PATH);
  });

  it('tells the editor why it cannot start the adapter', async () => {
    const { factory } = editor().activate({ engines: { node: '>=99.0' } });
    await expect(factory({})).rejects.toThrow(/needs 99\.0 or newer/);
  });
});

describe('the end of the adapter', () => {
  const configuration = { name: 'Server', program: 'a.js', keepRunning: 'reattach', skipFiles: ['a'] };
  const session = { name: 'Server', workspaceFolder: undefined, configuration };

  /** What is shown when the adapter ends, after these events of its session. */
  async function shownAfter(
    before: (tracker: DebugAdapterTracker) => void,
    answer?: string,
  ): Promise<{ texts: string[]; started: unknown[] }> {
    const [texts, started]: [string[], unknown[]] = [[], []];
    const api = {
      window: {
        showErrorMessage: (text: string) => {
          texts.push(text);
          return Promise.resolve(answer);
        },
      },
      debug: {
        startDebugging: (_folder: unknown, configuration: unknown) =>
          Promise.resolve(started.push(configuration) > 0),
      },
    } as unknown as WatchApi;
    const tracker = new AdapterWatch(api).createDebugAdapterTracker(session as unknown as DebugSession);
    before(tracker);
    tracker.onExit?.(undefined, 'SIGKILL');
    await Promise.resolve();
    return { texts, started };
  }

  it('in the middle of a session is said, with a way back', async () => {
    const { texts, started } = await shownAfter(() => undefined, 'Start Again');
    expect(texts).toEqual([expect.stringMatching(/"Server" has ended in the middle .*SIGKILL/)]);
    expect(started).toEqual([session.configuration]);
  });

  it('offers to attach again where the program still runs', async () => {
    const attach = { type: 'debug-adapter-ipc', request: 'attach', keyFile: '/key' };
    const { texts, started } = await shownAfter((tracker) => {
      tracker.onDidSendMessage?.({
        type: 'event',
        event: 'output',
        body: { output: '...', data: { attach } },
      });
      tracker.onDidSendMessage?.({ type: 'event', event: 'output', body: { output: '...' } });
    }, 'Attach Again');
    expect(texts).toEqual([expect.stringMatching(/debugger of "Server" was lost \(SIGKILL\).*still runs/)]);
    expect(started).toEqual([{ name: 'Server', skipFiles: ['a'], ...attach }]);
  });

  it.each<[string, (tracker: DebugAdapterTracker) => void]>([
    ['the editor has stopped it', (tracker) => tracker.onWillStopSession?.()],
    [
      'the editor has left it',
      (tracker) => tracker.onWillReceiveMessage?.({ type: 'request', command: 'disconnect' }),
    ],
    [
      'its program has ended',
      (tracker) => tracker.onDidSendMessage?.({ type: 'event', event: 'terminated' }),
    ],
  ])('is not worth a word where %s', async (_, before) => {
    expect((await shownAfter(before)).texts).toEqual([]);
  });
});

describe('the sessions that a configuration wants to end with its own', () => {
  it('are stopped by name, and no others', () => {
    const listeners: ((session: unknown) => void)[] = [];
    const on = (listener: (session: unknown) => void) => {
      listeners.push(listener);
      return { dispose: () => undefined };
    };
    const stopped: unknown[] = [];
    const debug = {
      onDidStartDebugSession: on,
      onDidTerminateDebugSession: on,
      stopDebugging: (session: unknown) => Promise.resolve(void stopped.push(session)),
    } as unknown as CascadeApi;
    cascadeTerminations(debug, 'debug-adapter-ipc');
    const [start, terminate] = listeners;
    const own = {
      type: 'debug-adapter-ipc',
      configuration: { name: 'a', cascadeTerminateToConfigurations: ['b'] },
    };
    const [named, other] = ['b', 'c'].map((name) => ({ type: 'chrome', configuration: { name } }));
    for (const session of [own, named, other]) start?.(session);
    terminate?.(own);
    expect(stopped).toEqual([named]);
  });
});
