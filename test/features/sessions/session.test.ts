import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { localTransport } from '../../support/platform.js';
import { clientOf, lineOf, program, server, stdioClient } from '../../support/programs.js';

const STEPS = program('steps.cjs');
const MODULE = program('module.mjs');

const ways: [string, () => Promise<DapClient>][] = [
  ['stdio', () => Promise.resolve(stdioClient().client)],
  ['--server', async () => clientOf((await server()).port)],
];

async function topFrame(client: DapClient): Promise<DebugProtocol.StackFrame> {
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
    threadId: 1,
    startFrame: 0,
    levels: 20,
  });
  const [top] = stackFrames;
  if (top === undefined) throw new Error('the stack is empty');
  return top;
}

async function locals(client: DapClient, frameId: number): Promise<Record<string, string>> {
  const { scopes } = await client.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
  const found: Record<string, string> = {};
  for (const { expensive, variablesReference } of scopes) {
    if (expensive) continue;
    const { variables } = await client.request<DebugProtocol.VariablesResponse['body']>('variables', {
      variablesReference,
    });
    for (const { name, value } of variables) found[name] = value;
  }
  return found;
}

describe.each(ways)('a session over %s', (_name, connect) => {
  it('goes from breakpoint to exit code', async () => {
    const client = await connect();
    await client.start({ program: STEPS, args: ['3'] }, { [STEPS]: [lineOf(STEPS, 'area')] });

    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'breakpoint', threadId: 1 });
    expect(await client.request('threads')).toMatchObject({ threads: [{ id: 1 }] });
    const frame = await topFrame(client);
    expect(frame).toMatchObject({ name: 'area', line: lineOf(STEPS, 'area'), source: { path: STEPS } });
    expect(await locals(client, frame.id)).toMatchObject({ width: '2', height: '3', product: '6' });

    expect(
      await client.request('evaluate', { expression: 'width + height', frameId: frame.id }),
    ).toMatchObject({
      result: '5',
    });
    const failed = await client.ask('evaluate', {
      expression: 'notThere',
      frameId: frame.id,
      context: 'hover',
    });
    expect(failed).toMatchObject({ success: false, body: { error: { showUser: false } } });
    expect(failed.message).toContain('notThere is not defined');

    await client.request('stepOut', { threadId: 1 });
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'step' });
    expect(await topFrame(client)).toMatchObject({ name: 'total', line: lineOf(STEPS, 'loop') });

    await client.request('setBreakpoints', { source: { path: STEPS }, breakpoints: [] });
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 3 });
    await client.waitForEvent('terminated');
    expect(client.output('stdout')).toBe('total 26\n');
    expect(client.output('stderr')).toBe('done function\n');
    await client.request('disconnect');
    await client.closed;
    expect(client.events.slice(-2).map(({ event }) => event)).toEqual(['exited', 'terminated']);
  });

  it('stops on entry and at a breakpoint in a module', async () => {
    const client = await connect();
    const line = lineOf(MODULE, 'module');
    await client.start({ program: MODULE, stopOnEntry: true }, { [MODULE]: [line] });
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'entry' });
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'breakpoint' });
    expect(await topFrame(client)).toMatchObject({ line, source: { path: MODULE } });
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
    expect(client.output('stdout')).toBe('module.mjs\n');
    await client.request('disconnect');
  });

  it('runs without a debugger where the launch says so', async () => {
    const client = await connect();
    await client.start({ program: STEPS, noDebug: true, args: ['4'] });
    expect(await client.request('threads')).toEqual({ threads: [{ id: 1, name: 'main' }] });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 4 });
    expect(client.output('stdout')).toBe('total 26\n');
    const { breakpoints } = await client.request('setBreakpoints', {
      source: { path: STEPS },
      breakpoints: [{ line: 3 }],
    });
    expect(breakpoints).toMatchObject([{ verified: false, line: 3 }]);
    expect(await client.ask('stackTrace', { threadId: 1 })).toMatchObject({ success: false });
    await client.request('disconnect');
  });

  it('answers requests that come too late, each once', async () => {
    const client = await connect();
    await client.start({ program: STEPS });
    await client.waitForEvent('terminated');
    const commands = ['threads', 'stackTrace', 'continue', 'evaluate', 'setBreakpoints', 'pause'];
    for (const command of commands) {
      const args = { threadId: 1, expression: '1', source: { path: STEPS }, breakpoints: [] };
      expect(await client.ask(command, args)).toMatchObject({ success: false });
    }
    expect(await client.ask('terminate')).toMatchObject({ success: true });
    await client.request('disconnect');
    const answered = client.responses.map(({ request_seq }) => request_seq);
    expect(new Set(answered).size).toBe(answered.length);
  });
});

describe('the launcher', () => {
  it.each([localTransport, 'tcp', 'fd'])(
    'is reached over %s, and the program ends as it should',
    async (transport) => {
      const { client } = stdioClient();
      await client.start({ program: STEPS, args: ['3'], ipc: { transport } });
      expect(await client.waitForEvent('debug-adapter-ipc/connection')).toMatchObject({ transport });
      expect(await client.waitForEvent('exited')).toEqual({ exitCode: 3 });
    },
  );
});
