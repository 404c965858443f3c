import { describe, expect, it } from 'vitest';
import { DAP_ERROR_IDS } from '../../src/adapter/dap/dapErrors.js';
import {
  expectNoViolation,
  framesOf,
  INITIALIZE,
  launchDapper,
  lineWith,
  locals,
  pythonProgram,
  runTo,
} from '../unit/adapter/profiles/dapperSession.js';
import { clientOf, goneSoon, isRunning, pidsOf, server, stdioClient } from '../support/programs.js';

describe('a program under a dapper launcher', () => {
  it('is debugged from breakpoint to exit code', async () => {
    const { client, exited } = stdioClient();
    expectNoViolation(client);
    const threadId = await runTo(client, 'shop.py', 'return total', launchDapper('shop.py'));
    expect((await framesOf(client, threadId))[0]).toMatchObject({ name: 'price', line: 6 });
    expect(await locals(client, threadId)).toMatchObject({ count: '3', total: '12' });
    await client.request('stepOut', { threadId });
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'step' });
    const line = lineWith(pythonProgram('shop.py'), 'print("sold"');
    expect((await framesOf(client, threadId))[0]).toMatchObject({ name: '<module>', line });
    await client.request('continue', { threadId });
    expect(await client.waitForEvent('stopped')).toMatchObject({ text: 'SystemExit: 3' });
    await client.request('continue', { threadId });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 3 });
    await client.waitForEvent('terminated');
    expect(client.output('stdout')).toBe('sold 12\n');
    await client.request('disconnect');
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('is one of several, each with its own session', async () => {
    const { port } = await server();
    const clients = [expectNoViolation(await clientOf(port)), expectNoViolation(await clientOf(port))];
    const ends = clients.map(async (client, index) => {
      const [how, exitCode] = index === 0 ? ['crash', 1] : ['sigkill', 137];
      await client.start(launchDapper('ends.py', { args: [how], noDebug: true }));
      expect(await client.waitForEvent('exited')).toEqual({ exitCode });
      await client.request('disconnect');
    });
    await Promise.all(ends);
  });
});

describe.skipIf(process.platform === 'win32')('ending it (signals are POSIX)', () => {
  it.each([
    ['runs', [], 143],
    ['is deaf to SIGTERM', ['deaf'], 137],
  ])(
    'by disconnect, when it %s: with all that it started, before the answer',
    async (_what, args, exitCode) => {
      const { client, exited } = stdioClient();
      expectNoViolation(client);
      await client.start(launchDapper('runsOn.py', { args, terminateTimeoutMs: 700 }));
      const pids = await pidsOf(client);
      await client.request('disconnect');
      expect(pids.map(isRunning)).toEqual([false, false]);
      expect(client.events.slice(-2)).toMatchObject([{ body: { exitCode } }, { event: 'terminated' }]);
      expect(await exited).toEqual({ code: 0, signal: null });
    },
  );

  it('by disconnect begins with the signal: the launcher is not asked for what it does not do', async () => {
    const { client } = stdioClient();
    expectNoViolation(client);
    await client.start(launchDapper('runsOn.py', { terminateTimeoutMs: 8_000 }));
    const pids = await pidsOf(client);
    await client.request('disconnect', {}, 4_000);
    expect(pids.map(isRunning)).toEqual([false, false]);
  });

  it('by disconnect, when it stands at a breakpoint', async () => {
    const { client, exited } = stdioClient();
    expectNoViolation(client);
    await runTo(client, 'shop.py', 'return total', launchDapper('shop.py'));
    await client.request('disconnect', { terminateDebuggee: true });
    expect(client.events.slice(-2)).toMatchObject([{ event: 'exited' }, { event: 'terminated' }]);
    await exited;
  });

  it('by letting it run on is refused, with the reason, and the session goes on', async () => {
    const { client } = stdioClient();
    expectNoViolation(client);
    await client.start(launchDapper('runsOn.py'));
    const pids = await pidsOf(client);
    const refused = await client.ask('disconnect', { terminateDebuggee: false });
    expect(refused).toMatchObject({
      success: false,
      body: { error: { id: DAP_ERROR_IDS.cannotDetach, showUser: true } },
    });
    expect(refused.message).toMatch(/ends its program when the connection to it closes/);
    expect(await client.request('threads')).toHaveProperty('threads');
    expect(pids.map(isRunning)).toEqual([true, true]);
    await client.request('disconnect');
    await goneSoon(pids);
  });

  it('by letting it run on is no matter once it has ended by itself', async () => {
    const { client, exited } = stdioClient();
    expectNoViolation(client);
    await client.start(launchDapper('ends.py'));
    await client.waitForEvent('terminated');
    await client.request('disconnect', { terminateDebuggee: false });
    await exited;
  });

  it('by the death of the adapter', async () => {
    const { client, child, exited } = stdioClient();
    await client.start(launchDapper('runsOn.py'));
    const [program = 0] = await pidsOf(client);
    child.kill('SIGKILL');
    await exited;
    await goneSoon([program]);
  });

  it('by a client that goes away', async () => {
    const { client, child, exited } = stdioClient();
    expectNoViolation(client);
    await client.start(launchDapper('runsOn.py'));
    const pids = await pidsOf(client);
    child.stdin?.end();
    await exited;
    await goneSoon(pids);
  });
});

describe('a launch that a dapper launcher cannot follow', () => {
  it.each([
    ['a key', { ipc: { auth: 'key' } }, /"ipc\.auth" is "key", .* cannot authenticate/],
    ['an inherited descriptor', { ipc: { transport: 'fd' } }, /"ipc\.transport" is "fd"/],
    ['a program that runs on', { keepRunning: true }, /"keepRunning" cannot be had/],
    ['a kind that there is not', { launcher: { command: 'x', profile: 'gdb' } }, /one of native, dapper/],
  ])('is refused: %s', async (_what, more, text) => {
    const { client } = stdioClient();
    await client.request('initialize', INITIALIZE);
    const refused = await client.ask('launch', launchDapper('ends.py', more));
    expect(refused).toMatchObject({
      success: false,
      body: { error: { id: DAP_ERROR_IDS.badLaunchArgument, showUser: true } },
    });
    expect(refused.message).toMatch(text);
    await client.waitForEvent('terminated');
  });
});
