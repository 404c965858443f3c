import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CAPABILITIES } from '../../../../src/adapter/dap/capabilities.js';
import { DAP_ERROR_IDS } from '../../../../src/adapter/dap/dapErrors.js';
import type { Message } from '../../../../src/ipc/index.js';
import type { DapClient } from '../../../support/dapClient.js';
import { frame } from '../../../support/dapClient.js';
import { posix } from '../../../support/platform.js';
import { recordingLogger } from '../../../support/recordingLogger.js';
import { SLOWNESS } from '../../../support/slowness.js';
import { eventually } from '../../../support/within.js';
import { fixturePath, sessionPair } from '../sessionPair.js';

const INITIALIZE = {
  adapterID: 'test',
  pathFormat: 'path',
  supportsConnectionEvent: true,
  linesStartAt1: false,
  clientName: 'the test',
};

/** Launch arguments for a stand-in DAP server of test/unit/adapter/fixtures. */
function serverAt(fixture: string, more: object = {}, launcher: object = {}): object {
  const args = [fixturePath(`${fixture}.mjs`), '${ipcAddress}'];
  return {
    launcher: { profile: 'dap', command: process.execPath, args, ...launcher },
    terminateTimeoutMs: 500,
    ...more,
  };
}

/** A client whose session with a server has begun: `launch` is answered. */
async function launched(fixture = 'dapEchoes', more: object = {}, launcher: object = {}) {
  const logger = recordingLogger();
  const pair = sessionPair({ logger });
  await pair.client.request('initialize', INITIALIZE);
  await pair.client.ask('threads'); // refused: from here on client and server do not count alike by chance
  const launch = await pair.client.ask('launch', serverAt(fixture, more, launcher));
  return { ...pair, logger, launch };
}

function names(client: DapClient): string[] {
  return client.events.map(({ event }) => event);
}

/** The answer of a stand-in: the message that it received. */
interface Got {
  readonly got: Message;
}

describe('a DAP server that connects back', () => {
  it("is greeted as the client greeted, and gets the launch without the adapter's own arguments", async () => {
    const { client, launch } = await launched('dapEchoes', {
      ...{
        program: './main.go',
        mode: 'debug',
        cwd: '/',
        launchTimeoutMs: 9_000,
        ipc: { host: '127.0.0.1' },
      },
      ...{ keepRunning: false, dlvFlags: ['--x'], noDebug: false },
    });
    const { got } = launch.body as Got;
    expect(got).toMatchObject({ seq: 2, type: 'request', command: 'launch' });
    expect(got.arguments).toEqual({
      ...{ program: './main.go', mode: 'debug', cwd: '/', dlvFlags: ['--x'], noDebug: false },
    });
    const { got: greeting } = await client.request<Got>('test/any', INITIALIZE);
    expect(greeting.arguments).toEqual(INITIALIZE);
    expect(await client.waitForEvent('debug-adapter-ipc/connection')).toMatchObject({ transport: 'tcp' });
  });

  it('tells the client what it can do, and takes back by name what it cannot, before initialized', async () => {
    const { client } = await launched();
    await client.waitForEvent('initialized');
    const { capabilities } = await client.waitForEvent<{ capabilities: object }>('capabilities');
    expect(capabilities).toEqual({
      ...Object.fromEntries(
        Object.entries(CAPABILITIES).map(([name, value]) => [name, Array.isArray(value) ? [] : false]),
      ),
      ...{ supportsConfigurationDoneRequest: true, supportsStepBack: true },
    });
    expect(names(client).filter((name) => name !== 'output')).toEqual([
      ...['debug-adapter-ipc/connection', 'capabilities', 'initialized'],
    ]);
  });

  it('is asked to attach where that is what it wants, with other arguments where those are given', async () => {
    const { launch } = await launched(
      'dapEchoes',
      { program: 'x' },
      { request: 'attach', arguments: { justMyCode: true } },
    );
    expect(launch).toMatchObject({ command: 'launch', success: true });
    const { got } = launch.body as Got;
    expect([got.command, got.arguments]).toEqual(['attach', { justMyCode: true }]);
  });

  it("passes on the client's own attach, too", async () => {
    const { client } = sessionPair();
    await client.request('initialize', INITIALIZE);
    const { got } = await client.request<Got>('attach', serverAt('dapEchoes', { processId: 12 }));
    expect([got.command, got.arguments]).toEqual(['attach', { processId: 12 }]);
    const words = { restart: true };
    const { got: parting } = await disconnectSeen(client, words);
    expect(parting).toEqual(words);
  });

  /** Sends `disconnect`. @returns the request as the server received it, which the server prints */
  async function disconnectSeen(client: DapClient, words: object): Promise<{ got: unknown }> {
    await client.request('test/tellDisconnect');
    await client.request('disconnect', words);
    const told = client
      .output('stderr')
      .split('\n')
      .find((line) => line.startsWith('disconnect '));
    return { got: JSON.parse(told?.slice('disconnect '.length) ?? 'null') };
  }

  it('is told at disconnect that the program ends, for that is what happens then', async () => {
    const { client, session } = await launched();
    expect(await disconnectSeen(client, { restart: false })).toEqual({
      got: { restart: false, terminateDebuggee: true },
    });
    await session.ended;
    expect(names(client).filter((name) => ['exited', 'terminated'].includes(name))).toEqual(['terminated']);
  });

  it.runIf(posix)('connects over a Unix socket where it can', async () => {
    const args = [fixturePath('dapEchoes.mjs'), '${ipcPath}'];
    const { client, launch } = await launched('dapEchoes', { ipc: { transport: 'unix' } }, { args });
    expect(launch.success).toBe(true);
    expect(await client.waitForEvent('debug-adapter-ipc/connection')).toMatchObject({ transport: 'unix' });
  });

  it('gets the directory and the environment that the launch asks for, and its output goes to the client', async () => {
    const { client } = await launched();
    await client.request('test/print');
    await client.waitForEvent('output', () => client.output('stdout') === 'to stdout\n');
    await client.waitForEvent('output', () => client.output('stderr') === 'to stderr\n');
  });
});

describe('what passes through', () => {
  it('is every request, known or not, every field as it is, positions too', async () => {
    const { client } = await launched();
    const args = {
      source: { path: '/a' },
      breakpoints: [{ line: 0, column: 0 }],
      vendor: { deep: [1, null] },
    };
    for (const command of ['setBreakpoints', 'vendor/odd', 'cancel', 'terminate']) {
      const seq = client.send(command, args);
      const { body } = (await client.responseTo(seq)) as { body: Got };
      expect(body.got).toEqual({
        seq: expect.any(Number) as number,
        type: 'request',
        command,
        arguments: args,
      });
    }
  });

  it('is every event and reverse request, in order; the answers go back with the right numbers', async () => {
    const { client } = await launched();
    const messages = [
      { type: 'event', event: 'vendor/one', body: { line: 0 } },
      { type: 'request', command: 'runInTerminal', arguments: { args: ['a'], cwd: '/' }, seq: 70 },
      { type: 'event', event: 'vendor/two' },
      { type: 'request', command: 'startDebugging', arguments: {}, seq: 70 },
      { type: 'event', event: 'vendor/three', body: {} },
    ];
    await client.waitForEvent('initialized');
    const before = client.transcript.length;
    await client.request('test/send', { messages });
    const passed = received(client, before).slice(0, messages.length);
    expect(passed).toEqual(messages.map((message) => ({ ...message, seq: expect.any(Number) as number })));
    const [, terminal, , debugging] = passed;
    reply(client, debugging, { success: true });
    reply(client, terminal, { success: false, message: 'no terminal' });
    const first = await client.waitForEvent<{ message: Message }>('test/got');
    const second = await client.waitForEvent<{ message: Message }>('test/got');
    expect(first.message).toMatchObject({ request_seq: 70, command: 'startDebugging', success: true });
    expect(second.message).toMatchObject({
      request_seq: 70,
      command: 'runInTerminal',
      message: 'no terminal',
    });
  });

  function received(client: DapClient, from: number): Message[] {
    const entries = client.transcript.slice(from).filter(({ direction }) => direction === 'received');
    return entries.map(({ message }) => ({ ...message }));
  }

  function reply(client: DapClient, to: Message | undefined, result: object): void {
    const response = { seq: 900, type: 'response', request_seq: to?.seq, command: to?.command, ...result };
    client.sendRaw(frame(JSON.stringify(response)));
  }

  it('has one answer to each request, in whatever order they come', async () => {
    const { client } = await launched();
    const seqs = [1, 2, 3].map((n) => client.send('test/wait', { n }));
    const cancel = client.send('cancel', { requestId: seqs[1] });
    const { got } = (await client.responseTo(cancel)).body as { got: { arguments: object } };
    expect(got.arguments).not.toEqual({ requestId: seqs[1] });
    await client.request('test/answerAll');
    const answers = await Promise.all(seqs.map((seq) => client.responseTo(seq)));
    expect(answers.map(({ body }) => (body as { of: object }).of)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await client.request('threads');
    for (const seq of seqs)
      expect(client.responses.filter(({ request_seq }) => request_seq === seq)).toHaveLength(1);
    expect(await client.ask('cancel', { requestId: seqs[0] })).toMatchObject({
      success: true,
      command: 'cancel',
    });
  });

  it('is numbered for the client by one counter, whoever speaks', async () => {
    const { client } = await launched();
    await client.request('test/print');
    await client.request('disconnect');
    await client.closed;
    const seqs = client.transcript
      .filter(({ direction }) => direction === 'received')
      .map(({ message }) => message.seq);
    expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
  });

  it('may be large', async () => {
    const { client } = await launched();
    const length = 20 * 1024 * 1024;
    const { text } = await client.request<{ text: string }>('test/large', { length });
    expect(text.length).toBe(length);
    const { got } = await client.request<{ got: { arguments: { text: string } } }>('test/any', { text });
    expect(got.arguments.text.length).toBe(length);
  });

  it('comes no faster than the client takes it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'flood-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const { client } = await launched();
    const toClient = client.fromAdapter as PassThrough;
    toClient.pause();
    const stalledFile = join(directory, 'stalled');
    const events = 1_000; // 64 MB: more than all buffers on the way may hold
    const seq = client.send('test/flood', { events, stalledFile });
    await eventually(() => existsSync(stalledFile), 'a server that is not read from', 20_000);
    expect(toClient.readableLength + toClient.writableLength).toBeLessThan(2 * 1024 * 1024);
    toClient.resume();
    expect((await client.responseTo(seq, 20_000)).body).toEqual({ sent: events });
    expect(client.events.filter(({ event }) => event === 'output')).toHaveLength(events);
  });

  it('may come before the server is asked anything; initialized still comes when the client can use it', async () => {
    const { client, launch } = await launched('dapEventsFirst');
    expect(launch.success).toBe(true);
    await client.waitForEvent('test/behind');
    await client.waitForEvent('initialized');
    const [, ...told] = names(client);
    const own = ['capabilities', 'initialized'];
    expect(told.filter((name) => own.includes(name))).toEqual(own);
    expect(told.filter((name) => !own.includes(name))).toEqual([
      ...['output', 'test/early', 'test/late', 'test/behind'],
    ]);
  });
});

describe('the end of a DAP server', () => {
  function ends(client: DapClient): [string, unknown][] {
    const told = client.events.filter(({ event }) => ['exited', 'terminated'].includes(event));
    return told.map(({ event, body }) => [event, body as unknown]);
  }

  it('that runs the program itself: its last output and its exit code come before its own terminated', async () => {
    const { client } = await launched('dapEndsItself');
    client.send('configurationDone');
    await client.waitForEvent('terminated');
    expect(ends(client)).toEqual([
      ['exited', { exitCode: 3 }],
      ['terminated', { restart: { kept: true } }],
    ]);
    expect(client.output('stdout')).toBe('last line\n');
    await client.request('disconnect');
    await client.closed;
    expect(ends(client)).toHaveLength(2);
  });

  it('that tells the exit code is believed, and tells the end once', async () => {
    const { client } = await launched('dapTellsExit');
    await client.request('configurationDone');
    await client.waitForEvent('terminated');
    await client.request('disconnect');
    await client.closed;
    expect(ends(client)).toEqual([
      ['exited', { exitCode: 42 }],
      ['terminated', undefined],
    ]);
  });

  it('that outlives its program is told without waiting for it long, and without a code for its own', async () => {
    const { client, session } = await launched();
    await client.request('test/send', { messages: [{ type: 'event', event: 'terminated' }] });
    await client.waitForEvent('terminated');
    expect(await client.request('threads')).toMatchObject({ got: {} });
    await client.request('disconnect');
    await session.ended;
    expect(ends(client)).toEqual([['terminated', undefined]]);
  });

  it('by its death fails what waits, each once, and tells exit code and end', async () => {
    const { client } = await launched();
    const waiting = [1, 2, 3].map(() => client.send('test/wait'));
    client.send('test/exit', { code: 6 });
    for (const seq of waiting) {
      const response = await client.responseTo(seq);
      expect(response).toMatchObject({
        success: false,
        body: { error: { id: DAP_ERROR_IDS.debuggeeEnded } },
      });
    }
    await client.waitForEvent('terminated');
    expect(ends(client)).toEqual([
      ['exited', { exitCode: 6 }],
      ['terminated', undefined],
    ]);
    expect(await client.ask('threads')).toMatchObject({
      ...{ success: false, body: { error: { id: DAP_ERROR_IDS.debuggeeEnded } } },
    });
    await client.request('disconnect');
    const answered = client.responses.map(({ request_seq }) => request_seq);
    expect(new Set(answered).size).toBe(answered.length);
  });

  it.each([
    ['that closes its connection', 'dapEchoes', 'test/hangUp'],
    ['that loses its way', 'dapGarbageLater', 'threads'],
  ])('%s fails what waits; a process that stays is ended', async (_what, fixture, command) => {
    const { client } = await launched(fixture, {}, {});
    const seq = client.send(command);
    expect(await client.responseTo(seq)).toMatchObject({ success: false });
    await client.waitForEvent('terminated');
    expect(ends(client).map(([name]) => name)).toEqual(['exited', 'terminated']);
  });

  it('that answers no disconnect, and ignores SIGTERM, is by force', async () => {
    const { client, session, logger } = await launched('dapNeverDisconnects');
    await client.request('disconnect');
    await session.ended;
    expect(logger.entries).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ step: 'SIGKILL' }) as object }),
    );
    expect(ends(client)).toEqual([['terminated', undefined]]);
  });

  it('comes when the client goes away', async () => {
    const { session, toAdapter, logger } = await launched();
    toAdapter.end();
    await session.ended;
    expect(logger.entries.map(({ message }) => message)).toContain('the DAP server has ended');
  });
});

describe('a DAP server that fails', () => {
  async function failed(fixture: string, more: object = {}) {
    const { client, launch } = await launched(fixture, more);
    expect(launch).toMatchObject({ success: false, command: 'launch' });
    await client.waitForEvent('terminated');
    await client.request('disconnect');
    await client.closed;
    expect(names(client).filter((name) => name === 'terminated')).toHaveLength(1);
    expect(client.responses.filter(({ command }) => command === 'launch')).toHaveLength(1);
    const error = (launch.body as { error?: { showUser?: boolean } }).error;
    expect(error?.showUser).toBe(true);
    return { client, message: launch.message ?? '' };
  }

  it('by never connecting: the deadline is told, and it is ended', async () => {
    const { client, message } = await failed('dapNeverConnects', { launchTimeoutMs: 1_500 * SLOWNESS });
    expect(message).toMatch(/nobody connected to tcp 127\.0\.0\.1:\d+ within \d+ ms/);
    expect(client.output('stderr')).toContain('thinking about it');
  });

  it('by dying before it connects: exit code and stderr are told', async () => {
    const { message } = await failed('dapDiesEarly');
    expect(message).toMatch(/code 7/);
    expect(message).toContain('cannot load the debugger');
  });

  it('by connecting and saying nothing: the deadline is told, and it is ended', async () => {
    expect((await failed('dapSaysNothing', { launchTimeoutMs: 1_000 })).message).toMatch(/within 1000 ms/);
  });

  it('by dying of the greeting: exit code and stderr are told', async () => {
    const { message } = await failed('dapDiesAtInitialize');
    expect(message).toContain('the DAP server exited with code 9');
    expect(message).toContain('no debugger in this build');
  });

  it('by refusing the greeting: its reason is told', async () => {
    expect((await failed('dapRefusesInitialize')).message).toContain('too old');
  });

  it('by refusing the launch: its own words reach the client, and it is ended', async () => {
    const { message, client } = await failed('dapRefusesLaunch');
    expect(message).toBe('Failed to launch');
    expect(names(client)).not.toContain('exited');
  });

  it('by dying of the launch: exit code and stderr are told', async () => {
    const { message, client } = await failed('dapDiesAtLaunch');
    expect(message).toContain('the DAP server exited with code 5');
    expect(message).toContain('out of memory');
    expect(client.events.find(({ event }) => event === 'exited')?.body).toEqual({ exitCode: 5 });
  });

  it('by speaking something else: it is told what came', async () => {
    expect((await failed('dapGarbage')).message).toContain('a malformed message header: "GET / HTTP/1.1');
  });

  it('not before the client disconnects: both are answered', async () => {
    const { client, session } = sessionPair();
    await client.request('initialize', INITIALIZE);
    const launch = client.ask('launch', serverAt('dapNeverConnects'));
    await client.waitForEvent('debug-adapter-ipc/connection');
    const disconnected = client.ask('disconnect');
    expect(await launch).toMatchObject({
      ...{ success: false, body: { error: { id: DAP_ERROR_IDS.launchCancelled } } },
    });
    expect(await disconnected).toMatchObject({ success: true });
    await session.ended;
  });
});

describe('launch arguments for a DAP server', () => {
  type Refused = [what: string, launcher: object, more: object, why: RegExp];
  const unixSockets: Refused[] = [
    [
      'no path for a Unix socket',
      { args: ['x'] },
      { ipc: { transport: 'unix' } },
      /Put \$\{ipcPath\} where the server takes its address/,
    ],
    [
      'a port for a Unix socket',
      { args: ['${ipcPort}'] },
      { ipc: { transport: 'unix' } },
      /has \$\{ipcPort\}.*\(transport unix\).*Use \$\{ipcPath\}/,
    ],
  ];
  it.each<Refused>([
    ['no command', { command: undefined }, {}, /"launcher\.command" is missing/],
    [
      'no placeholder',
      { args: ['dap'] },
      {},
      /does not tell the server where to connect\. Put \$\{ipcAddress\}/,
    ],
    ['the host alone', { args: ['${ipcHost}'] }, {}, /does not tell the server where to connect/],
    ...(posix ? unixSockets : []),
    [
      'an unknown placeholder',
      { args: ['${ipcSocket}'] },
      {},
      /has \$\{ipcSocket\}.*Use \$\{ipcAddress\}, \$\{ipcHost\}/,
    ],
    [
      'a transport that has no address',
      {},
      { ipc: { transport: 'fd' } },
      /has \$\{ipcAddress\}.*Use another "ipc\.transport"/,
    ],
    ['an unknown request', { request: 'start' }, {}, /"launcher\.request" is one of launch, attach/],
    ['arguments that are none', { arguments: 5 }, {}, /"launcher\.arguments" must be an object/],
    ['an unknown setting', { prog: 5 }, {}, /has no setting "prog"/],
    ['an endpoint that cannot be', {}, { ipc: { host: '192.0.2.1' } }, /no endpoint for "ipc" as given/],
    ['a command that is not there', { command: '/not/there' }, {}, /ENOENT/],
  ])('are refused with %s', async (_what, launcher, more, why) => {
    const { client, launch } = await launched('dapEchoes', more, launcher);
    expect(launch).toMatchObject({ success: false, body: { error: { showUser: true } } });
    expect(launch.message).toMatch(why);
    await client.waitForEvent('terminated');
  });

  it('may have the parts of the address apart, any number of times, and other variables beside them', async () => {
    const args = [fixturePath('dapEchoes.mjs'), '${ipcHost}:${ipcPort}', '${file}', '${ipcAddress}'];
    expect((await launched('dapEchoes', {}, { args })).launch.success).toBe(true);
  });

  it('are needed after initialize, once', async () => {
    const { client } = sessionPair();
    const id = DAP_ERROR_IDS.outOfOrder;
    expect(await client.ask('attach', serverAt('dapEchoes'))).toMatchObject({ body: { error: { id } } });
  });
});
