import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { lineOf } from '../support/programs.js';
import { DapClient } from '../support/dapClient.js';
import { contributed, manifest as npmManifest } from './support/manifest.js';
import { unzip } from './support/unzip.js';

const run = promisify(execFile);
const MAX_BYTES = 2 * 1024 * 1024;

interface ExtensionManifest {
  readonly main: string;
  readonly icon: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly activationEvents: readonly string[];
  readonly contributes: typeof npmManifest.contributes;
  readonly dependencies?: unknown;
}

/** Outside of the repository: nothing that is there can be found from it. */
let folder = '';
let vsix = '';
let files = new Map<string, Buffer>();

function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** A copy of a fixture in the extension's folder, and what the compiler makes of it, with a map in a file of its own. */
function compiled(name: string): { source: string; program: string } {
  const source = join(folder, 'sources', name);
  const program = join(folder, 'compiled', name.replace(/\.ts$/, '.cjs'));
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, sourceMap: true };
  const text = readFileSync(fixture(name), 'utf8');
  const { outputText, sourceMapText = '' } = ts.transpileModule(text, {
    compilerOptions,
    fileName: `../sources/${name}`,
  });
  for (const [path, content] of [
    [source, text],
    [program, outputText.replace(/sourceMappingURL=.*/, `sourceMappingURL=${basename(program)}.map`)],
    [`${program}.map`, sourceMapText.replace(/"sources":\[[^\]]*\]/, `"sources":["../sources/${name}"]`)],
  ] as const) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return { source, program };
}

function readManifest(): ExtensionManifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as ExtensionManifest;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'extension-'));
  vsix = join(folder, 'made.vsix');
  const script = fileURLToPath(new URL('../../scripts/package.mjs', import.meta.url));
  await run(process.execPath, [script, '--out', vsix], { timeout: 60_000 });
  files = unzip(readFileSync(vsix));
  for (const [name, content] of files) {
    const to = join(folder, name.replace(/^extension\//, ''));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, content);
  }
}, 90_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the .vsix', () => {
  it('is smaller than 2 MB', () => {
    expect(statSync(vsix).size).toBeLessThan(MAX_BYTES);
  });

  it('has what an extension needs, and neither packages nor sources', () => {
    const names = [...files.keys()];
    expect(names).toEqual(
      expect.arrayContaining(
        ['package.json', 'readme.md', 'changelog.md', 'LICENSE.txt', 'ThirdPartyNotices.txt'].map(
          (name) => `extension/${name}`,
        ),
      ),
    );
    expect(names.filter((name) => /node_modules|\.(?:[cm]?ts|map)$|\/(?:test|src)\//.test(name))).toEqual([]);
  });

  it('has the manifest of package.json, and what an editor wants beside', () => {
    const manifest = readManifest();
    const { name, version, contributes } = npmManifest;
    expect(manifest).toMatchObject({
      name,
      version,
      contributes: { ...contributes },
      publisher: expect.stringMatching(/^[a-z-]+$/) as string,
    });
    expect(manifest.engines).toHaveProperty('vscode');
    expect(manifest.activationEvents).toEqual([
      `onDebugResolve:${contributed.type}`,
      `onDebugDynamicConfigurations:${contributed.type}`,
      'onStartupFinished',
    ]);
    for (const path of [manifest.main, manifest.icon, manifest.contributes.debuggers[0].program]) {
      expect(files.has(`extension/${path.replace(/^\.\//, '')}`)).toBe(true);
    }
    // Without it, Node.js warns of each ES module that the adapter loads.
    expect(manifest).toHaveProperty('type', 'module');
    expect(manifest.dependencies).toBeUndefined();
  });

  it('has the launcher, with the programs that it starts in processes of their own', () => {
    const launcher = files.get('extension/dist/launcher/main.cjs')?.toString() ?? '';
    const parts = [...launcher.matchAll(/"(\w+\.cjs)":function\(\)\{/g)].map(([, name]) => name);
    expect(parts).toEqual(expect.arrayContaining(['worker.cjs', 'guardMain.cjs', 'drainMain.cjs']));
  });

  it('names no source map that is not in it', () => {
    const naming = [...files].filter(([, content]) => content.includes('//# sourceMappingURL='));
    expect(naming.map(([name]) => name)).toEqual([]);
  });

  it('has the pictures of its README and its walkthrough, which need no network', () => {
    const readme = files.get('extension/readme.md')?.toString() ?? '';
    const shown = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = '']) => path);
    const { walkthroughs } = readManifest().contributes as unknown as {
      walkthroughs: { steps: { media: { image: string } }[] }[];
    };
    const media = walkthroughs.flatMap(({ steps }) => steps.map((step) => step.media.image));
    expect(shown).not.toEqual([]);
    for (const path of [...shown, ...media]) {
      expect(files.get(`extension/${path}`)?.subarray(1, 4).toString()).toBe('PNG');
    }
    const links = [...readme.matchAll(/(?<!!)\[[^\]]*\]\(([^)]*)\)/g)].map(([, to]) => to);
    expect(links.filter((to) => !/^(?:https:|#)/.test(to ?? ''))).toEqual([]);
  });

  it('tells the licence of everything that is bundled', () => {
    const notices = files.get('extension/ThirdPartyNotices.txt')?.toString() ?? '';
    for (const name of ['@vscode/debugadapter', 'commander', 'pino'])
      expect(notices).toContain(`${name}\n\n`);
  });
});

interface Bom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly {
    readonly name: string;
    readonly 'bom-ref': string;
    readonly purl: string;
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

describe('the bill of materials beside the .vsix', () => {
  const read = (): string => readFileSync(vsix.replace(/\.vsix$/, '.cdx.json'), 'utf8');
  const bom = (): Bom => JSON.parse(read()) as Bom;

  it('lists production dependencies and everything that is bundled, and no other development dependency', () => {
    const { bomFormat, metadata, components } = bom();
    const { name, version } = npmManifest;
    expect(bomFormat).toBe('CycloneDX');
    expect(metadata.component).toMatchObject({ name, version });
    const names = components.map((component) => component['bom-ref'].replace(/@[^@]*$/, ''));
    const notices = files.get('extension/ThirdPartyNotices.txt')?.toString() ?? '';
    const bundled = notices.split(/\n\n-{80}\n\n/).map((notice) => notice.split('\n', 1)[0]);
    expect(bundled).toContain('picomatch');
    expect(names).toEqual(expect.arrayContaining([...bundled, 'vscode-jsonrpc']));
    expect(names.filter((name) => /eslint|vitest|typescript|prettier/.test(name))).toEqual([]);
    for (const { purl } of components) expect(purl).toMatch(/^pkg:npm\//);
  });

  it('has no paths of this machine and no registries, and refers to nothing that it does not list', () => {
    const { components, dependencies } = bom();
    expect(read()).not.toContain('node_modules');
    expect(read()).not.toContain(folder);
    expect(read().match(/https?:\/\/[^"]*/g)).toEqual(['http://cyclonedx.org/schema/bom-1.5.schema.json']);
    const listed = components.map((component) => component['bom-ref']);
    expect(dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !listed.includes(ref))).toEqual(
      [],
    );
  });
});

describe('the extension from the .vsix', () => {
  /** The command that the editor runs for a session: that of the extension, which it has loaded. */
  async function commandOfExtension(): Promise<{ command: string; args: string[] }> {
    const path = `${dirname(process.execPath)}:${process.env.PATH ?? ''}`;
    const { stdout } = await run(process.execPath, [fixture('asksExtension.cjs'), folder], {
      env: { PATH: path },
    });
    return JSON.parse(stdout) as { command: string; args: string[] };
  }

  function startAdapter(command: string, args: readonly string[]): DapClient {
    const child = spawn(command, args, { cwd: folder, stdio: 'pipe' });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const exited = new Promise((resolve) => child.once('close', resolve));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await exited;
    });
    const { stdin, stdout }: { stdin: Writable; stdout: Readable } = child;
    return new DapClient(stdin, stdout, () => `Its stderr: ${stderr}`);
  }

  it('starts what the manifest declares, on a Node.js of the user', async () => {
    const { program, args, runtime } = contributed;
    expect(runtime).toBe('node');
    expect(await commandOfExtension()).toEqual({
      command: process.execPath,
      args: [join(folder, program), ...args],
    });
  });

  it('debugs a program from its start to its end', async () => {
    const { command, args } = await commandOfExtension();
    const client = startAdapter(command, args);
    const program = fixture('adds.cjs');
    const line = lineOf(program, 'sum');
    await client.start({ program }, { [program]: [line] });

    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'breakpoint', threadId: 1 });
    const { stackFrames } = await client.request<{ stackFrames: { id: number; line: number }[] }>(
      'stackTrace',
      {
        threadId: 1,
      },
    );
    expect(stackFrames[0]).toMatchObject({ name: 'add', line, source: { path: program } });
    const frameId = stackFrames[0]?.id;
    expect(await client.request('evaluate', { expression: 'sum * 2', frameId })).toMatchObject({
      result: '10',
    });
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
    expect(client.output('stdout')).toBe('sum 5\n');
    await client.request('disconnect');
    await client.closed;
  });

  it('debugs TypeScript in its own source, from a breakpoint that is there before it runs', async () => {
    const { source, program } = compiled('adds.ts');
    const { command, args } = await commandOfExtension();
    const client = startAdapter(command, args);
    const line = lineOf(source, 'sum');
    await client.start({ program }, { [source]: [line] });

    await client.waitForEvent('stopped');
    const { stackFrames } = await client.request<{ stackFrames: object[] }>('stackTrace', { threadId: 1 });
    expect(stackFrames[0]).toMatchObject({ name: 'add', line, source: { path: source } });
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
    await client.request('disconnect');
    await client.closed;
  });

  it('logs, with what it has bundled for that', async () => {
    const { command, args } = await commandOfExtension();
    const logFile = join(folder, 'adapter.log');
    const client = startAdapter(command, [...args, '--log-level', 'debug', '--log-file', logFile]);
    await client.request('initialize', { adapterID: 'test' });
    await client.request('disconnect');
    await client.closed;
    expect(readFileSync(logFile, 'utf8')).toContain('"command":"initialize"');
  });
});
