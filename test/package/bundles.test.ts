import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectPath } from '../support/cliProcess.js';
import { Project } from '../support/project.js';
import { codeBlocks, compile, freshProject, publishedFiles } from './support/freshProject.js';

const run = promisify(execFile);
const PAGE = readFileSync(projectPath('docs/embedding.md'), 'utf8');
const { 'extension.ts': EXTENSION = '', 'webpack.config.cjs': WEBPACK_CONFIG = '' } =
  codeBlocks('docs/embedding.md');
/** The commands of the page that make a bundle with esbuild, and that copy the launcher. */
const [ESBUILD = '', COPY = ''] = /```sh\nnpx esbuild (.*)\n(node -e .*)\n```/.exec(PAGE)?.slice(1) ?? [];
const ENTRIES = [
  'debug-adapter-ipc',
  'debug-adapter-ipc/adapter',
  'debug-adapter-ipc/jsonrpc',
  'debug-adapter-ipc/multiprocessing',
];

/** Plays the editor: starts a session of the extension, runs a program and prints what the session says. */
const EDITOR = `
  const { activate } = require('./out/extension.cjs');
  const { debug } = require('vscode');
  activate({ subscriptions: [] });
  const { implementation } = debug.factory.createDebugAdapterDescriptor();
  const request = (seq, command, args) => implementation.handleMessage({ seq, type: 'request', command, arguments: args });
  implementation.onDidSendMessage((message) => {
    if (message.type === 'response' && !message.success) console.log(message.command, message.body.error.format);
    if (message.event === 'initialized') request(3, 'configurationDone');
    if (message.event === 'output') console.log(message.body.output.trim());
    if (message.event === 'terminated' || message.success === false) implementation.dispose();
  });
  request(1, 'initialize', { adapterID: 'my-node' });
  request(2, 'launch', { program: __dirname + '/program.js', outputCapture: 'std' });`;

const VSCODE = `
  exports.DebugAdapterInlineImplementation = class { constructor(implementation) { this.implementation = implementation; } };
  exports.debug = { registerDebugAdapterDescriptorFactory(type, factory) { exports.debug.factory = factory; } };`;

let published: string[];

beforeAll(async () => {
  published = await publishedFiles();
}, 60_000);

/** Runs the bundle of an extension in a folder that has nothing of this package but what is in \`out\`. */
async function runExtension(out: string): Promise<string> {
  const place = new Project({
    'editor.cjs': EDITOR,
    'node_modules/vscode/index.js': VSCODE,
    'program.js': 'console.log("the program ran");\nprocess.exitCode = 3;\n',
  });
  cpSync(out, place.file('out'), { recursive: true });
  const { stdout, stderr } = await run(process.execPath, ['editor.cjs'], {
    cwd: place.path,
    timeout: 60_000,
  });
  return stdout + stderr;
}

/** Runs esbuild's command, which is a program or a script, as npx does. */
async function esbuild(args: readonly string[], project: Project): Promise<{ stderr: string }> {
  const isWindows = process.platform === 'win32';
  const quoted = isWindows ? args.map((arg) => `"${arg}"`) : args;
  return run(projectPath('node_modules/.bin/esbuild'), quoted, { cwd: project.path, shell: isWindows });
}

async function copyLauncher(project: Project): Promise<void> {
  const [, code = ''] = /^node -e "(.*)"$/.exec(COPY) ?? [];
  mkdirSync(project.file('out'), { recursive: true });
  await run(process.execPath, ['-e', code], { cwd: project.path });
}

describe('the extension of docs/embedding.md', () => {
  it('bundled by esbuild debugs a program with its one further file, and says what is missing without it', async () => {
    const project = freshProject(published, 'commonjs', { 'src/extension.ts': EXTENSION });
    await esbuild(ESBUILD.split(' '), project);
    const alone = await runExtension(project.file('out'));
    expect(alone).toContain('launch The launch failed: The launcher is missing: copy the file');
    await copyLauncher(project);
    expect(await runExtension(project.file('out'))).toContain('the program ran\nProcess exited with code 3');
  }, 120_000);

  it.skipIf(webpackFolder() === undefined)(
    'bundled by webpack does the same (skipped if webpack cannot be installed)',
    async () => {
      const project = freshProject(published, 'commonjs', {
        'extension.ts': EXTENSION,
        'webpack.config.cjs': WEBPACK_CONFIG,
      });
      const options = { module: ts.ModuleKind.Node16, outDir: project.file('build') };
      expect(compile(project, ['extension.ts'], options)).toEqual([]);
      const code = `require(${JSON.stringify(webpackFolder())})(require('./webpack.config.cjs'), (error, stats) => {
        if (error || stats.hasErrors() || stats.hasWarnings()) console.log(error ?? stats.toString());
      });`;
      const { stdout } = await run(process.execPath, ['-e', code], { cwd: project.path });
      expect(stdout).toBe('');
      await copyLauncher(project);
      expect(await runExtension(project.file('out'))).toContain(
        'the program ran\nProcess exited with code 3',
      );
    },
    180_000,
  );
});

describe('each entry', () => {
  // What @vscode/debugadapter and vscode-jsonrpc require is CommonJS: a bundle of modules needs a `require` for them.
  const banner =
    "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

  it.each([
    ['cjs', ENTRIES, []],
    ['esm', ENTRIES, [banner]],
    ['esm', ['debug-adapter-ipc', 'debug-adapter-ipc/multiprocessing'], []],
  ] as const)(
    'bundled by esbuild as %s loads: %s',
    async (format, entries, more) => {
      const code = entries.map(
        (entry, at) =>
          `import * as entry${at} from '${entry}';\nconsole.log(Object.keys(entry${at}).length > 0);`,
      );
      const project = freshProject(published, 'module', { 'main.js': code.join('\n') });
      const outfile = project.file(`out.${format === 'cjs' ? 'cjs' : 'mjs'}`);
      const args = [
        'main.js',
        '--bundle',
        '--platform=node',
        `--format=${format}`,
        `--outfile=${outfile}`,
        ...more,
      ];
      const { stderr } = await esbuild(args, project);
      expect(stderr).not.toMatch(/warning|error/i);
      const { stdout } = await run(process.execPath, [outfile], { cwd: project.path });
      expect(stdout).toBe('true\n'.repeat(entries.length));
    },
    60_000,
  );
});

/** The folder of webpack, which is installed from npm once. Undefined if that is not possible. */
function webpackFolder(): string | undefined {
  const folder = projectPath('node_modules/.cache/webpack');
  const installed = join(folder, 'node_modules', 'webpack');
  if (existsSync(join(installed, 'package.json'))) return installed;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const options = ['--prefix', folder, '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
  try {
    execFileSync('npm', ['install', ...options, 'webpack@5'], {
      cwd: folder,
      stdio: 'ignore',
      shell: process.platform === 'win32',
      timeout: 120_000,
    });
    return installed;
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
}
