import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { DAP_ERROR_IDS } from '../../../../src/adapter/dap/dapErrors.js';
import { pidsOf } from '../../../support/programs.js';
import type { DapClient } from '../../../support/dapClient.js';
import {
  expectNoViolation,
  hasPython,
  framesOf,
  INITIALIZE,
  launchDapper,
  lineWith,
  locals,
  localsReference,
  pythonProgram,
  runTo,
} from './dapperSession.js';
import { fixturePath, sessionPair } from '../sessionPair.js';

const ENDS = pythonProgram('ends.py');
const SHOP = pythonProgram('shop.py');
/** Deadline of a request that is answered without the launcher, in milliseconds. */
const QUICK_MS = 6_000;

function dapperClient(): DapClient {
  return expectNoViolation(sessionPair().client);
}

function eventNames(client: DapClient): string[] {
  return client.events.map(({ event }) => event).filter((event) => event !== 'output');
}

async function stoppedInPrice(standIn = ''): Promise<{ client: DapClient; threadId: number }> {
  const client = dapperClient();
  const threadId = await runTo(client, 'shop.py', 'return total', launchDapper('shop.py', {}, standIn));
  return { client, threadId };
}

describe.runIf(hasPython)('a session with a dapper launcher', () => {
  it('goes as the observed transcript does, and tells the true exit code', async () => {
    const client = dapperClient();
    await client.request('initialize', INITIALIZE);
    const launched = client.request('launch', launchDapper('ends.py', { args: ['exit3'] }));
    await client.waitForEvent('initialized');
    const line = lineWith(ENDS, 'answer = 41');
    const breakpoints = [{ line }, { line: 999 }];
    expect(await client.request('setBreakpoints', { source: { path: ENDS }, breakpoints })).toEqual({
      breakpoints: [
        { verified: true, line },
        { verified: false, line: 999 },
      ],
    });
    await client.request('configurationDone');
    await launched;
    expect(await client.waitForEvent('thread')).toMatchObject({ reason: 'started' });
    const { threadId } = await client.waitForEvent<{ threadId: number }>(
      'stopped',
      ({ reason }: { reason?: string } & { threadId: number }) => reason === 'breakpoint',
    );
    expect(await framesOf(client, threadId)).toMatchObject([{ name: '<module>', line }]);
    await client.request('next', { threadId });
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'step' });
    expect(await framesOf(client, threadId)).toMatchObject([{ line: line + 1 }]);
    await client.request('continue', { threadId });
    const exception = { reason: 'exception', text: 'SystemExit: 3' };
    expect(await client.waitForEvent('stopped')).toMatchObject(exception);
    await client.request('continue', { threadId });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 3 });
    await client.waitForEvent('terminated');
    await client.request('disconnect');
    expect(eventNames(client)).toEqual([
      ...['debug-adapter-ipc/connection', 'capabilities', 'initialized', 'thread'],
      ...['stopped', 'stopped', 'stopped', 'exited', 'terminated'],
    ]);
    expect(client.output('stdout')).toBe('before\n');
  });

  it('tells what the launcher really can do, before the client configures anything', async () => {
    const client = dapperClient();
    await client.start(launchDapper('ends.py'));
    const { capabilities } =
      await client.waitForEvent<DebugProtocol.CapabilitiesEvent['body']>('capabilities');
    expect(capabilities).toMatchObject({
      supportsSetVariable: true,
      supportsFunctionBreakpoints: true,
      supportsExceptionInfoRequest: true,
      supportsGotoTargetsRequest: true,
      supportTerminateDebuggee: false,
      exceptionBreakpointFilters: [
        { filter: 'raised', label: 'raised', default: false },
        { filter: 'uncaught', label: 'uncaught', default: true },
      ],
    });
    expect(capabilities).toMatchObject({ supportsCompletionsRequest: false, supportsSetExpression: false });
    const names = eventNames(client);
    expect(names.indexOf('capabilities')).toBeLessThan(names.indexOf('initialized'));
    await client.waitForEvent('terminated');
  });

  it('takes arguments that begin with a dash, and stops on entry', async () => {
    const client = dapperClient();
    await client.start(launchDapper('ends.py', { args: ['--verbose', '-x'], stopOnEntry: true }));
    const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
    const argument = await client.request('evaluate', {
      expression: '__import__("sys").argv[1:]',
      frameId: 0,
    });
    expect(argument).toMatchObject({ result: "['--verbose', '-x']" });
    await client.request('continue', { threadId });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });

  it.each(process.platform === 'win32' ? ['tcp'] : ['unix', 'tcp'])('talks over %s', async (transport) => {
    const client = dapperClient();
    await client.start(launchDapper('ends.py', { ipc: { transport } }));
    expect(await client.waitForEvent('debug-adapter-ipc/connection')).toMatchObject({ transport });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });
});

describe.runIf(hasPython)('the end of a program under a dapper launcher', () => {
  it.each([
    ['', 0],
    ['exit3', 3],
    ['crash', 1],
    ['crashAndAsk', 1],
    ['sigkill', 137],
  ])('%s: is told once and with its true exit code %i, whatever the launcher says', async (how, exitCode) => {
    const client = dapperClient();
    await client.start(launchDapper('ends.py', { args: [how] }));
    if (how !== '' && how !== 'sigkill') {
      const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
      await client.request('continue', { threadId });
    }
    expect(await client.waitForEvent('exited')).toEqual({ exitCode });
    await client.waitForEvent('terminated');
    await client.request('disconnect');
    expect(eventNames(client).filter((name) => /exited|terminated/.test(name))).toEqual([
      'exited',
      'terminated',
    ]);
    if (how === 'crash') expect(client.output('stderr')).toContain('ValueError: out of range');
  });

  it.each([
    ['exit3', 3],
    ['crash', 1],
    ['crashAndAsk', 1],
  ])('%s without a debugger: is told with exit code %i', async (how, exitCode) => {
    const client = dapperClient();
    await client.start(launchDapper('ends.py', { args: [how], noDebug: true }));
    expect(await client.waitForEvent('exited')).toEqual({ exitCode });
    expect(client.output('stdout')).toContain('before\n');
  });

  it('is not held up by a program that waits for Enter after its crash: there is nobody to press it', async () => {
    const client = dapperClient();
    await client.start(launchDapper('ends.py', { args: ['crashAndAsk'] }));
    const { threadId, text } = await client.waitForEvent<{ threadId: number; text: string }>('stopped');
    expect(text).toMatch(/^EOFError/);
    await client.request('continue', { threadId });
    await client.waitForEvent('terminated');
    expect(client.output('stdout')).toContain('crashed: out of range\nPress Enter to close ');
  });

  it('by terminate is the launcher’s own exit code', async () => {
    const client = dapperClient();
    await client.start(launchDapper('runsOn.py'));
    await pidsOf(client);
    await client.request('terminate');
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
    await client.waitForEvent('terminated');
    await client.request('disconnect');
  });
});

describe.runIf(hasPython)('what a dapper launcher says twice, or in another way', () => {
  it('reaches the client once: the mirrors of responses are swallowed', async () => {
    const { client, threadId } = await stoppedInPrice();
    expect(await locals(client, threadId)).toMatchObject({ count: '3', each: '4', total: '12' });
    await client.request('threads');
    const variablesReference = await localsReference(client, threadId);
    const set = { variablesReference, name: 'total', value: '7' };
    expect(await client.request('setVariable', set)).toMatchObject({ value: '7', type: 'int' });
    const mirrors = /^(threads|stackTrace|scopes|variables|setVariable|evaluate|exceptionInfo|source)$/;
    expect(eventNames(client).filter((name) => mirrors.test(name))).toEqual([]);
    expect(client.output('important')).toBe('');
  });

  it('is a failure where an expression failed, though it says success', async () => {
    const { client } = await stoppedInPrice();
    expect(await client.request('evaluate', { expression: 'total + 1', frameId: 0 })).toMatchObject({
      result: '13',
    });
    expect(await client.ask('evaluate', { expression: 'nothing', frameId: 0 })).toMatchObject({
      success: false,
      message: 'Evaluation failed',
      body: { error: { id: DAP_ERROR_IDS.refusedByLauncher } },
    });
    const likeAnError = { expression: '"<error: not one>"[0:16]', frameId: 0 };
    expect(await client.request('evaluate', likeAnError)).toMatchObject({ type: 'str' });
    await client.request('evaluate', { expression: 'total = 5', frameId: 0, context: 'repl' });
  });

  it('is told behind the answer to pause, where it comes before it', async () => {
    const client = dapperClient();
    await client.start(launchDapper('runsOn.py'));
    await client.waitForEvent('output');
    await client.request('pause', { threadId: 1 });
    const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
    const order = client.transcript.map(({ message }) => message);
    const paused = order.findIndex((message) => 'request_seq' in message && message.command === 'pause');
    const stopped = order.findIndex((message) => 'event' in message && message.event === 'stopped');
    expect(paused).toBeLessThan(stopped);
    expect((await framesOf(client, threadId)).length).toBeGreaterThan(0);
    await client.request('disconnect');
  });

  it('is a page of the stack with the number of all frames, where the launcher gives the whole', async () => {
    const { client, threadId } = await stoppedInPrice();
    const page = (startFrame: number, levels?: number) =>
      client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
        threadId,
        startFrame,
        levels,
      });
    const whole = await page(0);
    expect(whole.totalFrames).toBe(28);
    expect(whole.stackFrames).toHaveLength(28);
    for (const start of [0, 20, 40]) {
      const { stackFrames, totalFrames } = await page(start, 20);
      expect(stackFrames).toEqual(whole.stackFrames.slice(start, start + 20));
      expect(totalFrames).toBe(28);
    }
  });
});

describe.runIf(hasPython)('a command that a dapper launcher does not answer', () => {
  async function stoppedAtCrash(standIn = ''): Promise<{ client: DapClient; threadId: number }> {
    const client = dapperClient();
    await client.start(launchDapper('ends.py', { args: ['crash'] }, standIn));
    const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
    return { client, threadId };
  }

  it('exceptionInfo is answered by its event', async () => {
    const { client, threadId } = await stoppedAtCrash();
    expect(await client.request('exceptionInfo', { threadId })).toEqual({
      exceptionId: 'ValueError',
      description: 'out of range',
      breakMode: 'unhandled',
      details: { message: 'out of range', typeName: 'ValueError' },
    });
    expect(eventNames(client)).not.toContain('exceptionInfo');
  });

  it.each([
    ['exceptionInfo', 'No exception info available for thread'],
    ['loadedSources', 'Error receiving command:'],
    ['setExpression', 'Error receiving command:'],
  ])('%s fails by the error event that has no id', async (command, text) => {
    const { client, threadId } = await stoppedInPrice();
    const args = { exceptionInfo: { threadId }, setExpression: { expression: 'total', value: '1' } };
    const response = await client.ask(command, args[command as keyof typeof args]);
    expect(response).toMatchObject({
      success: false,
      body: { error: { id: DAP_ERROR_IDS.refusedByLauncher } },
    });
    expect(response.message).toContain(text);
    expect(client.output('important')).toBe('');
  });

  it('the oldest of several takes the error, each has its one answer', async () => {
    const { client, threadId } = await stoppedAtCrash();
    const seqs = [
      client.send('loadedSources'),
      client.send('exceptionInfo', { threadId }),
      client.send('setExpression', { expression: 'answer', value: '1' }),
    ];
    const responses = await Promise.all(seqs.map((seq) => client.responseTo(seq, QUICK_MS)));
    expect(responses.map(({ success }) => success)).toEqual([false, true, false]);
    expect(responses[0]?.message).toContain('program_path');
    expect(responses[2]?.message).toContain('set_expression');
    expect(client.responses.filter(({ request_seq }) => seqs.includes(request_seq))).toHaveLength(3);
  });

  it('is answered at its deadline where nothing comes at all', async () => {
    const { client, threadId } = await stoppedAtCrash('silent');
    const commands = ['exceptionInfo', 'loadedSources', 'setExpression'];
    const args = { threadId, expression: 'answer', value: '1' };
    const responses = await Promise.all(commands.map((command) => client.ask(command, args, QUICK_MS)));
    for (const response of responses) {
      expect(response).toMatchObject({
        success: false,
        body: { error: { id: DAP_ERROR_IDS.launcherUnanswered } },
      });
    }
    expect(await client.request('threads')).toHaveProperty('threads');
  });

  it('is answered like any other where the launcher has been mended', async () => {
    const { client } = await stoppedInPrice('setsExpressions');
    const set = { expression: 'total', value: '9', frameId: 0 };
    expect(await client.request('setExpression', set)).toMatchObject({ value: '9' });
  });

  it('restart is done without it: by a launcher that is started anew', async () => {
    const { client, threadId } = await stoppedInPrice();
    const [before] = await framesOf(client, threadId);
    await client.request('restart');
    const again = await client.waitForEvent<{ threadId: number; reason: string }>('stopped');
    expect(again.reason).toBe('breakpoint');
    const [after] = await framesOf(client, again.threadId);
    expect(after?.line).toBe(before?.line);
    expect(eventNames(client)).not.toContain('terminated');
    await client.request('disconnect');
  });

  it('leaves the error of a command that is answered otherwise to the user', async () => {
    const { client, threadId } = await stoppedInPrice('scopesRaise');
    const [top] = await framesOf(client, threadId);
    client.send('scopes', { frameId: top?.id });
    await client.waitForEvent('output', ({ category }: { category?: string }) => category === 'important');
    expect(client.output('important')).toBe("Launcher: Error receiving command: 'no such frame'\n");
    await client.request('disconnect');
  });
});

describe.runIf(hasPython)('requests that a dapper launcher does and others do not', () => {
  it('are forwarded with the arguments that it reads, in its own counting', async () => {
    const client = dapperClient();
    await client.request('initialize', { ...INITIALIZE, linesStartAt1: false, columnsStartAt1: false });
    await client.request('launch', launchDapper('shop.py', { stopOnEntry: true }));
    const source = { path: SHOP, name: 'shop.py', adapterData: { mine: 1 } };
    const functions = [{ name: 'price', condition: 'count > 1', mode: 'any' }];
    expect(await client.request('setFunctionBreakpoints', { breakpoints: functions })).toEqual({
      breakpoints: [{ verified: true }],
    });
    expect(
      await client.request('setExceptionBreakpoints', {
        filters: ['raised'],
        filterOptions: [{ filterId: 'uncaught', condition: 'ValueError', mode: 'any' }],
        exceptionOptions: [],
      }),
    ).toEqual({ breakpoints: [{ verified: true }] });
    const locations = { source, line: 3, endLine: 4, column: 1 };
    expect(await client.request('breakpointLocations', locations)).toEqual({
      breakpoints: [{ line: 3 }, { line: 4 }],
    });
    const wanted = [{ line: 4, column: 2, logMessage: 'here', mode: 'any' }];
    const args = { source, breakpoints: wanted, sourceModified: false };
    expect(await client.request('setBreakpoints', args)).toEqual({
      breakpoints: [{ verified: true, line: 4 }],
    });
    await client.request('configurationDone', { extra: true });
    const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
    expect(await client.request('gotoTargets', { source, line: 4, frameId: 0 })).toMatchObject({
      targets: [{ id: 5, line: 4 }],
    });
    const goto = await client.ask('goto', { threadId, targetId: 5 });
    expect(goto.message).toMatch(/^goto failed/);
    expect(await client.request('modules', { startModule: 0, moduleCount: 1 })).toMatchObject({
      totalModules: 1,
    });
    expect(await client.request('source', { source, sourceReference: 0 })).toMatchObject({
      mimeType: 'text/x-python',
    });
    const { results } = await client.request('dapper/agentEval', { expression: '1 + 1' });
    expect(results).toEqual([{ expression: '1 + 1', result: '2', type: 'int' }]);
    await client.request('continue', { threadId, singleThread: false });
    await client.request('disconnect');
  });

  it('give data breakpoints an id that the launcher takes, and none where it would not take any', async () => {
    const { client, threadId } = await stoppedInPrice();
    const variablesReference = await localsReference(client, threadId);
    const { dataId } = await client.request<{ dataId: string }>('dataBreakpointInfo', {
      variablesReference,
      name: 'total',
    });
    expect(dataId).toBe('frame:0:var:total');
    const breakpoints = [{ dataId, accessType: 'write' }];
    expect(await client.request('setDataBreakpoints', { breakpoints })).toEqual({
      breakpoints: [{ verified: true }],
    });
    expect(await client.request('dataBreakpointInfo', { name: 'total' })).toMatchObject({ dataId: null });
  });

  it('are unknown with any other launcher', async () => {
    const { client } = sessionPair();
    const launch = { program: fixturePath('dpPeer.mjs') };
    const launcher = { command: process.execPath, args: [fixturePath('echoesArguments.mjs')] };
    await client.start({ ...launch, launcher, ipc: { auth: 'off' } });
    for (const command of ['gotoTargets', 'dataBreakpointInfo', 'dapper/agentEval']) {
      expect(await client.ask(command)).toMatchObject({
        success: false,
        body: { error: { id: DAP_ERROR_IDS.unknownRequest } },
      });
    }
    // Capabilities that this launcher does not have are withdrawn.
    const { capabilities } = await client.waitForEvent<{ capabilities: object }>('capabilities');
    expect(capabilities).toMatchObject({ supportsConditionalBreakpoints: false });
    await client.request('disconnect');
  });

  it('say so where the launcher refuses', async () => {
    const client = dapperClient();
    await client.request('initialize', INITIALIZE);
    await client.request('launch', launchDapper('shop.py', {}, 'noDebugger'));
    const response = await client.ask('setBreakpoints', {
      source: { path: SHOP },
      breakpoints: [{ line: 5 }],
    });
    expect(response).toMatchObject({ success: false, message: 'No active debugger' });
    expect(await client.ask('setBreakpoints', { source: {}, breakpoints: [] })).toMatchObject({
      success: false,
      body: { error: { id: DAP_ERROR_IDS.badRequestArguments } },
    });
    await client.request('disconnect');
  });
});

describe.runIf(hasPython)('a dapper launcher that cannot start', () => {
  async function failedLaunch(more: object): Promise<DebugProtocol.Response> {
    const { client } = sessionPair();
    await client.request('initialize', INITIALIZE);
    const response = await client.ask('launch', launchDapper('ends.py', more));
    expect(response.success).toBe(false);
    await client.waitForEvent('terminated');
    return response;
  }

  it('because of its arguments: exit code 2 and its words are told', async () => {
    const launcher = { ...launcherOf('ends.py'), args: [fixturePath('dapperLauncher.py'), '--keep-running'] };
    const { message } = await failedLaunch({ launcher });
    expect(message).toMatch(/code 2/);
    expect(message).toContain('unrecognized arguments: --keep-running');
  });

  it('because nobody is there to connect to: exit code 1 is told', async () => {
    const { message } = await failedLaunch({
      launcher: { ...launcherOf('ends.py'), args: [fixturePath('dapper/misled.py')] },
    });
    expect(message).toMatch(/code 1/);
    expect(message).toContain('failed to connect socket');
  });

  function launcherOf(program: string): object {
    return (launchDapper(program) as { launcher: object }).launcher;
  }
});

describe.runIf(hasPython)('the stand-in', () => {
  it('makes what dapper would not take visible: here, the profile of other launchers', async () => {
    const { client } = sessionPair();
    await client.request('initialize', INITIALIZE);
    const launch = launchDapper('ends.py') as { launcher: object };
    const launcher = { ...launch.launcher, profile: 'native' };
    await client.request('launch', { ...launch, launcher, ipc: { auth: 'off' } });
    const breakpoints = [{ line: 1, column: 1 }];
    await client.ask('setBreakpoints', { source: { path: ENDS }, breakpoints });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 70 });
    expect(client.output('stderr')).toBe(
      'VIOLATION: setBreakpoints.breakpoints[] has column, which nobody reads\n',
    );
  });
});
