import { describe, expect, it } from 'vitest';
import type { DapClient } from '../support/dapClient.js';
import { firstThatRuns, lineOf, programOf, whereStopped } from './dapServers.js';
import { clientOf, goneSoon, isRunning, pidsOf, server, stdioClient } from '../support/programs.js';

const SUMS = programOf('sums.py');
/** A distribution's debugpy is its own Python's, which need not be the first that is found. */
const python = firstThatRuns(['python3', '/usr/bin/python3'], ['-c', 'import debugpy']) ?? '';
const missing =
  python === '' ? ' (skipped: no python3 here has debugpy; apt-get install python3-debugpy)' : '';

/** Launch arguments of a Python program. Its children are not debugged: one connection is one session. */
function launchOf(program: string, more: object = {}): object {
  const debugpy = ['-m', 'debugpy', '--connect', '${ipcAddress}', '--configure-subProcess', 'False'];
  const args = ['-Xfrozen_modules=off', ...debugpy, '--wait-for-client', program];
  return {
    launcher: { profile: 'dap', command: python, args, request: 'attach' },
    justMyCode: true,
    ...more,
  };
}

const ways: [string, () => Promise<DapClient>][] = [
  ['stdio', () => Promise.resolve(stdioClient().client)],
  ['--server', async () => clientOf((await server()).port)],
];

describe.skipIf(missing !== '')(`a Python program under debugpy${missing}`, () => {
  it.each(ways)('goes from breakpoint to exit code over %s', async (_name, connect) => {
    const client = await connect();
    const line = lineOf(SUMS, 'total');
    await client.start(launchOf(SUMS), { [SUMS]: [line] });
    const { threadId, reason } = await client.waitForEvent<{ threadId: number; reason: string }>('stopped');
    expect(reason).toBe('breakpoint');
    const { frames, top, locals } = await whereStopped(client, threadId);
    expect(frames.map(({ name }) => name)).toEqual(['total', '<module>']);
    expect(top).toMatchObject({ line, source: { path: SUMS } });
    expect(locals).toMatchObject({ result: '42', price: '39' });
    const evaluated = { expression: 'result * 2', frameId: top.id, context: 'repl' };
    expect(await client.request('evaluate', evaluated)).toMatchObject({ result: '84', type: 'int' });
    const failed = await client.ask('evaluate', { ...evaluated, expression: 'notThere' });
    expect(failed).toMatchObject({ success: false, message: expect.stringContaining('notThere') as string });

    await client.request('continue', { threadId });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 3 });
    await client.waitForEvent('terminated');
    expect(client.output('stdout')).toBe('total 42\n');
    expect(client.output('stderr')).toContain('to stderr\n');
    await client.request('disconnect');
    await client.closed;
    const ends = client.events.filter(({ event }) => ['exited', 'terminated'].includes(event));
    expect(ends).toHaveLength(2);
  });

  it('counts as its client does: nobody moves its lines on the way', async () => {
    const { client } = stdioClient();
    await client.request('initialize', { adapterID: 'test', pathFormat: 'path', linesStartAt1: false });
    const launch = client.send('launch', launchOf(SUMS));
    await client.waitForEvent('initialized');
    const line = lineOf(SUMS, 'total') - 1;
    const { breakpoints } = await client.request('setBreakpoints', {
      ...{ source: { path: SUMS }, breakpoints: [{ line }] },
    });
    expect(breakpoints).toMatchObject([{ verified: true, line }]);
    await client.request('configurationDone');
    expect(await client.responseTo(launch)).toMatchObject({ command: 'launch', success: true });
    const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
    expect((await whereStopped(client, threadId)).top.line).toBe(line);
    await client.request('disconnect');
  });

  it('tells what debugpy can do, and what it cannot', async () => {
    const { client } = stdioClient();
    await client.start(launchOf(SUMS));
    const { capabilities } = await client.waitForEvent<{ capabilities: Record<string, unknown> }>(
      'capabilities',
    );
    expect(capabilities).toMatchObject({ supportsSetVariable: true, supportsGotoTargetsRequest: true });
    // It does not speak of it, and we have announced it before it was there.
    expect(capabilities.supportsCancelRequest).toBe(false);
    await client.waitForEvent('terminated');
  });

  it('ends at disconnect, with all that it started, before the answer', async () => {
    const { client, exited } = stdioClient();
    await client.start(launchOf(programOf('runsOn.py')));
    const pids = await pidsOf(client);
    await client.request('disconnect');
    expect(pids.filter(isRunning)).toEqual([]);
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('ends when the adapter is told to', async () => {
    const { client, child, exited } = stdioClient();
    await client.start(launchOf(programOf('runsOn.py')));
    const pids = await pidsOf(client);
    child.kill('SIGTERM');
    await goneSoon(pids);
    await exited;
  });

  it('runs on where the client lets it', async () => {
    const { client, exited } = stdioClient();
    await client.start(launchOf(programOf('runsOn.py')));
    const pids = await pidsOf(client);
    await client.request('disconnect', { terminateDebuggee: false });
    await exited;
    expect(pids.every(isRunning)).toBe(true);
  });
});
