import { expect, it, onTestFinished, vi } from 'vitest';
import { responseEnvelope } from '../../../../src/ipc/core/messages.js';
import { createMemoryPair } from '../../../../src/ipc/session/memoryPair.js';
import type { MemoryPair } from '../../../../src/ipc/session/memoryPair.js';
import { RequestClient } from '../../../../src/ipc/session/requestClient.js';
import { recorder } from '../../../support/managers.js';
import { rejectionOf } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';

async function pairOf(...options: Parameters<typeof createMemoryPair>): Promise<MemoryPair> {
  const pair = await within(createMemoryPair(...options), 'both ends are connected');
  const ends = [pair.adapter, pair.launcher].map((end) => end.closed);
  onTestFinished(async () => {
    await pair[Symbol.asyncDispose]();
    await within(Promise.all(ends), 'both ends are closed');
  });
  return pair;
}

it('passes messages on in both directions, in order, as texts and not as objects', async () => {
  const { adapter, launcher } = await pairOf();
  const [toAdapter, toLauncher] = [recorder(), recorder()];
  // As code does that listens elsewhere.
  adapter.startReader(toAdapter.handler, { accept: true });
  launcher.startReader(toLauncher.handler);
  await within(Promise.all([adapter.connected, launcher.connected]), 'both are connected');
  const sent = { event: 'numbers', body: { date: new Date(0), missing: undefined } };
  await launcher.sendMessage(sent);
  for (let id = 0; id < 1_000; id += 1) void adapter.sendMessage({ command: 'count', id });
  await adapter.cleanup();
  await within(launcher.allRead, 'the launcher has read everything');
  expect(toAdapter.messages).toEqual([{ event: 'numbers', body: { date: '1970-01-01T00:00:00.000Z' } }]);
  expect(toLauncher.messages.map(({ id }) => id)).toEqual(Array.from({ length: 1_000 }, (_, id) => id));
  expect(await launcher.closed).toMatchObject({ by: 'peer', clean: true });
});

it('carries requests and responses', async () => {
  const { adapter, launcher } = await pairOf();
  const client = new RequestClient(adapter);
  adapter.startReader(client.handler);
  launcher.startReader(({ id }) =>
    launcher.sendMessage(responseEnvelope(id as number, { success: true, body: { sum: 5 } })),
  );
  expect(await within(client.request('add', { terms: [2, 3] }), 'the response')).toEqual({ sum: 5 });
});

it('settles everything when one end has gone', async () => {
  const { adapter, launcher } = await pairOf();
  launcher.startReader(() => undefined);
  await launcher.cleanup();
  adapter.startReader(() => undefined);
  await within(adapter.closed, 'the session is over');
  expect(await rejectionOf(adapter.sendMessage({ command: 'x' }))).toMatchObject({ code: 'ERR_IPC_CLOSED' });
  expect(adapter.state).toBe('closed');
});

it('waits for a reader that does not read: the sender has back-pressure', async () => {
  const { adapter } = await pairOf();
  const text = 'x'.repeat(1024 * 1024);
  const sends = Array.from({ length: 4 }, () => adapter.sendMessage({ text }));
  await expect(Promise.race([Promise.all(sends), Promise.resolve('waits')])).resolves.toBe('waits');
  expect(adapter.bufferedBytes).toBeGreaterThan(0);
  await adapter.cleanup();
});

it('needs no timers, so that they can be faked', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate'] });
  onTestFinished(() => void vi.useRealTimers());
  const { adapter, launcher } = await createMemoryPair();
  const received = new Promise((resolve) => {
    adapter.startReader(resolve);
  });
  await launcher.sendMessage({ event: 'here' });
  expect(await received).toEqual({ event: 'here' });
  vi.useRealTimers();
  await Promise.all([adapter.cleanup(), launcher.cleanup()]);
});

it('refuses unknown options and a second beginning', async () => {
  const { adapter } = await pairOf();
  expect(await rejectionOf(adapter.createListener())).toMatchObject({ code: 'ERR_IPC_STATE' });
  const unknown = { adapter: { loger: undefined } as object };
  expect(await rejectionOf(createMemoryPair(unknown))).toMatchObject({ code: 'ERR_IPC_CONFIG' });
});
