import { channel } from 'node:diagnostics_channel';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConnectionBase } from '../../../../src/ipc/connection/connectionBase.js';
import type { TransportConfig } from '../../../../src/ipc/core/transportConfig.js';
import type { HealthChange } from '../../../../src/ipc/resume/health.js';
import { IPCManager } from '../../../../src/ipc/session/ipcManager.js';
import { eventually, within } from '../../../support/within.js';
import { healthOf, LONG_MS, proxiedPair, Received } from './support.js';

/** No resume: what is lost has ended. */
const ALONE: TransportConfig = { resume: false };
const QUICK: TransportConfig = { heartbeat: { silentAfterMs: 80, lostAfterMs: 100_000 } };

function changesOf(connection: ConnectionBase): HealthChange['state'][] {
  const states: HealthChange['state'][] = [];
  connection.watchHealth(({ state }) => states.push(state));
  return states;
}

describe('heartbeats', () => {
  it('measure the way to a peer that has nothing to say, and are no messages', async () => {
    const { adapter, launcher } = await proxiedPair({ adapter: QUICK, launcher: QUICK });
    const received = new Received(launcher);
    await eventually(() => (adapter.health.roundTrips?.count ?? 0) > 1, 'two answers', LONG_MS);
    expect(adapter.health.roundTrips?.min).toBeGreaterThan(0);
    expect([adapter.health.state, adapter.counters.messagesReceived]).toEqual(['good', 0]);
    expect(received.messages).toEqual([]);
  });

  it('report a peer of which nothing comes, and that it is back', async () => {
    const { adapter, proxy } = await proxiedPair({ adapter: QUICK });
    const states = changesOf(adapter);
    proxy.stall();
    await healthOf(adapter, 'silent');
    expect(adapter.state).toBe('open');
    proxy.unstall();
    await eventually(() => states.length > 1, 'the answer', LONG_MS);
    expect(states.slice(0, 2)).toEqual(['silent', 'good']);
  });

  it('end a session that is not resumed when the peer is lost', async () => {
    const heartbeat = { silentAfterMs: 80, lostAfterMs: 160 };
    const { adapter, proxy } = await proxiedPair({ adapter: { ...ALONE, heartbeat } });
    const read = adapter.readMessage().catch((error: unknown) => error);
    proxy.stall();
    const end = await within(adapter.closed, 'the end', LONG_MS);
    expect(end).toMatchObject({ by: 'peer', clean: false, error: { code: 'ERR_IPC_PEER_SILENT' } });
    expect(await read).toMatchObject({ code: 'ERR_IPC_PEER_SILENT' });
  });

  it('begin a resume when the peer is lost', async () => {
    const heartbeat = { silentAfterMs: 80, lostAfterMs: 160 };
    const { adapter, launcher, proxy } = await proxiedPair({ launcher: { heartbeat } });
    const received = new Received(launcher);
    proxy.stall();
    void adapter.writeMessage({ after: 'the stall' });
    expect(await received.count(1)).toEqual([{ after: 'the stall' }]);
    expect(launcher.health.resumes).toBeGreaterThan(0);
  });

  it('do not count the time in which this process did not run', async () => {
    const heartbeat = { silentAfterMs: 200, lostAfterMs: 200 };
    const { adapter } = await proxiedPair({
      adapter: { ...ALONE, heartbeat },
      launcher: { heartbeat: true },
    });
    const states = changesOf(adapter);
    const answers = (): number => adapter.health.roundTrips?.count ?? 0;
    await eventually(() => answers() > 0, 'an answer', LONG_MS);
    const end = performance.now() + 1_000;
    while (performance.now() < end);
    const before = answers();
    await eventually(() => answers() > before, 'an answer after the block', LONG_MS);
    expect([states, adapter.state]).toEqual([[], 'open']);
  });

  it('do not take a peer for silent that is not read, nor one that does not read', async () => {
    const heartbeat = { silentAfterMs: 80, lostAfterMs: 100_000 };
    const own = { heartbeat, maxBufferedBytes: 1_000 };
    const { adapter, launcher } = await proxiedPair({ adapter: own, launcher: own });
    const states = [changesOf(adapter), changesOf(launcher)];
    const sends = Array.from({ length: 200 }, () => launcher.writeMessage({ text: 'x'.repeat(200_000) }));
    await eventually(() => launcher.bufferedBytes > 0 && adapter.health.mostBytesToRead > 0, 'full', LONG_MS);
    // The pace: several times as long as a silence.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(states).toEqual([[], []]);
    const received = new Received(adapter);
    await received.count(200);
    await within(Promise.all(sends), 'all sends', LONG_MS);
  });

  it('are off without a word about them, and cost no timer', async () => {
    const { adapter, launcher } = await proxiedPair({
      adapter: { resume: false, heartbeat: false },
      launcher: { resume: false, heartbeat: false },
    });
    expect(adapter.agreement?.features).toEqual(['bye']);
    expect(launcher.health).toMatchObject({ state: 'good', roundTrips: undefined, resumes: 0 });
  });
});

describe('the health of a manager', () => {
  it('is reported with its changes, and through diagnostics channels', async () => {
    const events: string[] = [];
    for (const name of ['open', 'health', 'close']) {
      const subscriber = (): void => void events.push(name);
      const subscribed = channel(`debug-adapter-ipc:${name}`);
      subscribed.subscribe(subscriber);
      onTestFinished(() => void subscribed.unsubscribe(subscriber));
    }
    const changes: string[] = [];
    const manager = new IPCManager({ onHealth: ({ state }) => changes.push(state) });
    onTestFinished(() => manager.cleanup());
    const config = { transport: 'tcp', resume: true } as const;
    await manager.createListener(config);
    expect(manager.health?.state).toBe('good');
    await manager.cleanup();
    const { adapter, launcher, proxy } = await proxiedPair();
    expect(events).toEqual(['close', 'open', 'open']);
    proxy.cut();
    await healthOf(launcher, 'resuming');
    await healthOf(adapter, 'good');
    await within(Promise.all([launcher.close(), adapter.close()]), 'the close', LONG_MS);
    expect(events).toContain('health');
    expect(events.filter((name) => name === 'close')).toHaveLength(3);
  });
});
