import { describe, expect, it } from 'vitest';
import { goneSoon, isRunning, pidsOf, program, stdioClient } from '../support/programs.js';

/** The time in which nothing is left of a program, in milliseconds. */
const GONE_MS = 3_000;
/** The same, for what another process ends on a busy machine. */
const LONG_MS = 12_000;
const QUICK = { terminateTimeoutMs: 400 };
const LINUX = process.platform === 'linux';

/** A session whose program has started processes of every kind. */
async function withTree(launch: object = {}, initialize: object = {}) {
  const adapter = stdioClient();
  adapter.client.onRequest('startDebugging', () => {
    throw new Error('not now');
  });
  await adapter.client.start({ program: program('growsTree.cjs'), ...launch }, {}, { initialize });
  const pids = await pidsOf(adapter.client);
  expect(pids.map(isRunning)).toEqual(pids.map(() => true));
  return { ...adapter, pids };
}

describe.skipIf(!LINUX)('what a program has started (Linux: elsewhere its process group)', () => {
  it.each([
    ['is not debugged', {}],
    ['could be debugged', { supportsStartDebuggingRequest: true }],
  ])('ends with terminate, where it %s', async (_, initialize) => {
    const { client, pids, exited } = await withTree(QUICK, initialize);
    await client.request('terminate');
    await client.waitForEvent('terminated');
    await goneSoon(pids, GONE_MS);
    await client.request('disconnect');
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('ends with a disconnect that follows terminated at once', async () => {
    const { client, pids, exited } = await withTree(QUICK);
    await client.request('terminate');
    await client.waitForEvent('terminated');
    await client.request('disconnect');
    expect(pids.map(isRunning)).toEqual(pids.map(() => false));
    await exited;
  });

  it('ends with disconnect, before the response', async () => {
    const { client, pids, exited } = await withTree(QUICK);
    await client.request('disconnect', { terminateDebuggee: true });
    expect(pids.map(isRunning)).toEqual(pids.map(() => false));
    await exited;
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends with a %s to the adapter', async (signal) => {
    const { child, pids, exited } = await withTree(QUICK);
    child.kill(signal);
    await goneSoon(pids, GONE_MS);
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('ends when the client goes away', async () => {
    const { child, pids, exited } = await withTree(QUICK);
    child.stdin?.end();
    await goneSoon(pids, GONE_MS);
    await exited;
  });

  it('ends with a program that ends at the moment at which its adapter is killed', async () => {
    const { pids, exited } = await withTree({ args: ['endsAdapter'] });
    process.kill(pids[0] ?? 0, 'SIGUSR2');
    await exited;
    await goneSoon(pids, LONG_MS);
  });

  it.each([
    ['keepRunning', { keepRunning: true }, undefined],
    ['terminateDebuggee: false', {}, { terminateDebuggee: false }],
  ])('is left alone with %s', async (_, launch, args) => {
    const { client, pids, exited } = await withTree(launch);
    await client.request('disconnect', args);
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(pids.map(isRunning)).toEqual(pids.map(() => true));
  });
});

describe.skipIf(process.platform === 'win32')('a process that a program leaves behind on purpose', () => {
  it.each(['leavesPrinter.cjs', 'leavesChild.cjs'])(
    '%s: delays neither the end nor the adapter, and runs on',
    async (name) => {
      const { client, exited } = stdioClient();
      await client.start({ program: program(name) });
      const [pid = 0] = await pidsOf(client);
      expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
      await client.waitForEvent('terminated');
      await client.request('disconnect');
      expect(await exited).toEqual({ code: 0, signal: null });
      expect(isRunning(pid)).toBe(true);
    },
  );
});
