import { CHILDREN_BY_EVENT } from '../../../src/adapter/settings/childSettings.js';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import {
  clientOf,
  goneSoon,
  isRunning,
  lineOf,
  pidsOf,
  server,
  stdioClient,
} from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { eventually, within } from '../../support/within.js';
import { disconnectWithTest } from '../support/disconnectWithTest.js';
import { SessionTree, STARTS_SESSIONS, stopped, valueAt } from '../support/sessionTree.js';

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/children/${name}`, import.meta.url));
}

const STARTS = fixture('starts.cjs');
const CHILD = fixture('child.cjs');
const FIRST = { [CHILD]: [lineOf(CHILD, 'first')] };

/** The program that starts children in the ways that its arguments name. */
function starting(...args: string[]): object {
  return { type: 'debug-adapter-ipc', program: STARTS, args };
}

function newStdioClient(): DapClient {
  return disconnectWithTest(stdioClient().client);
}

/** The reverse requests that the client has received. */
function askedOf(client: DapClient): string[] {
  return client.transcript.flatMap(({ direction, message }) =>
    direction === 'received' && message.type === 'request'
      ? [(message as DebugProtocol.Request).command]
      : [],
  );
}

/** Accepts every request to start a session, and starts no session. Settles at the first request. */
function promisesSessions(client: DapClient): Promise<void> {
  return new Promise((resolve) => {
    client.onRequest('startDebugging', () => {
      resolve();
      return {};
    });
  });
}

function saysEnd(client: DapClient, text: string): Promise<unknown> {
  return client.waitForEvent('output', () => client.output('stdout').includes(text));
}

describe.for([
  ['over stdio, each session an adapter of its own', () => Promise.resolve(newStdioClient)],
  [
    'with one adapter that serves them all',
    async () => {
      const { port } = await server();
      return async () => disconnectWithTest(await clientOf(port));
    },
  ],
] as const)('a child process %s', ([, newEditor]) => {
  it.for(['fork', 'spawn', 'ownEnv', 'execFile', 'exec', 'script', 'spawnSync', 'execSync'])(
    'started by %s stops at its first line in a session of its own',
    async (way) => {
      const tree = new SessionTree(await newEditor(), FIRST);
      const parent = await tree.start(starting(way), { withBreakpoints: false });

      const { client, configuration } = await tree.child(0);
      expect(configuration).toMatchObject({
        type: 'debug-adapter-ipc',
        request: 'attach',
        stopOnEntry: false,
      });
      expect(configuration.name).toMatch(/^child: child\.cjs \[\d+\]$/);

      const { threadId, frame } = await stopped(client);
      expect(frame.source?.path).toBe(CHILD);
      expect(frame.line).toBe(lineOf(CHILD, 'first'));
      await client.request('next', { threadId });
      const { frame: next } = await stopped(client);
      expect(await valueAt(client, next.id, 'first')).toBe(`'first line of ${way}'`);
      await client.request('continue', { threadId });

      expect(await client.waitForEvent('exited')).toEqual({ exitCode: 3 });
      await client.waitForEvent('terminated');
      await saysEnd(parent, 'ended 3');
      expect(parent.output('stdout')).toContain(`first line of ${way}`);
      expect(await parent.waitForEvent('exited')).toEqual({ exitCode: 0 });
      expect(client.output('stdout')).toBe('');
      await client.request('disconnect');
      await parent.request('disconnect');
    },
  );

  it('has children itself, and they have sessions that its own session asked for', async () => {
    const tree = new SessionTree(await newEditor(), FIRST);
    const parent = await tree.start(starting('nested'), { withBreakpoints: false });

    const { client: child } = await tree.child(0);
    const { threadId } = await stopped(child);
    await child.request('continue', { threadId });
    const { client: grandchild } = await tree.child(1);
    expect(askedOf(child)).toEqual(['startDebugging']);
    const stop = await stopped(grandchild);
    expect(await valueAt(grandchild, stop.frame.id, 'process.argv[2]')).toBe("'grandchild'");
    await grandchild.request('continue', { threadId: stop.threadId });

    expect(await grandchild.waitForEvent('exited')).toEqual({ exitCode: 3 });
    expect(await child.waitForEvent('exited')).toEqual({ exitCode: 3 });
    await saysEnd(parent, 'ended 3');
    await parent.waitForEvent('terminated');
  });
});

describe('a child process whose session an extension starts', () => {
  const byEvent = { [CHILDREN_BY_EVENT]: true };

  it('is announced by an event, also to an editor without the request for sessions', async () => {
    const parent = newStdioClient();
    await parent.start({ ...starting('fork'), ...byEvent }, {}, { initialize: {} });
    const { configuration, requestId, isCommand } = await parent.waitForEvent<{
      configuration: Record<string, unknown>;
      requestId: number;
      isCommand: boolean;
    }>('childSession');
    expect(isCommand).toBe(false);
    expect(configuration).not.toHaveProperty(CHILDREN_BY_EVENT);
    const child = newStdioClient();
    await child.start(configuration, FIRST, { request: 'attach' });
    await parent.request('childSessionStarted', { requestId, success: true });
    const { threadId } = await stopped(child);
    await child.request('continue', { threadId });
    expect(await child.waitForEvent('exited')).toEqual({ exitCode: 3 });
    expect(await parent.waitForEvent('exited')).toEqual({ exitCode: 0 });
    expect(askedOf(parent)).toEqual([]);
  });

  it('says nothing in the console of its parent when it is gone without an exit code', async () => {
    const parent = newStdioClient();
    await parent.start({ ...starting('fork'), ...byEvent }, {}, { initialize: {} });
    const asked = await parent.waitForEvent<{ configuration: object; requestId: number }>('childSession');
    const child = newStdioClient();
    await child.start({ ...asked.configuration, ...byEvent }, FIRST, { request: 'attach' });
    await parent.request('childSessionStarted', { requestId: asked.requestId, success: true });
    const { frame } = await stopped(child);
    process.kill(Number(await valueAt(child, frame.id, 'process.pid')), 'SIGKILL');
    await child.waitForEvent('terminated');
    expect(child.output('console')).toBe('');
    await saysEnd(parent, 'ended SIGKILL');
  });

  it('runs without a debugger where the extension could not start one', async () => {
    const parent = newStdioClient();
    await parent.start({ ...starting('fork'), ...byEvent }, {}, { initialize: {} });
    const { requestId } = await parent.waitForEvent<{ requestId: number }>('childSession');
    await parent.request('childSessionStarted', { requestId, success: false, message: 'no window' });
    await saysEnd(parent, 'ended 3');
    expect(parent.output('console')).toMatch(/runs without a debugger: .*no window/);
  });
});

describe('a child process', () => {
  it('that is an ES module stops at its first line', async () => {
    const program = fixture('child.mjs');
    const tree = new SessionTree(newStdioClient, { [program]: [1] });
    await tree.start(starting('esm'), { withBreakpoints: false });
    const { client } = await tree.child(0);
    const { frame, threadId } = await stopped(client);
    expect([frame.source?.path, frame.line]).toEqual([program, 1]);
    await client.request('continue', { threadId });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });

  it('that is code stops at its debugger statement', async () => {
    const tree = new SessionTree(newStdioClient);
    await tree.start(starting('code'));
    const { client, configuration } = await tree.child(0);
    expect(configuration.name).toMatch(/^child: \[eval\] /);
    const { threadId } = await stopped(client);
    await client.request('continue', { threadId });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 6 });
  });

  it('gets every message that its parent sent while it was parked', async () => {
    const tree = new SessionTree(newStdioClient);
    const parent = await tree.start(starting('talks'));
    await (await tree.child(0)).client.waitForEvent('exited');
    await parent.waitForEvent('terminated');
    const heard = [...parent.output('stdout').matchAll(/heard (.*)/g)].map(([, message]) => message);
    expect(heard).toEqual(['"ready"', '{"sum":1}', '{"sum":3}', '{"sum":6}']);
  });

  it('of cluster is debugged as any other', async () => {
    const program = fixture('workers.cjs');
    const tree = new SessionTree(newStdioClient, { [program]: [lineOf(program, 'worker')] });
    const parent = await tree.start({ program });
    const names = await Promise.all(
      [0, 1].map(async (at) => {
        const { client } = await tree.child(at);
        const { frame, threadId } = await stopped(client);
        const name = await valueAt(client, frame.id, 'process.env.NAME');
        await client.request('continue', { threadId });
        expect(await client.waitForEvent('exited')).toEqual({ exitCode: name === "'a'" ? 4 : 5 });
        return name;
      }),
    );
    expect(names.sort()).toEqual(["'a'", "'b'"]);
    await parent.waitForEvent('terminated');
    expect(
      parent
        .output('stdout')
        .match(/ended [45]/g)
        ?.sort(),
    ).toEqual(['ended 4', 'ended 5']);
  });

  it('is one of twenty that are started at once, each with its session', { timeout: 150_000 }, async () => {
    const { port } = await server();
    const tree = new SessionTree(async () => disconnectWithTest(await clientOf(port)), FIRST);
    const parent = await tree.start(starting('spawn', '20'), { withBreakpoints: false });
    const pids = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const { client } = await tree.child(at);
        const { threadId, frame } = await stopped(client);
        const pid = await valueAt(client, frame.id, 'process.pid');
        await client.request('continue', { threadId });
        expect(await client.waitForEvent('exited')).toEqual({ exitCode: 3 });
        return pid;
      }),
    );
    expect(new Set(pids).size).toBe(20);
    await parent.waitForEvent('terminated');
    expect(parent.output('stdout').match(/ended 3/g)).toHaveLength(20);
  });

  it('gets the settings of its parent that are for it, and not those that are not', async () => {
    const tree = new SessionTree(newStdioClient);
    await tree.start({
      ...starting('fork'),
      cwd: process.cwd(),
      env: { SECRET: '1' },
      name: 'mine',
      preLaunchTask: 'build',
      skipFiles: ['<node_internals>/**'],
      sourceMaps: false,
      terminateTimeoutMs: 1_234,
      myOwn: { deep: true },
    });
    const { configuration } = await tree.child(0);
    const { childSession, name, ...rest } = configuration;
    expect(name).toMatch(/^child: /);
    expect(childSession).toEqual({
      id: expect.any(String) as string,
      launcherArgs: expect.any(Array) as string[],
      keyFile: expect.any(String) as string,
      describesOutput: true,
    });
    expect(rest).toEqual({
      type: 'debug-adapter-ipc',
      request: 'attach',
      stopOnEntry: false,
      cwd: process.cwd(),
      skipFiles: ['<node_internals>/**'],
      sourceMaps: false,
      terminateTimeoutMs: 1_234,
      myOwn: { deep: true },
    });
  });
});

describe('a child that nobody debugs runs as without us', () => {
  it.for([
    ['the client cannot start sessions', {}, { initialize: {} }],
    ['autoAttachChildProcesses is false', { autoAttachChildProcesses: false }, STARTS_SESSIONS],
    ['the program runs without a debugger', { noDebug: true }, STARTS_SESSIONS],
  ] as const)('where %s', async ([, settings, greeting]) => {
    const client = newStdioClient();
    await client.start({ ...starting('fork'), ...settings }, {}, greeting);
    await client.waitForEvent('terminated');
    expect(client.output('stdout')).toBe('first line of fork\nended 3\n');
    expect(askedOf(client)).toEqual([]);
  });

  it('where the client refuses, and says so', async () => {
    const client = newStdioClient();
    client.onRequest('startDebugging', () => {
      throw new Error('not today');
    });
    await client.start(starting('fork'), {}, STARTS_SESSIONS);
    await client.waitForEvent('terminated');
    expect(client.output('stdout')).toBe('first line of fork\nended 3\n');
    expect(client.output('console')).toMatch(
      /The child process child\.cjs \[\d+\] runs without a debugger: .*not today/,
    );
    expect(client.output('stderr')).toBe('');
  });

  it('where nobody adopts it in time', async () => {
    const client = newStdioClient();
    void promisesSessions(client);
    await client.start({ ...starting('fork'), childAttachTimeoutMs: 300 }, {}, STARTS_SESSIONS);
    await client.waitForEvent('terminated');
    expect(client.output('stdout')).toBe('first line of fork\nended 3\n');
    expect(client.output('console')).toMatch(/nobody adopted it within 300 ms/);
  });

  it('where it is no Node.js, or not there at all', async () => {
    const tree = new SessionTree(newStdioClient);
    const parent = await tree.start(starting('missing'));
    await parent.waitForEvent('terminated');
    expect(parent.output('stdout')).toBe('error ENOENT\n');
  });

  it('once its session has let it go', async () => {
    const tree = new SessionTree(newStdioClient, FIRST);
    const parent = await tree.start(starting('fork'), { withBreakpoints: false });
    const { client } = await tree.child(0);
    await stopped(client);
    await client.request('disconnect', { terminateDebuggee: false });
    await parent.waitForEvent('terminated');
    expect(parent.output('stdout')).toBe('first line of fork\nended 3\n');
  });

  it("once its session's adapter has died", async () => {
    const adapters: ReturnType<typeof stdioClient>[] = [];
    const newClient = (): DapClient => {
      const adapter = stdioClient();
      adapters.push(adapter);
      return disconnectWithTest(adapter.client);
    };
    const tree = new SessionTree(newClient, FIRST);
    const parent = await tree.start(starting('fork'), { withBreakpoints: false });
    await stopped((await tree.child(0)).client);
    adapters[1]?.child.kill('SIGKILL');
    await parent.waitForEvent('terminated');
    expect(parent.output('stdout')).toBe('first line of fork\nended 3\n');
  });
});

describe('the end', () => {
  it.for(['terminate', 'disconnect'])('of a child by %s is its own alone', async (request) => {
    const tree = new SessionTree(newStdioClient);
    const parent = await tree.start(starting('spins'));
    const [parentPid = 0, childPid = 0] = await pidsOf(parent);
    const { client } = await tree.child(0);
    await client.request(request);
    await client.waitForEvent('terminated');
    await saysEnd(parent, 'ended SIGTERM');
    await goneSoon([childPid, parentPid]);
    expect(await parent.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });

  it('of a child is not followed by a restart of it alone', async () => {
    const tree = new SessionTree(newStdioClient, FIRST);
    await tree.start(starting('fork'), { withBreakpoints: false });
    const { client } = await tree.child(0);
    const { threadId } = await stopped(client);
    const refusal = await client.ask('restart', {});
    expect(refusal).toMatchObject({
      success: false,
      message: expect.stringContaining('its parent') as string,
    });
    await client.request('continue', { threadId });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 3 });
  });

  it('of a child by a signal is terminated without an exit code', async () => {
    const tree = new SessionTree(newStdioClient);
    const parent = await tree.start(starting('kills'));
    const { client } = await tree.child(0);
    await client.waitForEvent('terminated');
    expect(client.events.filter(({ event }) => event === 'exited')).toEqual([]);
    await saysEnd(parent, 'ended SIGKILL');
  });

  it('of the first session is that of all children, whose sessions hear of it', async () => {
    const tree = new SessionTree(newStdioClient, FIRST);
    const parent = await tree.start(starting('spins'), { withBreakpoints: false });
    const pids = await pidsOf(parent);
    const { client } = await tree.child(0);
    await stopped(client);
    await parent.request('disconnect', { terminateDebuggee: true });
    await client.waitForEvent('terminated');
    await goneSoon(pids);
  });

  it('of the first session lets children that wait run on, where the program does', async () => {
    const mark = join(mkdtempSync(join(tmpdir(), 'mark-')), 'mark');
    const client = newStdioClient();
    const asked = promisesSessions(client);
    await client.start({ ...starting('spins'), env: { MARK: mark } }, {}, STARTS_SESSIONS);
    const pids = await pidsOf(client);
    await within(asked, 'a child that waits', 10_000);
    expect(existsSync(mark)).toBe(false);
    await client.request('disconnect', { terminateDebuggee: false });
    await eventually(() => existsSync(mark), "the child's first line");
    expect(pids.map(isRunning)).toEqual([true, true]);
  });

  it('of an adapter that is killed ends the children that wait with their parent, and leaves no file', async () => {
    const { client, child } = stdioClient();
    const asked = promisesSessions(client);
    await client.start(starting('spins'), {}, STARTS_SESSIONS);
    const pids = await pidsOf(client);
    await within(asked, 'a child that waits', 10_000);
    child.kill('SIGKILL');
    await goneSoon(pids);
  });
});
