import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { lineOf, stdioClient } from '../../support/programs.js';
import { disconnectWithTest } from '../support/disconnectWithTest.js';
import { STARTS_SESSIONS } from '../support/sessionTree.js';

const HERE = fileURLToPath(new URL('../fixtures/commands', import.meta.url));
const APP = join(HERE, 'app.js');
/** A launch.json for the type `node`, with the defaults that people have in it. */
const FOR_NODE = {
  type: 'debug-adapter-ipc',
  request: 'launch',
  name: 'Launch Program',
  program: APP,
  runtimeExecutable: null,
  envFile: null,
  localRoot: null,
  remoteRoot: null,
  attachSimplePort: null,
  resolveSourceMapLocations: ['**', '!**/node_modules/**'],
};

/** The settings of js-debug for Node.js that FOR_NODE and the tests below do not have, with values that people give. */
const REST = {
  ...{
    args: [],
    autoAttachChildProcesses: true,
    console: 'internalConsole',
    continueOnAttach: true,
    cwd: HERE,
  },
  ...{
    enableContentValidation: true,
    enableDWARF: true,
    env: { GONE: null },
    nodeVersionHint: 12,
    outFiles: [],
  },
  ...{
    attachExistingChildren: false,
    experimentalNetworking: 'auto',
    outputCapture: 'std',
    perScriptSourcemaps: 'auto',
  },
  ...{
    profileStartup: false,
    runtimeArgs: [],
    runtimeSourcemapPausePatterns: [],
    skipFiles: ['<node_internals>/**'],
  },
  ...{
    smartStep: true,
    sourceMapPathOverrides: { 'webpack:///./~/*': '/x/*' },
    sourceMapRenames: false,
    sourceMaps: true,
  },
  ...{ timeouts: { hoverEvaluation: 500, sourceMapMinPause: 1000 }, remoteHostHeader: 'x' },
};

function folder(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), 'settings-')));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Runs a program to its end. @returns the client, with all that it got */
async function finished(settings: object, breakpoints: Record<string, number[]> = {}): Promise<DapClient> {
  const client = disconnectWithTest(stdioClient().client);
  await client.start({ ...FOR_NODE, ...settings }, breakpoints, STARTS_SESSIONS);
  await client.waitForEvent('terminated');
  return client;
}

/** The lines of the console that are neither the command line nor the exit code. */
function remarks(client: DapClient): string[] {
  return client
    .output('console')
    .split('\n')
    .filter((line) => line !== '');
}

describe('a launch.json for node with its type changed', () => {
  it.each<[string, object]>([
    ['the defaults', {}],
    ['timeout', { timeout: 20_000 }],
    ['killBehavior', { killBehavior: 'forceful' }],
    ['trace, off', { trace: false }],
    ['old settings', { protocol: 'inspector', port: 9229, address: 'localhost', runtimeVersion: 'default' }],
    [
      'what js-debug needs for itself',
      { pauseForSourceMap: true, enableContentValidation: false, timeouts: {} },
    ],
    ['cascadeTerminateToConfigurations, empty', { cascadeTerminateToConfigurations: [] }],
  ])('works with %s, and nothing of ours is said', async (_, settings) => {
    const client = await finished(settings);
    expect(client.output('stdout')).toBe('app none plain\n');
    expect(client.output('console')).toBe('');
    expect(client.aroundProgram).toEqual([
      expect.stringMatching(/^\S*node\S* \S*app\.js\n$/),
      'Process exited with code 3\n',
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['attachSimplePort', { attachSimplePort: 0 }, /without a port/],
    ['cascadeTerminateToConfigurations', { cascadeTerminateToConfigurations: ['b'] }, /VS Code/],
    ['externalConsole', { externalConsole: true }, /externalTerminal/],
  ])('names %s once, with the way out', async (name, settings, wayOut) => {
    const client = await finished(settings);
    expect(client.output('stdout')).toBe('app none plain\n');
    const named = client
      .output('console')
      .split('\n')
      .filter((line) => line.startsWith(`"${name}" is not supported: `));
    expect(named).toEqual([expect.stringMatching(wayOut)]);
  });

  it.each<[string, object, string]>([
    [
      'showAsyncStacks once a breakpoint is there',
      { showAsyncStacks: { onceBreakpointResolved: 16 } },
      'none',
    ],
    ['showAsyncStacks on attach', { showAsyncStacks: { onAttach: 32 } }, 'none'],
    ['args in one string', { args: `a 'b "c"'  "d e"f` }, 'a'],
    ['the rest of the settings for Node.js', REST, 'none'],
  ])('takes %s', async (_, settings, first) => {
    const client = await finished(settings);
    expect(client.output('stdout')).toMatch(new RegExp(`^app ${first} `));
    expect(client.output('console')).toBe('');
  });

  it('stops on entry if stopOnEntry is a pattern of files', async () => {
    const client = disconnectWithTest(stdioClient().client);
    await client.start({ ...FOR_NODE, stopOnEntry: '**/app.js' }, {}, STARTS_SESSIONS);
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'entry' });
  });

  it('takes the newest of the versions that fit runtimeVersion', async () => {
    const home = folder();
    for (const version of ['v19.1.0', 'v20.9.0', 'v20.10.1']) {
      const bin = join(home, 'versions', 'node', version, 'bin');
      mkdirSync(bin, { recursive: true });
      symlinkSync(process.execPath, join(bin, 'node'));
    }
    const client = await finished({ runtimeVersion: '20', env: { NVM_DIR: home } });
    expect(client.output('console')).toContain(join('v20.10.1', 'bin', 'node'));
    const missing = finished({ runtimeVersion: '17', env: { NVM_DIR: home } });
    await expect(missing).rejects.toThrow(/"runtimeVersion" is 17, .*"runtimeExecutable"/);
  });

  it('begins again after a crash, as often as restart says', async () => {
    const restart = { delay: 5, maxAttempts: 2 };
    const ends = [];
    for (const last of [undefined, { attempts: 1 }, { attempts: 2 }]) {
      const client = disconnectWithTest(stdioClient().client);
      await client.start({ ...FOR_NODE, restart, __restart: last });
      ends.push(await client.waitForEvent('terminated'));
    }
    expect(ends).toEqual([{ restart: { attempts: 1 } }, { restart: { attempts: 2 } }, undefined]);
    const healthy = join(folder(), 'healthy.js');
    writeFileSync(healthy, '');
    for (const [program, body] of [
      [APP, { restart: { attempts: 1 } }],
      [healthy, undefined],
    ] as const) {
      const { events } = await finished({ restart: true, program });
      expect(events.find(({ event }) => event === 'terminated')?.body).toEqual(body);
    }
    await expect(finished({ restart: { delay: -1 } })).rejects.toThrow(/"restart\.delay" must be/);
    await expect(finished({ restart: 'yes' })).rejects.toThrow(/"restart" must be true/);
  });

  it('uses no source maps outside of resolveSourceMapLocations', async () => {
    const at = folder();
    const script = join(at, 'compiled.js');
    writeFileSync(script, 'console.log(1);\n//# sourceMappingURL=no.map\n');
    const used = await finished({ program: script }, { [APP]: [1] });
    expect(remarks(used)).toEqual([expect.stringContaining('no.map')]);
    const unused = await finished(
      { program: script, resolveSourceMapLocations: ['!**/compiled.js'] },
      { [APP]: [1] },
    );
    expect(remarks(unused)).toEqual([]);
  });
});

describe('cwd, where the client gives none', () => {
  it('is the program’s folder, outside of the adapter’s own', async () => {
    const at = folder();
    const program = join(at, 'where.js');
    writeFileSync(program, 'console.log(process.cwd());\n');
    expect((await finished({ program })).output('stdout').trim()).toBe(at);
    const here = join(HERE, 'app.js');
    const { events } = await finished({ program: here });
    expect(events.map(({ event }) => event)).toContain('exited');
  });
});

describe('a healthy program', () => {
  it('has a session that says nothing about our own source maps', async () => {
    const client = disconnectWithTest(stdioClient().client);
    await client.start(FOR_NODE, { [APP]: [lineOf(APP, 'app')] });
    const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
    await client.request('continue', { threadId });
    await client.waitForEvent('terminated');
    expect(remarks(client)).toEqual([]);
  });
});

describe('a program in TypeScript', () => {
  const isStripped = Boolean((process.features as { typescript?: unknown }).typescript);

  function project(): string {
    const at = folder();
    writeFileSync(join(at, 'main.ts'), 'const word: string = "typed";\nconsole.log(word);\n');
    return at;
  }

  it('that this Node.js cannot run is refused with what to do', async () => {
    const at = project();
    writeFileSync(join(at, 'main.tsx'), 'console.log(1);\n');
    await expect(finished({ program: join(at, 'main.tsx') })).rejects.toThrow(
      /is TypeScript, which Node\.js v\S+ does not run by itself: .*tsx.*"outFiles"/s,
    );
  });

  it.skipIf(isStripped)('without type stripping is refused with the version that has it', async () => {
    await expect(finished({ program: join(project(), 'main.ts') })).rejects.toThrow(/Node\.js 22\.18/);
  });

  it.skipIf(!isStripped)('runs where Node.js strips types', async () => {
    const client = await finished({ program: join(project(), 'main.ts') });
    expect(client.output('stdout')).toBe('typed\n');
  });

  it('runs by the tsx of the workspace', async () => {
    const at = project();
    writeFileSync(join(at, 'main.tsx'), 'console.log(globalThis.byTsx);\n');
    // A stand-in for tsx: a hook that loads such files as JavaScript.
    const tsx = join(at, 'node_modules', 'tsx');
    mkdirSync(tsx, { recursive: true });
    const loader = { name: 'tsx', exports: './loader.mjs' };
    writeFileSync(join(tsx, 'package.json'), JSON.stringify(loader));
    const hook =
      "export const load = (url, context, next) => next(url, url.endsWith('.tsx') ? { ...context, format: 'module' } : context);";
    writeFileSync(
      join(tsx, 'loader.mjs'),
      `import { register } from 'node:module';\nglobalThis.byTsx = 'by tsx';\n` +
        `register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));\n`,
    );
    const client = await finished({ program: join(at, 'main.tsx') });
    expect(client.output('stdout')).toBe('by tsx\n');
  });
});
