import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { goneSoon, lineOf, stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { terminalOf } from '../support/terminal.js';

const program = fileURLToPath(new URL('../fixtures/restart/greets.cjs', import.meta.url));
const line = lineOf(program, 'greeting');
const endLine = lineOf(program, 'end');
const launch = { program, args: ['Ada'] };

interface Stopped {
  readonly threadId: number;
  readonly hitBreakpointIds?: number[];
}

interface Breakpoint {
  readonly id: number;
  readonly verified: boolean;
  readonly line?: number;
}

/** Sets breakpoints, waits for the launch to be through. @returns the breakpoints as the client knows them */
async function started(client: DapClient, wanted: object[], more: object = {}): Promise<Breakpoint[]> {
  await client.request('initialize', { adapterID: 'test' });
  const launched = client.request('launch', { ...launch, ...more });
  await client.waitForEvent('initialized');
  const { breakpoints } = await setBreakpoints(client, wanted);
  await client.request('configurationDone');
  await launched;
  return breakpoints;
}

function setBreakpoints(client: DapClient, wanted: object[]): Promise<{ breakpoints: Breakpoint[] }> {
  return client.request('setBreakpoints', { source: { path: program }, breakpoints: wanted });
}

/** The value of an expression where the program stands. */
async function valueAtStop(
  client: DapClient,
  expression: string,
): Promise<{ result: string; stop: Stopped }> {
  const stop = await client.waitForEvent<Stopped>('stopped');
  const { stackFrames } = await client.request<{ stackFrames: { id: number }[] }>('stackTrace', stop);
  const args = { expression, frameId: stackFrames[0]?.id };
  return { result: (await client.request<{ result: string }>('evaluate', args)).result, stop };
}

function named(client: DapClient, ...names: string[]): string[] {
  return client.events.map(({ event }) => event).filter((event) => names.includes(event));
}

describe('restart', () => {
  it('runs the program anew in the same session, up to the same breakpoint', async () => {
    const { client } = stdioClient();
    const [breakpoint] = await started(client, [{ line }]);
    const first = await valueAtStop(client, 'process.pid');

    await client.request('restart');
    const second = await valueAtStop(client, 'process.pid');
    expect(second.result).not.toBe(first.result);
    expect(second.stop.hitBreakpointIds).toEqual([breakpoint?.id]);
    await goneSoon([Number(first.result)]);

    // Of the first program's end the client hears that it stands no more, and that its thread is gone.
    expect(named(client, 'exited', 'terminated')).toEqual([]);
    expect(named(client, 'initialized')).toHaveLength(1);
    expect(named(client, 'stopped', 'continued')).toEqual(['stopped', 'continued', 'stopped']);
    const threads = client.events.filter(({ event }) => event === 'thread').map(({ body }) => body as object);
    expect(threads).toMatchObject([{ reason: 'started' }, { reason: 'exited' }, { reason: 'started' }]);

    await client.request('terminate');
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 4 });
    await client.waitForEvent('terminated');
    await client.request('disconnect');
  });

  it('keeps conditions, and the numbers by which the client knows its breakpoints', async () => {
    const { client } = stdioClient();
    await started(client, [{ line: endLine }, { line, condition: 'name === "Ada"' }]);
    await client.waitForEvent('stopped');
    // Set again, as a client does at every change, in another order.
    const { breakpoints } = await setBreakpoints(client, [
      { line, condition: 'name === "Ada"' },
      { line: endLine },
    ]);
    const [greeting, end] = breakpoints.map(({ id }) => id);

    await client.request('restart');
    const { stop } = await valueAtStop(client, 'name');
    expect(stop.hitBreakpointIds).toEqual([greeting]);
    await client.request('continue', stop);
    expect((await client.waitForEvent<Stopped>('stopped')).hitBreakpointIds).toEqual([end]);

    // A breakpoint that is new now is not taken for one of the old.
    const fresh = await setBreakpoints(client, [{ line: endLine, condition: 'true' }]);
    expect([greeting, end]).not.toContain(fresh.breakpoints[0]?.id);
    await client.request('disconnect');
  });

  it('takes other arguments, and keeps them for the next time', async () => {
    const { client } = stdioClient();
    await started(client, [{ line }]);
    await client.waitForEvent('stopped');
    await client.request('restart', { arguments: { ...launch, args: ['Grace'] } });
    expect((await valueAtStop(client, 'name')).result).toBe("'Grace'");
    await client.request('restart');
    expect((await valueAtStop(client, 'name')).result).toBe("'Grace'");
    await client.request('disconnect');
  });

  it('is refused for arguments that are wrong, and the program goes on', async () => {
    const { client } = stdioClient();
    await started(client, [{ line }]);
    await client.waitForEvent('stopped');
    await expect(client.request('restart', { arguments: { program: '/not/there.js' } })).rejects.toThrow(
      /"program" is not there/,
    );
    await client.request('continue', { threadId: 1 });
    await client.waitForEvent('output', ({ output }: { output: string }) => output.includes('Hello Ada'));
    expect(named(client, 'exited', 'terminated')).toEqual([]);
    await client.request('disconnect');
  });

  it('ends the session where the program cannot be launched again', async () => {
    const { client } = stdioClient();
    await started(client, []);
    const nowhere = { ...launch, runtimeExecutable: '/not/there' };
    await expect(client.request('restart', { arguments: nowhere })).rejects.toThrow(/could not be started/);
    await client.waitForEvent('terminated');
    await client.request('disconnect');
  });

  it('is done one at a time', async () => {
    const { client } = stdioClient();
    await started(client, [{ line }]);
    await client.waitForEvent('stopped');
    const first = client.send('restart');
    expect(await client.ask('restart')).toMatchObject({
      success: false,
      message: expect.stringContaining('another restart is under way') as string,
    });
    expect((await client.responseTo(first)).success).toBe(true);
    await client.waitForEvent('stopped');
    await client.request('disconnect');
  });

  it('has what is asked meanwhile done in the new program', async () => {
    const { client } = stdioClient();
    await started(client, []);
    await client.waitForEvent('output', () => client.output('stdout').includes('Hello Ada'));
    const restart = client.send('restart');
    const { breakpoints } = await setBreakpoints(client, [{ line: endLine }]);
    expect((await client.responseTo(restart)).success).toBe(true);
    expect(breakpoints).toMatchObject([{ line: endLine }]);
    const { threads } = await client.request<{ threads: object[] }>('threads');
    expect(threads).toMatchObject([{ id: 1 }]);
    await client.request('disconnect');
  });

  it('gives way to a disconnect, and leaves nothing', async () => {
    const { client, exited } = stdioClient();
    await started(client, [{ line }]);
    const { result } = await valueAtStop(client, 'process.pid');
    const restart = client.send('restart');
    await client.request('disconnect');
    expect((await client.responseTo(restart)).success).toBe(false);
    await exited;
    await goneSoon([Number(result)]);
  });

  it('works without a debugger, too', async () => {
    const { client } = stdioClient();
    await started(client, [], { noDebug: true });
    const greeted = (): boolean => client.output('stdout').includes('Hello Ada');
    await client.waitForEvent('output', greeted);
    await client.request('restart');
    await client.waitForEvent('output', () => client.output('stdout').split('Hello Ada').length === 3);
    expect(named(client, 'exited', 'terminated')).toEqual([]);
    await client.request('disconnect');
  });

  it('opens a terminal again for a program that has one', async () => {
    const { client } = stdioClient();
    const opened = terminalOf(client);
    const withTerminals = { initialize: { supportsRunInTerminalRequest: true } };
    await client.start({ ...launch, console: 'integratedTerminal' }, {}, withTerminals);
    const first = await opened;
    await first.shows('Hello Ada');
    const reopened = terminalOf(client);
    await client.request('restart');
    await (await reopened).shows('Hello Ada');
    expect(await first.exited).toBe(4);
    await client.request('disconnect');
  });

  it('is refused once the program has ended', async () => {
    const { client } = stdioClient();
    await started(client, []);
    await client.request('terminate');
    await client.waitForEvent('terminated');
    await expect(client.request('restart')).rejects.toThrow(/came too late: the program has ended/);
  });
});
