import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startServerProcess } from '../support/dapClient.js';
import type { DapClient } from '../support/dapClient.js';
import { ProcessRecord } from '../support/launcher/adapterStandIn.js';
import { pythonsFrom } from '../support/pythons.js';
import { eventually } from '../support/within.js';
import { clientOf, goneSoon, isRunning, pidsOf, program, stdioClient } from '../support/programs.js';

const LAUNCHER = fileURLToPath(new URL('../../examples/pythonLauncher/launcher.py', import.meta.url));
const QUICK = { terminateTimeoutMs: 400 };
const THREAD = { threadId: 1 };

type Variable = DebugProtocol.Variable;

/** One for all tests but those that end it. */
let adapter: Awaited<ReturnType<typeof startServerProcess>>;

beforeAll(async () => {
  adapter = await startServerProcess();
});

afterAll(async () => {
  adapter.child.kill('SIGTERM');
  expect(await adapter.exited).toEqual({ code: 0, signal: null });
});

function python(name: string): string {
  return program(`python/${name}.py`);
}

/** The line, from 1, that carries the comment `break: NAME`. */
function lineOf(path: string, name: string): number {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.findIndex((line) => line.endsWith(`# break: ${name}`)) + 1;
}

/** Launch arguments for a fixture under the launcher of the examples. */
function launch(command: string, name: string, more: object = {}): object {
  const ipc = { framing: 'length-prefix' };
  return { program: python(name), launcher: { command, args: [LAUNCHER] }, ipc, ...more };
}

/** The frames of the current stop, innermost first. */
async function stack(client: DapClient): Promise<DebugProtocol.StackFrame[]> {
  const body = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', THREAD);
  return body.stackFrames;
}

/** `function:line` of the next stop's innermost frame, and why it stopped. */
async function nextStop(client: DapClient): Promise<{ reason: string; at: string; frameId: number }> {
  const { reason } = await client.waitForEvent<DebugProtocol.StoppedEvent['body']>('stopped');
  const [top] = await stack(client);
  if (top === undefined) throw new Error('the stack is empty');
  return { reason, at: `${top.name}:${top.line}`, frameId: top.id };
}

async function variablesOf(client: DapClient, reference: number, range: object = {}): Promise<Variable[]> {
  const args = { variablesReference: reference, ...range };
  const body = await client.request<DebugProtocol.VariablesResponse['body']>('variables', args);
  return body.variables;
}

/** The variables of a frame's first scope, by name. */
async function locals(client: DapClient, frameId: number): Promise<Map<string, Variable>> {
  const { scopes } = await client.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
  const variables = await variablesOf(client, scopes[0]?.variablesReference ?? 0);
  return new Map(variables.map((variable) => [variable.name, variable]));
}

async function membersOf(client: DapClient, variable: Variable | undefined): Promise<[string, string][]> {
  const members = await variablesOf(client, variable?.variablesReference ?? 0);
  return members.map(({ name, value }) => [name, value]);
}

async function evaluate(client: DapClient, frameId: number, expression: string, context: string) {
  const response = await client.ask('evaluate', { expression, frameId, context });
  return response.success ? (response.body as { result: string }).result : response.message;
}

async function setBreakpoints(client: DapClient, path: string, breakpoints: object[]) {
  const args = { source: { path }, breakpoints };
  const body = await client.request<DebugProtocol.SetBreakpointsResponse['body']>('setBreakpoints', args);
  return body.breakpoints;
}

/** Starts a fixture that is stopped at its marked line. */
async function stoppedAt(command: string, name: string, mark: string) {
  const client = await clientOf(adapter.port);
  const path = python(name);
  const line = lineOf(path, mark);
  await client.start(launch(command, name), { [path]: [line] });
  return { client, path, line, ...(await nextStop(client)) };
}

/** Runs a fixture without the launcher. @returns the exit code as a shell shows it, and the output */
async function plainRun(command: string, name: string, args: readonly string[]) {
  const run = new ProcessRecord(
    spawn(command, [python(name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  const { code, signal, stdout, stderr } = await run.end();
  return { exitCode: signal === null ? code : 128 + constants.signals[signal], stdout, stderr };
}

/** The body of `exited`, when the session is over. */
async function endOf(client: DapClient): Promise<unknown> {
  const body = await client.waitForEvent('exited');
  await client.waitForEvent('terminated');
  await client.request('disconnect');
  return body;
}

describe.each(pythonsFrom([3, 8]))('a program under $name', ({ command }) => {
  const installed = describe.skipIf(command === '');

  installed('that is looked at', () => {
    it('goes from breakpoint to exit code', async () => {
      const client = await clientOf(adapter.port);
      const path = python('steps');
      await client.start(launch(command, 'steps', { args: ['3'] }), { [path]: [lineOf(path, 'area')] });
      const { at, reason, frameId } = await nextStop(client);
      expect({ at, reason }).toEqual({ at: `area:${lineOf(path, 'area')}`, reason: 'breakpoint' });
      expect(await client.request('threads')).toEqual({ threads: [{ id: 1, name: 'MainThread' }] });
      expect((await stack(client)).map(({ name, source }) => [name, source?.path])).toEqual([
        ['area', path],
        ['total', path],
        ['<module>', path],
      ]);
      const found = await locals(client, frameId);
      expect([...found].map(([name, { value }]) => [name, value]).slice(1)).toEqual([
        ['width', '2'],
        ['height', '3'],
        ['product', '6'],
      ]);
      expect(await membersOf(client, found.get('shape'))).toEqual([
        ['width', '2'],
        ['height', '3'],
        ['tags', "{'colour': 'red', 'sizes': [2, 3]}"],
      ]);
      await client.request('continue', THREAD);
      expect((await nextStop(client)).at).toBe(at);
      await setBreakpoints(client, path, []);
      await client.request('continue', THREAD);
      expect(await endOf(client)).toEqual({ exitCode: 3 });
      expect(client.output('stdout')).toBe('total 26\n');
      expect(client.output('stderr')).toBe('done 2500\n');
      expect(client.events.find(({ event }) => event === 'process')?.body).toMatchObject({
        name: 'steps.py',
        startMethod: 'launch',
      });
    });

    it('stops on entry, and goes on line by line', async () => {
      const client = await clientOf(adapter.port);
      const path = python('steps');
      await client.start(launch(command, 'steps', { stopOnEntry: true, args: ['0'] }), {
        [path]: [lineOf(path, 'area')],
      });
      expect(await nextStop(client)).toMatchObject({ reason: 'entry', at: '<module>:1' });
      await client.request('next', THREAD);
      expect(await nextStop(client)).toMatchObject({ reason: 'step', at: '<module>:2' });
      await client.request('continue', THREAD);
      await nextStop(client);
      await setBreakpoints(client, path, []);
      const loop = lineOf(path, 'loop');
      await client.request('stepOut', THREAD);
      expect(await nextStop(client)).toMatchObject({ reason: 'step', at: `total:${loop}` });
      await client.request('next', THREAD);
      await nextStop(client);
      await client.request('next', THREAD);
      expect((await nextStop(client)).at).toBe(`total:${loop - 1}`);
      await client.request('stepIn', THREAD);
      expect((await nextStop(client)).at).toBe(`area:${lineOf(path, 'area') - 2}`);
      for (const at of ['area', 'area', `total:${loop}`]) {
        await client.request('next', THREAD);
        expect((await nextStop(client)).at).toContain(at);
      }
      await client.request('stepOut', THREAD);
      expect((await nextStop(client)).at).toMatch(/^<module>/);
      await client.request('stepOut', THREAD);
      expect(await endOf(client)).toEqual({ exitCode: 0 });
    });

    it('places breakpoints where code is, and heeds conditions', async () => {
      const client = await clientOf(adapter.port);
      const path = python('steps');
      const loop = lineOf(path, 'loop');
      await client.start(launch(command, 'steps', { stopOnEntry: true }));
      await nextStop(client);
      const placed = await setBreakpoints(client, path, [
        { line: loop, condition: 'any(one > limit for limit in [10])' },
        { line: loop + 2, condition: 'not_there' },
        { line: lineOf(path, 'area') + 1 },
        { line: 9999 },
        { line: loop, condition: '(((' },
      ]);
      expect(placed.map(({ verified, line }) => [verified, line])).toEqual([
        [true, loop],
        [true, loop + 4],
        [true, lineOf(path, 'area') + 3],
        [false, 9999],
        [false, loop],
      ]);
      expect(placed[3]?.message).toBe('no code is on this line or below');
      expect(placed[4]?.message).toContain('SyntaxError');
      await client.request('continue', THREAD);
      expect((await nextStop(client)).at).toBe(`<module>:${lineOf(path, 'area') + 3}`);
      await client.request('continue', THREAD);
      const stop = await nextStop(client);
      expect(stop).toMatchObject({ reason: 'breakpoint', at: `total:${loop}` });
      expect(await evaluate(client, stop.frameId, 'one', 'watch')).toBe('20');
      const elsewhere = await setBreakpoints(client, join(path, '../syntaxError.py'), [{ line: 1 }]);
      expect(elsewhere).toMatchObject([{ verified: false }]);
      await client.request('continue', THREAD);
      expect(await endOf(client)).toEqual({ exitCode: 0 });
    });

    it('evaluates for watches, hovers and the console', async () => {
      const { client, frameId } = await stoppedAt(command, 'steps', 'area');
      const value = (expression: string, context: string) => evaluate(client, frameId, expression, context);
      expect(await value('sorted(side * width for side in [2, 1])', 'watch')).toBe('[2, 4]');
      expect(await value("shape.tags['sizes'][-1]", 'hover')).toBe('3');
      expect(await value('area(shape)', 'hover')).toContain('a hover evaluates nothing');
      expect(await value('width = 1', 'watch')).toContain('SyntaxError');
      expect(await value('product = width * 50', 'repl')).toBe('None');
      expect(await value('product', 'watch')).toBe('100');
      expect(await value('not_there', 'hover')).toMatch(/^NameError: /);
      expect(await value('import sys; sys.exit(9)', 'repl')).toBe('SystemExit: 9');
      const outer = (await stack(client))[1]?.id ?? 0;
      expect(await evaluate(client, outer, 'result = 1000', 'repl')).toBe('None');
      await setBreakpoints(client, python('steps'), []);
      await client.request('continue', THREAD);
      expect(await endOf(client)).toEqual({ exitCode: 0 });
      // 1000 and 100 as assigned, 20 as computed: both frames took the new values along.
      expect(client.output('stdout')).toBe('total 1120\n');
    });

    it('shows values nested and in pages, and runs no code of theirs but repr', async () => {
      const { client, frameId } = await stoppedAt(command, 'values', 'values');
      const found = await locals(client, frameId);
      expect(await membersOf(client, found.get('nested'))).toEqual([
        ["'list'", '[1, [2, 3]]'],
        ["'point'", 'Point(x=4, y=5)'],
        ['6', '{7}'],
        ['(8,)', 'None'],
      ]);
      const [list] = await variablesOf(client, found.get('nested')?.variablesReference ?? 0);
      expect(list).toMatchObject({ evaluateName: "nested['list']", indexedVariables: 2 });
      expect(await membersOf(client, list)).toEqual([
        ['0', '1'],
        ['1', '[2, 3]'],
      ]);
      expect(await membersOf(client, found.get('slots'))).toEqual([
        ['_right', '2'],
        ['left', '1'],
      ]);
      expect(found.get('secretive')?.value).toMatch(/^<Secretive instance at 0x/);
      expect(await membersOf(client, found.get('secretive'))).toEqual([['inner', "'kept'"]]);
      expect(found.get('text')?.value.length).toBeLessThan(1100);
      expect(found.get('nothing')).toMatchObject({ value: 'None', variablesReference: 0 });
      const many = found.get('many')?.variablesReference ?? 0;
      expect(found.get('many')?.indexedVariables).toBe(2500);
      const page = await variablesOf(client, many, { filter: 'indexed', start: 2498, count: 100 });
      expect(page.map(({ name, value }) => [name, value])).toEqual([
        ['2498', '2498'],
        ['2499', '2499'],
      ]);
      expect(await variablesOf(client, many, { filter: 'named' })).toEqual([]);
      const keys = await variablesOf(client, found.get('keys')?.variablesReference ?? 0);
      expect([keys.length, keys[1000]?.name]).toEqual([1001, '…']);
      await client.request('continue', THREAD);
      expect(await endOf(client)).toEqual({ exitCode: 0 });
    });

    it('steps through generators and coroutines', async () => {
      const { client, path, line } = await stoppedAt(command, 'suspends', 'await');
      const marked = (mark: string) => lineOf(path, mark);
      await setBreakpoints(client, path, [{ line: marked('yield') }]);
      // Over an await, although the coroutine returns to the event loop meanwhile.
      await client.request('next', THREAD);
      expect((await nextStop(client)).at).toBe(`fetch:${line + 1}`);
      await client.request('next', THREAD);
      expect((await nextStop(client)).at).toBe(`main:${marked('awaited')}`);
      await client.request('next', THREAD);
      expect((await nextStop(client)).at).toBe(`count:${marked('yield')}`);
      await client.request('next', THREAD);
      expect((await nextStop(client)).at).toBe(`collect:${marked('append')}`);
      await client.request('continue', THREAD);
      expect(await endOf(client)).toEqual({ exitCode: 0 });
      expect(client.output('stdout')).toBe('sum 8\n');
    });
  });

  installed('that runs', () => {
    it('stops in a busy loop, and takes breakpoints there', async () => {
      const client = await clientOf(adapter.port);
      const path = python('spins');
      await client.start(launch(command, 'spins', QUICK));
      const pids = await pidsOf(client);
      await client.request('pause', THREAD);
      expect(await nextStop(client)).toMatchObject({ reason: 'pause' });
      const refused = await client.ask('scopes', { frameId: 99_999 });
      expect(refused.message).toBe('99999 is unknown, or of an earlier stop');
      await client.request('continue', THREAD);
      expect((await client.ask('next', THREAD)).message).toBe('the program is not stopped');
      await setBreakpoints(client, path, [{ line: lineOf(path, 'turn'), condition: 'turns % 100 == 0' }]);
      const { at, reason, frameId } = await nextStop(client);
      expect({ at, reason }).toEqual({ at: `turn:${lineOf(path, 'turn')}`, reason: 'breakpoint' });
      expect(await evaluate(client, frameId, 'turns % 100', 'watch')).toBe('0');
      await setBreakpoints(client, path, []);
      await client.request('stepOut', THREAD);
      expect((await nextStop(client)).at).toMatch(/^<module>:/);
      await client.request('disconnect');
      expect(pids.map(isRunning)).toEqual([false, false]);
    });

    it('sees what it would see without a debugger', async () => {
      const client = await clientOf(adapter.port);
      const args = ['-x', 'two words', ''];
      await client.start(launch(command, 'surroundings', { args }));
      expect(await endOf(client)).toEqual({ exitCode: 0 });
      const plain = await plainRun(command, 'surroundings', args);
      expect({ stdout: client.output('stdout'), stderr: client.output('stderr'), exitCode: 0 }).toEqual(
        plain,
      );
    });

    const WAYS = ['naturally', 'exit', 'exitLarge', 'exitText', 'osExit', 'raises', 'interrupt', 'sigkill'];

    it.each([
      { noDebug: false, ways: [...WAYS, 'thread', 'child'] },
      { noDebug: true, ways: ['exit', 'raises'] },
    ])('ends as it would, with all its output (noDebug: $noDebug)', async ({ noDebug, ways }) => {
      await Promise.all(
        ways.map(async (way) => {
          const client = await clientOf(adapter.port);
          await client.start(launch(command, 'ends', { args: [way], noDebug, ...QUICK }));
          const { exitCode, ...plain } = await plainRun(command, 'ends', [way]);
          expect({ way, body: await endOf(client) }).toEqual({ way, body: { exitCode } });
          expect({ stdout: client.output('stdout'), stderr: client.output('stderr') }).toEqual(plain);
          expect(client.output('important')).toBe('');
        }),
      );
    });

    it('shows a syntax error as Python does', async () => {
      const client = await clientOf(adapter.port);
      await client.start(launch(command, 'syntaxError'));
      expect(await endOf(client)).toEqual({ exitCode: 1 });
      const { stderr } = await plainRun(command, 'syntaxError', []);
      expect(client.output('stderr')).toBe(stderr);
    });

    it('may fork: the child is not debugged', async () => {
      const { client } = await stoppedAt(command, 'forks', 'work');
      expect(client.output('stdout')).toBe('child works\nchild ended with 4\n');
      await client.request('continue', THREAD);
      expect(await endOf(client)).toEqual({ exitCode: 0 });
      expect(client.output('stdout')).toMatch(/parent works\n$/);
    });
  });

  installed('that is ended', () => {
    it('runs its own handler on terminate, also from a stop', async () => {
      for (const stops of [false, true]) {
        const client = await clientOf(adapter.port);
        const path = python('handlesSigterm');
        await client.start(launch(command, 'handlesSigterm'), {
          [path]: stops ? [lineOf(path, 'sleep')] : [],
        });
        await client.waitForEvent(stops ? 'stopped' : 'output');
        await client.request('terminate');
        expect(await endOf(client)).toEqual({ exitCode: 6 });
        expect(client.output('stdout')).toBe('running\nputting things away\n');
      }
    });

    it('is let go from a stop where disconnect asks for that', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'runs-on-'));
      onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
      const proof = join(directory, 'proof');
      const client = await clientOf(adapter.port);
      const path = python('writesOn');
      await client.start(launch(command, 'writesOn', { args: [proof] }), { [path]: [lineOf(path, 'write')] });
      const [pid = 0] = await pidsOf(client);
      await nextStop(client);
      await client.request('disconnect', { terminateDebuggee: false });
      await client.closed;
      const size = () => (existsSync(proof) ? readFileSync(proof).length : 0);
      await eventually(() => size() > 10, 'signs of life');
      process.kill(pid, 'SIGKILL');
      await goneSoon([pid]);
    });

    it('ends with its adapter, also in a busy loop', async () => {
      const { client, child, exited } = stdioClient();
      await client.start(launch(command, 'spins', QUICK));
      const pids = await pidsOf(client);
      child.kill('SIGKILL');
      await exited;
      await goneSoon(pids, 10_000);
    });

    it('runs on without its adapter where the launch asks for that', async () => {
      const { client, child, exited } = stdioClient();
      const path = python('spins');
      await client.start(launch(command, 'spins', { keepRunning: true }), { [path]: [lineOf(path, 'turn')] });
      const pids = await pidsOf(client);
      await nextStop(client);
      child.kill('SIGKILL');
      await exited;
      await expect(goneSoon(pids.slice(0, 1), 500)).rejects.toThrow('did not happen');
    });
  });

  installed('that is connected', () => {
    it('by TCP', async () => {
      const client = await clientOf(adapter.port);
      const ipc = { transport: 'tcp', framing: 'length-prefix' };
      await client.start(launch(command, 'steps', { args: ['3'], ipc }));
      expect(await client.waitForEvent('debug-adapter-ipc/connection')).toMatchObject({ transport: 'tcp' });
      expect(await endOf(client)).toEqual({ exitCode: 3 });
    });

    it('without authentication, where the launch turns it off', async () => {
      const client = await clientOf(adapter.port);
      const ipc = { framing: 'length-prefix', auth: 'off' };
      await client.start(launch(command, 'steps', { args: ['3'], ipc }));
      expect(await endOf(client)).toEqual({ exitCode: 3 });
    });
  });
});
