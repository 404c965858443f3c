import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findNode } from '../../src/vscode/findNode.js';
import { packagePrograms } from '../../src/vscode/packagePrograms.js';
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

  it('says what is missing where there is nothing to run, and starts nothing', async () => {
    const { provider, workspaceFolder, errors } = editor();
    expect(await provider().resolveDebugConfiguration(workspaceFolder(folderWith({})), {})).toBeUndefined();
    expect(errors).toEqual([expect.stringContaining('open a JavaScript or TypeScript file')]);
  });

  it('leaves a configuration that somebody wrote as it is', async () => {
    const { provider } = editor({ path: '/src/main.js', languageId: 'javascript' });
    const written = { type: 'debug-adapter-ipc', request: 'attach', name: 'Attach', port: 4711 };
    expect(await provider().resolveDebugConfiguration(undefined, written)).toBe(written);
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
    expect(await factory({ runtimeExecutable })).toEqual({
      command: runtimeExecutable,
      args: ['/extension/dist/bin.cjs', 'adapter'],
    });
  });

  it('tells the editor why it cannot start the adapter', async () => {
    const { factory } = editor().activate({ engines: { node: '>=99.0' } });
    await expect(factory({})).rejects.toThrow(/needs 99\.0 or newer/);
  });
});
