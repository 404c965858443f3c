import { chmodSync, cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { goneSoon, lineOf, pidsOf, stdioClient } from '../../support/programs.js';
import { disconnectWithTest } from '../support/disconnectWithTest.js';
import { SessionTree, STARTS_SESSIONS, stopped, valueAt } from '../support/sessionTree.js';

const HERE = fileURLToPath(new URL('../fixtures/commands', import.meta.url));
const APP = join(HERE, 'app.js');
const TESTS = join(HERE, 'app.test.js');
const IN_APP = { [APP]: [lineOf(APP, 'app')] };
const NODE_MAJOR = Number(process.versions.node.split('.')[0]);
/** The runner of a package's scripts takes its time. */
const END_MS = 30_000;

function newClient(): DapClient {
  return disconnectWithTest(stdioClient().client);
}

interface Run {
  readonly tree: SessionTree;
  readonly root: DapClient;
}

async function run(launch: object, breakpoints: Record<string, number[]> = IN_APP): Promise<Run> {
  const tree = new SessionTree(newClient, breakpoints);
  return { tree, root: await tree.start({ cwd: HERE, ...launch }) };
}

/** Waits for a program's stop, evaluates an expression there and lets the program go on. */
async function stopIn(tree: SessionTree, at: number, expression: string): Promise<unknown> {
  const { client, configuration } = await tree.child(at);
  const { threadId, frame } = await stopped(client);
  const value = await valueAt(client, frame.id, expression);
  await client.request('continue', { threadId });
  return {
    name: configuration.name.replace(/ \[\d+\]$/, ''),
    file: frame.source?.path,
    line: frame.line,
    value,
  };
}

function end(root: DapClient): Promise<{ exitCode: number }> {
  return root.waitForEvent('exited', undefined, END_MS);
}

function stopAt(file: string, name: string, value: string): object {
  return { name: `child: ${name}`, file, line: lineOf(file, name === 'app.js' ? 'app' : 'test'), value };
}

describe('a command in place of a program', () => {
  it.skipIf(process.platform === 'win32')(
    'is a script that gives its program options of its own',
    async () => {
      const { tree, root } = await run({ runtimeExecutable: 'npm', runtimeArgs: ['run', 'options'] });
      const options = '[word, process.env.NODE_OPTIONS, ...process.execArgv].join()';
      const value = "'one,--no-warnings'";
      expect(await stopIn(tree, 0, options)).toEqual(stopAt(APP, 'app.js', value));
      expect((await end(root)).exitCode).toBe(3);
    },
  );

  it('is a package’s script: its program stops, and the package manager is no session', async () => {
    const { tree, root } = await run({ runtimeExecutable: 'npm', runtimeArgs: ['run', 'start'] });
    expect(await root.request('threads')).toEqual({ threads: [{ id: 1, name: 'main' }] });

    expect(await stopIn(tree, 0, 'word')).toEqual(stopAt(APP, 'app.js', "'one'"));
    expect(await end(root)).toEqual({ exitCode: 3 });

    expect(tree.children).toHaveLength(1);
    // The child's own environment is that of a run without a debugger, and its output is there once.
    expect(root.output('stdout').match(/^app one plain$/gm)).toHaveLength(1);
    expect(tree.children[0]?.client.output('stdout')).toBe('');
    expect(root.output('console')).toMatch(/^\S*npm(?:\.cmd)? run start$/m);
    expect(root.aroundProgram).toEqual(['Process exited with code 3\n']);
  });

  it('may start programs one after the other', async () => {
    const { tree, root } = await run({ runtimeExecutable: 'npm', runtimeArgs: ['run', 'twice'] });
    for (const [at, word] of ['first', 'last'].entries()) {
      expect(await stopIn(tree, at, 'word')).toEqual(stopAt(APP, 'app.js', `'${word}'`));
    }
    expect(await end(root)).toEqual({ exitCode: 3 });
  });

  it('gets the program as its last words, if there is one', async () => {
    const words = { runtimeExecutable: 'npm', runtimeArgs: ['run', '--silent', 'words', '--'] };
    const { tree, root } = await run({ ...words, program: APP, args: ['given'] });
    expect(await stopIn(tree, 0, 'word')).toEqual(stopAt(APP, 'app.js', "'given'"));
    expect(await end(root)).toEqual({ exitCode: 3 });
  });

  it('is a script in PATH that runs Node.js in a way of its own', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'command-'));
    onTestFinished(() => rmSync(bin, { recursive: true }));
    const wrapper = join(bin, 'my-runner');
    writeFileSync(wrapper, `#!/bin/sh\nshift\nexec "${process.execPath}" "$@" wrapped\n`);
    chmodSync(wrapper, 0o755);
    const launch = { runtimeExecutable: wrapper, runtimeArgs: ['go'], program: APP };
    const { tree, root } = await run(launch);
    expect(await stopIn(tree, 0, 'word')).toEqual(stopAt(APP, 'app.js', "'wrapped'"));
    expect(await end(root)).toEqual({ exitCode: 3 });
  });

  it.skipIf(process.platform === 'win32')('may pass on few variables: NODE_OPTIONS is enough', async () => {
    const { tree, root } = await run({ runtimeArgs: ['strict.js'] });
    await (await tree.child(0)).client.waitForEvent('process');
    expect(await stopIn(tree, 1, 'word')).toEqual(stopAt(APP, 'app.js', "'strict'"));
    expect(await end(root)).toEqual({ exitCode: 3 });
    expect(root.output('stdout')).toBe('app strict plain\n');
  });

  it('is node --test, whose files stop', async () => {
    const breakpoints = { [TESTS]: [lineOf(TESTS, 'test')] };
    const { tree, root } = await run({ program: TESTS, runtimeArgs: ['--test'] }, breakpoints);
    expect(await stopIn(tree, 0, 'sum')).toEqual(stopAt(TESTS, 'app.test.js', '3'));
    expect(await end(root)).toEqual({ exitCode: 0 });
  });

  it('is node --watch: the program stops again after a change', async () => {
    const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'watch-')));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    const app = join(cwd, 'app.js');
    cpSync(APP, app);
    const { tree, root } = await run({ program: app, cwd, runtimeArgs: ['--watch'] }, { [app]: [2] });
    expect(await stopIn(tree, 0, 'word')).toMatchObject({ file: app, value: "'none'" });
    await root.waitForEvent('output', () => root.output('stdout').includes('app none'));
    writeFileSync(app, "const word = 'changed';\nconsole.log(word);\n");
    expect(await stopIn(tree, 1, 'word')).toMatchObject({ file: app, line: 2, value: "'changed'" });
    await root.request('terminate');
    await root.waitForEvent('terminated');
  });

  it.skipIf(NODE_MAJOR < 22)('is node --run', async () => {
    const { tree, root } = await run({ runtimeArgs: ['--run', 'start'] });
    expect(await stopIn(tree, 0, 'word')).toEqual(stopAt(APP, 'app.js', "'one'"));
    // Node itself ends with 1, whatever code its script has ended with.
    expect(await end(root)).toEqual({ exitCode: 1 });
  });

  it('is node with a script and the flags of another debugger, which are left out', async () => {
    const launch = { runtimeArgs: ['--inspect-brk=9229', APP, 'flags'] };
    const { tree, root } = await run(launch, {});
    const { client } = await tree.child(0);
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'entry' });
    await client.request('continue', { threadId: 1 });
    expect(await end(root)).toEqual({ exitCode: 3 });
  });

  it('ends with all that it has started when the session is stopped', async () => {
    const { tree, root } = await run({ runtimeExecutable: process.execPath, runtimeArgs: ['waits.js'] });
    await tree.child(0);
    const pids = await pidsOf(root);
    await root.request('terminate');
    await root.waitForEvent('terminated');
    await goneSoon(pids);
  });

  it('is answered for in its own session, where nothing stops', async () => {
    const { root } = await run({ runtimeArgs: ['waits.js'] }, {});
    const breakpoints = await root.request('setBreakpoints', {
      source: { path: APP },
      breakpoints: [{ line: 2 }],
    });
    expect(breakpoints).toMatchObject({ breakpoints: [{ verified: false, line: 2 }] });
    expect(await root.request('setFunctionBreakpoints', { breakpoints: [{ name: 'f' }] })).toMatchObject({
      breakpoints: [{ verified: false }],
    });
    await root.request('setExceptionBreakpoints', { filters: ['uncaught'] });
    await expect(root.request('pause', { threadId: 1 })).rejects.toThrow(/sessions of their own/);
    await root.request('terminate');
    await root.waitForEvent('terminated');
  });
});

describe('which programs of a command are debugged', () => {
  it('the first alone, where children are not to be', async () => {
    const launch = {
      runtimeExecutable: 'npm',
      runtimeArgs: ['run', 'twice'],
      autoAttachChildProcesses: false,
    };
    const { tree, root } = await run(launch);
    expect(await stopIn(tree, 0, 'word')).toEqual(stopAt(APP, 'app.js', "'first'"));
    expect(await end(root)).toEqual({ exitCode: 3 });
    expect(tree.children).toHaveLength(1);
    expect(root.output('console')).not.toContain('without a debugger');
  });

  it('none without a debugger', async () => {
    const { tree, root } = await run({ runtimeArgs: ['app.js', 'bare'], noDebug: true });
    expect(await end(root)).toEqual({ exitCode: 3 });
    expect(root.output('stdout')).toBe('app bare plain\n');
    expect(tree.children).toEqual([]);
  });

  it('none of a command that starts none, which is said', async () => {
    const { root } = await run({ runtimeArgs: ['--version'] });
    expect(await end(root)).toEqual({ exitCode: 0 });
    expect(root.output('console')).toContain('Nothing was debugged');
  });

  it('none of an executable that is not there, which is said before anything runs', async () => {
    const client = newClient();
    const launch = { cwd: HERE, runtimeExecutable: './not-there.exe', runtimeArgs: ['go'] };
    await expect(client.start(launch, {}, STARTS_SESSIONS)).rejects.toThrow(
      /could not be started: .*not-there\.exe.*"runtimeExecutable"/,
    );
    expect(client.output('stderr')).toBe('');
  });

  it('none where the client starts no sessions: that is refused, with the way out', async () => {
    const client = newClient();
    const launch = { cwd: HERE, runtimeExecutable: 'npm', runtimeArgs: ['run', 'start'] };
    await expect(client.start(launch)).rejects.toThrow(
      /npm(?:\.cmd)? run start" is a command .*supportsStartDebuggingRequest.*as "program"/,
    );
  });

  it('none where nothing says what to run', async () => {
    const client = newClient();
    await expect(client.start({ cwd: HERE }, {}, STARTS_SESSIONS)).rejects.toThrow(
      /"program" is missing\. .*"npm" and \["run", "start"\]/,
    );
  });
});
