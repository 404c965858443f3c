import { getEventListeners, once } from 'node:events';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Logger } from '../../../../src/ipc/core/logger.js';
import { IPCManager } from '../../../../src/ipc/session/ipcManager.js';
import { parseLauncherArgs } from '../../../../src/ipc/session/launcherArgs.js';
import { listeningManager, manager, recorder } from '../../../support/managers.js';
import { rejectionOf, thrownBy } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';

/** Takes the next uncaught exception, which would fail the test run. */
function nextUncaught(): Promise<unknown> {
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const thrown = once(process, 'uncaughtException').then(([error]: unknown[]) => error);
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException');
    for (const listener of others) process.on('uncaughtException', listener);
  });
  return within(thrown, 'an uncaught exception');
}

/** A pair of managers; the adapter's handler is given. */
async function pairWith(handler: (message: unknown) => unknown, onError?: (error: Error) => void) {
  const { adapter, config } = await listeningManager();
  adapter.startReader(handler, { accept: true, ...(onError && { onError }) });
  const launcher = manager();
  await launcher.connect(config);
  launcher.startReader(() => undefined);
  await within(adapter.connected, 'the peer');
  return { adapter, launcher };
}

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

/** What a handler may throw, or reject with, that is no `Error` of this realm. */
const STRANGE: [name: string, make: () => unknown][] = [
  ['an object without a prototype', () => Object.create(null) as unknown],
  ['a revoked proxy', revoked],
  ['undefined', () => undefined],
  ['a symbol', () => Symbol('s')],
  ['an error of another realm', () => runInNewContext('new Error("foreign")') as unknown],
  [
    'an object whose text throws',
    () => ({
      toString: () => {
        throw new Error('no text');
      },
    }),
  ],
];

describe('an error of the handler', () => {
  it('is an uncaught exception without onError, and the session goes on', async () => {
    const seen: unknown[] = [];
    const { launcher, adapter } = await pairWith((message) => {
      seen.push(message);
      if (seen.length === 1) throw new Error('my bug');
      void adapter.cleanup();
    });
    const uncaught = nextUncaught();
    await launcher.sendMessage({ n: 1 });
    await launcher.sendMessage({ n: 2 });
    expect(await uncaught).toMatchObject({ message: 'my bug' });
    expect(await within(launcher.closed, 'the end')).toMatchObject({ clean: true });
    expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('is an uncaught exception when its promise rejects', async () => {
    const { launcher } = await pairWith(() => Promise.reject(new Error('my late bug')));
    const uncaught = nextUncaught();
    await launcher.sendMessage({ n: 1 });
    expect(await uncaught).toMatchObject({ message: 'my late bug' });
  });

  it.each(STRANGE)('is reported as an error, whatever is thrown: %s', async (_, make) => {
    const errors: Error[] = [];
    let second: () => void = () => undefined;
    const reported = new Promise<void>((resolve) => (second = resolve));
    let round = 0;
    const { launcher } = await pairWith(
      () => {
        round += 1;
        const value = make();
        if (round === 1) throw value;
        return { then: (_resolve: unknown, reject: (reason: unknown) => void) => reject(value) };
      },
      (error) => {
        if (errors.push(error) === 2) second();
      },
    );
    await launcher.sendMessage({});
    await launcher.sendMessage({});
    await within(reported, 'both reports');
    for (const error of errors) expect(typeof error.message).toBe('string');
  });

  it('is reported when the result is a promise of another realm', async () => {
    let report: (error: Error) => void = () => undefined;
    const reported = new Promise<Error>((resolve) => (report = resolve));
    const foreign = runInNewContext('() => Promise.reject(new Error("from another realm"))') as () => unknown;
    const { launcher } = await pairWith(foreign, report);
    await launcher.sendMessage({});
    expect(await within(reported, 'the report')).toMatchObject({ message: 'from another realm' });
  });
});

describe('a logger that throws', () => {
  const fail = (): never => {
    throw new Error('Channel has been closed');
  };
  const logger: Logger = { trace: fail, debug: fail, info: fail, warn: fail, error: fail };

  it('does not change a session', async () => {
    const adapter = new IPCManager({ logger });
    const args = await adapter.createListener({ auth: 'off' });
    const seen = recorder();
    adapter.startReader(seen.handler, { accept: true, onError: fail });
    const launcher = manager({ logger });
    await launcher.connect({ ...parseLauncherArgs(args).config, auth: 'off' });
    launcher.startReader(() => undefined);
    await launcher.sendMessage({ n: 1 });
    await within(launcher.cleanup(), 'the cleanup');
    expect(await within(adapter.closed, 'the end')).toMatchObject({ by: 'peer', clean: true });
    await within(adapter.cleanup(), 'the cleanup');
    expect(seen.messages).toEqual([{ n: 1 }]);
  });

  it('that is no object is refused', () => {
    expect(thrownBy(() => new IPCManager({ logger: 'loud' as never })).code).toBe('ERR_IPC_CONFIG');
  });
});

describe('a send that nobody awaits', () => {
  it('never raises an unhandled rejection when the session has ended or ends', async () => {
    const raised: unknown[] = [];
    const onRejection = (error: unknown): void => void raised.push(error);
    process.on('unhandledRejection', onRejection);
    onTestFinished(() => void process.removeListener('unhandledRejection', onRejection));
    const { adapter, launcher } = await pairWith(() => undefined);
    void adapter.sendMessage({ text: 'x'.repeat(20_000_000) });
    void launcher.cleanup();
    await within(adapter.closed, 'the end');
    void adapter.sendMessage({ late: 1 });
    await adapter.cleanup();
    void adapter.sendMessage({ later: 1 });
    const waiting = await listeningManager();
    waiting.adapter.startReader(() => undefined, { accept: true, timeoutMs: 5 });
    void waiting.adapter.sendMessage({ early: 1 });
    await within(waiting.adapter.closed, 'the end of the wait');
    void waiting.adapter.sendMessage({ late: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(raised).toEqual([]);
  });

  it('goes out although process.nextTick is replaced, as fake timers do', async () => {
    const { launcher, adapter } = await pairWith(() => undefined);
    vi.spyOn(process, 'nextTick').mockImplementation(() => undefined);
    onTestFinished(() => void vi.restoreAllMocks());
    const sent = adapter.sendMessage({ n: 1 });
    // The streams of Node.js look it up too, where a test framework replaces it for the tested code alone.
    vi.restoreAllMocks();
    await within(sent, 'the send');
    await launcher.cleanup();
  });
});

describe('a wrong setting', () => {
  it.each([NaN, -5, {}, '5'])('is refused as timeoutMs: %s', async (timeoutMs) => {
    const { adapter } = await listeningManager();
    const start = (): void =>
      adapter.startReader(() => undefined, { accept: true, timeoutMs: timeoutMs as number });
    expect(thrownBy(start)).toMatchObject({ code: 'ERR_IPC_CONFIG' });
  });

  it('is refused by its name, with the name that was meant', async () => {
    const adapter = manager();
    const misspelled = { trasnport: 'tcp', Path: '/x' };
    expect(await rejectionOf(adapter.createListener({ Path: '/x' } as never))).toMatchObject({
      code: 'ERR_IPC_CONFIG',
      message: expect.stringContaining('did you mean "path"') as string,
    });
    expect((await rejectionOf(adapter.createListener(misspelled as never))).message).toContain('trasnport');
    await adapter.createListener();
    const reader = { acept: true } as never;
    expect(thrownBy(() => adapter.startReader(() => undefined, reader)).message).toContain('"accept"');
    expect(thrownBy(() => adapter.startReader(undefined as never, { accept: true })).code).toBe(
      'ERR_IPC_CONFIG',
    );
    expect(thrownBy(() => new IPCManager({ loger: {} } as never)).message).toContain('"logger"');
  });

  it('is launcherEnv before createListener', async () => {
    const adapter = manager();
    expect(thrownBy(() => adapter.launcherEnv)).toMatchObject({ code: 'ERR_IPC_STATE' });
    await adapter.createListener();
    expect(Object.keys(adapter.launcherEnv)).toHaveLength(1);
    expect((await rejectionOf(adapter.createListener())).message).toContain('Make another IPCManager');
  });

  it.each([[[1]], ['text'], [5], [null], [new Date()]])(
    'is a message that is no object: %j',
    async (value) => {
      const { adapter, launcher } = await pairWith(() => undefined);
      expect(await rejectionOf(launcher.sendMessage(value as never))).toMatchObject({
        code: 'ERR_IPC_UNSERIALIZABLE',
      });
      await launcher.cleanup();
      expect(await within(adapter.closed, 'the end')).toMatchObject({ clean: true });
    },
  );
});

it('keeps nothing of waits that have failed', async () => {
  const { signal } = new AbortController();
  const { TransportFactory } = await import('../../../../src/ipc/session/transportFactory.js');
  const { startFixture } = await import('../../../support/fixtureProcess.js');
  const { connection } = await TransportFactory.createListener({ auth: 'off' });
  onTestFinished(() => connection.close());
  const launcher = startFixture('neverConnects');
  for (let round = 0; round < 20; round += 1)
    await rejectionOf(connection.accept({ launcher, signal, timeoutMs: 1 }));
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  expect(launcher.listenerCount('exit')).toBeLessThanOrEqual(2);
  expect(launcher.stderr.listenerCount('data')).toBeLessThanOrEqual(2);
});
