import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DAP_ERROR_IDS } from '../../../../src/adapter/dap/dapErrors.js';
import { IpcError, TransportFactory } from '../../../../src/ipc/index.js';
import { frame } from '../../../support/dapClient.js';
import { posix } from '../../../support/platform.js';
import { recordingLogger } from '../../../support/recordingLogger.js';
import { SLOWNESS } from '../../../support/slowness.js';
import { eventually } from '../../../support/within.js';
import { fixturePath, launchWith, sessionPair } from '../sessionPair.js';

const INITIALIZE = { adapterID: 'test', pathFormat: 'path', supportsConnectionEvent: true };

interface ConnectionBody {
  readonly transport: string;
  readonly reason: string;
  readonly launcherArgs: string[];
}

interface EchoedBreakpoints {
  readonly breakpoints: unknown[];
  readonly sent: { readonly breakpoints: unknown[] };
}

describe('a session without a program', () => {
  it('answers initialize with what works, once', async () => {
    const { client } = sessionPair();
    expect(await client.request('initialize', INITIALIZE)).toMatchObject({
      supportsConfigurationDoneRequest: true,
      supportsTerminateRequest: true,
    });
    const again = await client.ask('initialize', INITIALIZE);
    expect(again).toMatchObject({ success: false, body: { error: { id: DAP_ERROR_IDS.outOfOrder } } });
  });

  it('refuses URIs for paths', async () => {
    const { client } = sessionPair();
    expect(await client.ask('initialize', { ...INITIALIZE, pathFormat: 'uri' })).toMatchObject({
      success: false,
      body: { error: { id: DAP_ERROR_IDS.uriPaths } },
    });
  });

  it.each(
    [
      ...['setBreakpoints', 'configurationDone', 'threads', 'stackTrace', 'scopes', 'variables', 'evaluate'],
      ...['continue', 'next', 'stepIn', 'stepOut', 'pause', 'terminate'],
    ].map((command) => [command]),
  )('answers %s before launch with one error', async (command) => {
    const { client } = sessionPair();
    await client.request('initialize', INITIALIZE);
    const response = await client.ask(command, { source: { path: '/a.js' }, threadId: 1, expression: '1' });
    expect(response).toMatchObject({ success: false, body: { error: { id: DAP_ERROR_IDS.notLaunched } } });
    expect(client.responses).toHaveLength(2);
  });

  it.each([
    ['attach', DAP_ERROR_IDS.outOfOrder],
    ['restart', DAP_ERROR_IDS.notLaunched],
    ['vendor/special', DAP_ERROR_IDS.unknownRequest],
    ['launch', DAP_ERROR_IDS.outOfOrder],
  ])('answers %s with error %i', async (command, id) => {
    const { client } = sessionPair();
    expect(await client.ask(command)).toMatchObject({ command, success: false, body: { error: { id } } });
  });

  it('answers every one of a burst of requests exactly once, in whatever order', async () => {
    const { client } = sessionPair();
    const commands = ['initialize', 'nonsense', 'threads', 'evaluate', 'launch', 'setExceptionBreakpoints'];
    const seqs = commands.map((command) => client.send(command));
    await Promise.all(seqs.map((seq) => client.responseTo(seq)));
    await client.ask('nonsense');
    const answered = client.responses.map(({ request_seq }) => request_seq).sort();
    expect(answered).toEqual([...seqs, seqs.length + 1]);
  });

  it('ends at disconnect, its answer sent before', async () => {
    const { client, session, errors } = sessionPair();
    await client.request('disconnect');
    await session.ended;
    await client.closed;
    expect(errors).toEqual([]);
  });

  it('ends when the client goes away', async () => {
    const { session, toAdapter, errors } = sessionPair();
    toAdapter.end();
    await session.ended;
    expect(errors).toEqual([]);
  });
});

describe('a launch that cannot be', () => {
  it.each([
    ['no program', {}, /"program" is missing/],
    ['a program that is not there', { program: '/not/there.js' }, /"program" is not there/],
    ['a directory', { program: '/' }, /"program" is a directory/],
    ['a wrong type', { program: '/', args: 5, cwd: 7 }, /"cwd" must be a string/],
    ['an unknown transport', launchWith('neverConnects', { ipc: { transport: 'smoke' } }), /"smoke"/],
    ['a runtime that is not there', launchWith('x', { launcher: { command: '/not/there' } }), /ENOENT/],
  ])('is answered with an error for %s, then terminated', async (_what, args, text) => {
    const { client } = sessionPair();
    await client.request('initialize', INITIALIZE);
    const response = await client.ask('launch', args);
    expect(response.success).toBe(false);
    expect(response.message).toMatch(text);
    await client.waitForEvent('terminated');
    expect(client.transcript.at(-2)?.message).toBe(response);
    await client.request('disconnect');
    expect(client.events.filter(({ event }) => event === 'exited')).toEqual([]);
  });
});

describe('malformed input', () => {
  it.each([
    ['a header that is none', 'GET / HTTP/1.1\r\n\r\n', /malformed message header/],
    ['a length that is none', 'Content-Length: abc\r\n\r\n{}', /malformed message header/],
    ['a body that is no JSON', frame('{"seq":'), /JSON/],
    ['a body that is null', frame('null'), /no protocol message/],
    ['a body that is a list', frame('[]'), /no protocol message/],
    ['a request without a command', frame('{"seq":1,"type":"request"}'), /no protocol message/],
    ['a request without a seq', frame('{"type":"request","command":"threads"}'), /no protocol message/],
    ['an end inside a message', 'Content-Length: 10\r\n\r\n{', /in the middle/],
  ])('ends the session and says why: %s', async (_what, bytes, text) => {
    const { client, session, errors, toAdapter } = sessionPair();
    await client.request('initialize', INITIALIZE);
    client.sendRaw(bytes);
    if (bytes.endsWith('{')) toAdapter.end();
    await session.ended;
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(text);
  });

  it('leaves no launcher and no program behind', async () => {
    const logger = recordingLogger();
    const { client, session } = sessionPair({ logger });
    await client.start(launchWith('echoesArguments'));
    client.sendRaw(frame('{'));
    await session.ended;
    expect(logger.entries.some(({ message }) => message === 'the program has ended')).toBe(true);
  });

  it('answers, or lets be, what arrives with the fault and after it', async () => {
    const { client, session } = sessionPair();
    const request = (seq: number) => frame(JSON.stringify({ seq, type: 'request', command: 'initialize' }));
    client.sendRaw(request(1) + frame('{') + request(2));
    await session.ended;
    await client.closed;
    expect(client.responses.filter(({ request_seq }) => request_seq === 1)).toHaveLength(1);
  });
});

describe('a session with a stand-in launcher', () => {
  it('starts it with the endpoint, the program, its arguments and its environment', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    const { client } = sessionPair();
    await client.start(
      launchWith('echoesArguments', { cwd, args: ['-x'], env: { ADDED: 'yes' }, stopOnEntry: true }),
    );
    const connection = await client.waitForEvent<ConnectionBody>('debug-adapter-ipc/connection');
    expect(connection.reason).toMatch(/auto/);
    const { result } = await client.request<{ result: string }>('evaluate', { expression: 'x' });
    const told = JSON.parse(result) as { argv: string[]; cwd: string; added: string };
    expect(told).toMatchObject({ cwd, added: 'yes' });
    expect(told.argv.slice(0, -2)).toEqual([
      ...connection.launcherArgs,
      ...['--program', fixturePath('dpPeer.mjs'), '--arg=-x', '--stop-on-entry'],
    ]);
    expect(told.argv.slice(-2).join(' ')).toMatch(/^--session-id [0-9a-f-]{36}$/);
    expect(told.argv).toContain(connection.transport);
  });

  it.each(process.platform === 'win32' ? ['pipe', 'tcp'] : ['unix', 'tcp'])(
    'talks over %s',
    async (transport) => {
      const { client } = sessionPair();
      await client.start(launchWith('echoesArguments', { ipc: { transport } }));
      expect(await client.waitForEvent('debug-adapter-ipc/connection')).toMatchObject({ transport });
      await client.request('disconnect');
    },
  );

  it('tells of a fallback, and works by it', async () => {
    const createListener = TransportFactory.createListener.bind(TransportFactory);
    const fallbackCause = new IpcError('ERR_IPC_LISTEN', 'no directory can hold a private socket');
    const spied = vi.spyOn(TransportFactory, 'createListener').mockImplementation(async (config) => ({
      ...(await createListener({ ...config, transport: 'tcp' })),
      fallbackCause,
    }));
    onTestFinished(() => spied.mockRestore());
    const { client } = sessionPair();
    await client.start(launchWith('echoesArguments'));
    const connection = await client.waitForEvent<ConnectionBody>('debug-adapter-ipc/connection');
    expect(connection).toMatchObject({ transport: 'tcp', fallbackCause: fallbackCause.message });
    expect(client.output('console')).toMatch(/by tcp instead of a Unix socket: no directory/);
  });

  it('counts as its client does', async () => {
    const { client } = sessionPair();
    await client.request('initialize', { ...INITIALIZE, linesStartAt1: false, columnsStartAt1: false });
    await client.request('launch', launchWith('echoesArguments'));
    const wanted = { source: { path: '/a.js' }, breakpoints: [{ line: 0, column: 4 }] };
    const { breakpoints, sent } = await client.request<EchoedBreakpoints>('setBreakpoints', wanted);
    expect(breakpoints).toEqual([{ line: 0, column: 4 }]);
    expect(sent.breakpoints).toEqual([{ line: 1, column: 5 }]);
  });

  it('takes the bare lines of old clients, and refuses breakpoints without a file', async () => {
    const { client } = sessionPair();
    await client.start(launchWith('echoesArguments'));
    const { breakpoints } = await client.request('setBreakpoints', {
      source: { path: '/a.js' },
      lines: [3, 4],
    });
    expect(breakpoints).toEqual([{ line: 3 }, { line: 4 }]);
    for (const args of [{}, { source: {} }, { source: { path: 5 } }]) {
      const id = DAP_ERROR_IDS.badRequestArguments;
      expect(await client.ask('setBreakpoints', args)).toMatchObject({
        success: false,
        body: { error: { id } },
      });
    }
  });

  it('tells the answer before the event that follows from it, though they come in one piece', async () => {
    const { client } = sessionPair();
    await client.start(launchWith('oneWrite'));
    await client.request('continue', { threadId: 1 });
    await client.waitForEvent('stopped');
    const last = client.transcript.slice(-3).map(({ message }) => message);
    expect(last).toMatchObject([
      { event: 'output' },
      { command: 'continue', success: true },
      { event: 'stopped' },
    ]);
  });

  it('does not mind messages that mean nothing to it', async () => {
    const logger = recordingLogger();
    const { client } = sessionPair({ logger });
    await client.start(launchWith('badMessages'));
    expect(await client.request('threads')).toEqual({ threads: [] });
    expect(await client.ask('threads')).toMatchObject({ success: true });
    await eventually(() => logger.entries.some(({ level }) => level === 'error'), 'a logged error');
    expect(client.responses.filter(({ command }) => command === 'threads')).toHaveLength(2);
  });

  it('does not let a second connection of the launcher into the session', async () => {
    const { client } = sessionPair();
    await client.start(launchWith('connectsTwice'));
    expect(await client.request('threads')).toEqual({ threads: [] });
    await client.request('disconnect');
    expect(client.events.filter(({ event }) => event === 'stopped')).toEqual([]);
  });

  it('ends the program of a launcher that hangs up, and answers what was asked of it', async () => {
    const { client } = sessionPair();
    await client.start(launchWith('hangsUp'));
    const response = await client.ask('threads');
    expect(response).toMatchObject({ success: false, body: { error: { id: DAP_ERROR_IDS.debuggeeEnded } } });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: posix ? 128 + 15 : 1 });
    await client.waitForEvent('terminated');
    expect(client.output('important')).toContain('connection to the launcher is lost');
  });

  it('launches once', async () => {
    const { client } = sessionPair();
    await client.start(launchWith('echoesArguments'));
    expect(await client.ask('launch', launchWith('echoesArguments'))).toMatchObject({
      success: false,
      body: { error: { id: DAP_ERROR_IDS.outOfOrder } },
    });
  });
});

describe('a launcher that fails', () => {
  async function failedLaunch(fixture: string, more: object = {}) {
    const { client } = sessionPair();
    await client.request('initialize', INITIALIZE);
    const response = await client.ask('launch', launchWith(fixture, more));
    await client.waitForEvent('terminated');
    expect(client.events.filter(({ event }) => event === 'terminated')).toHaveLength(1);
    expect(response).toMatchObject({ success: false, body: { error: { showUser: true } } });
    await client.request('disconnect');
    return { client, message: response.message ?? '' };
  }

  it('by never connecting: the deadline is told, and it is ended', async () => {
    const launchTimeoutMs = 2_000 * SLOWNESS;
    const { message, client } = await failedLaunch('neverConnects', { launchTimeoutMs });
    expect(message).toMatch(/nobody connected to .* within \d+ ms/);
    expect(message).toContain(`within ${launchTimeoutMs} ms`);
    expect(client.output('stderr')).toContain('thinking about it');
  });

  it('by dying early: exit code and stderr are told', async () => {
    const { message, client } = await failedLaunch('diesEarly');
    expect(message).toMatch(/code 7/);
    expect(message).toContain('cannot find my configuration');
    expect(client.output('stderr')).toContain('cannot find my configuration');
  });

  it.runIf(posix)('by a signal: which one is told', async () => {
    expect((await failedLaunch('killsItself')).message).toContain('SIGKILL');
  });

  it('by dying of the first command: exit code and stderr are told', async () => {
    const { message } = await failedLaunch('diesAtInitialize');
    expect(message).toMatch(/code 9/);
    expect(message).toContain('no debugger in this build');
  });

  it('by refusing the first command: its reason is told', async () => {
    expect((await failedLaunch('refusesInitialize')).message).toContain('wrong version');
  });

  it('by staying silent: the deadline is told, and it is ended', async () => {
    expect((await failedLaunch('staysSilent', { launchTimeoutMs: 400 })).message).toMatch(/within 400 ms/);
  });

  it('not before the client disconnects: the launch is cancelled, both are answered', async () => {
    const { client, session } = sessionPair();
    await client.request('initialize', INITIALIZE);
    const launched = client.ask('launch', launchWith('neverConnects'));
    await client.waitForEvent('debug-adapter-ipc/connection');
    const disconnected = client.ask('disconnect');
    const id = DAP_ERROR_IDS.launchCancelled;
    expect(await launched).toMatchObject({ success: false, body: { error: { id } } });
    expect(await disconnected).toMatchObject({ success: true });
    await session.ended;
  });
});
