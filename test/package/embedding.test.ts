import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectPath } from '../support/cliProcess.js';
import { codeBlocks, compile, freshProject, publishedFiles } from './support/freshProject.js';

const run = promisify(execFile);
const PAGE = codeBlocks('docs/embedding.md');
const TYPESCRIPT = Object.fromEntries(Object.entries(PAGE).filter(([name]) => name.endsWith('.ts')));
const [, README = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(projectPath('README.md'), 'utf8')) ?? [];
const { ModuleKind: Kind, ModuleResolutionKind: Resolution } = ts;

let published: string[];

beforeAll(async () => {
  published = await publishedFiles();
}, 60_000);

describe('a strict project', () => {
  it.each([
    ['nodenext, of modules', 'module', { module: Kind.NodeNext }],
    ['nodenext, of CommonJS', 'commonjs', { module: Kind.NodeNext }],
    ['node16, of modules', 'module', { module: Kind.Node16 }],
    ['node16, of CommonJS', 'commonjs', { module: Kind.Node16 }],
    ['bundler', 'module', { module: Kind.ESNext, moduleResolution: Resolution.Bundler }],
    ['preserve', 'module', { module: Kind.Preserve }],
  ] as const)(
    'under %s compiles the code of docs/embedding.md',
    (_, type, options) => {
      // The example of the README has an await at its top, which CommonJS has not.
      const files = { ...TYPESCRIPT, ...(type === 'module' && { 'readme.ts': README }) };
      const project = freshProject(published, type, files);
      expect(compile(project, Object.keys(files), { ...options, noEmit: true })).toEqual([]);
    },
    120_000,
  );

  it.each(['module', 'commonjs'] as const)(
    'of type %s does what docs/embedding.md says',
    async (type) => {
      const project = freshProject(published, type, TYPESCRIPT);
      expect(compile(project, Object.keys(TYPESCRIPT), { module: Kind.Node16 })).toEqual([]);
      const [, expected] =
        /```text\n([\s\S]*?)```/.exec(readFileSync(projectPath('docs/embedding.md'), 'utf8')) ?? [];
      const { stdout, stderr } = await run(process.execPath, ['main.js', 'launcher.js'], {
        cwd: project.path,
      });
      expect(stdout).toBe(expected);
      expect(stderr).toBe('');
      const tested = await run(process.execPath, ['--test', 'session.test.js'], { cwd: project.path });
      expect(tested.stdout).toMatch(/^. pass 1$/m);
    },
    120_000,
  );

  it('has one class of each name, by whichever entry and in whichever way it is imported', async () => {
    const code = `
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      for (const entry of ['debug-adapter-ipc', 'debug-adapter-ipc/adapter', 'debug-adapter-ipc/jsonrpc', 'debug-adapter-ipc/multiprocessing']) {
        const [imported, required] = [await import(entry), require(entry)];
        for (const name in imported) if (imported[name] !== required[name]) console.log(entry, name);
      }
      const { IpcError } = await import('debug-adapter-ipc');
      console.log(IpcError === require('debug-adapter-ipc/multiprocessing').IpcError);`;
    const project = freshProject(published, 'module', { 'main.mjs': code });
    const { stdout, stderr } = await run(process.execPath, ['main.mjs'], { cwd: project.path });
    expect(stdout).toBe('true\n');
    expect(stderr).toBe('');
  }, 60_000);
});
