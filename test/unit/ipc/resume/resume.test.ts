import { describe, expect, it } from 'vitest';
import { handled } from '../../../../src/ipc/core/deferred.js';
import { connectionOf } from '../../../support/connectionPair.js';
import { numbered } from '../../../support/readAll.js';
import { rejectionOf } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';
import { healthOf, LONG_MS, proxiedPair, Received, throughProxy } from './support.js';

const AGREED = { version: 1, features: ['bye', 'resume', 'heartbeat'], resumeGraceMs: LONG_MS };

describe('a session over TCP that both ends resume', () => {
  it('is agreed on', async () => {
    const { adapter, launcher } = await proxiedPair();
    expect([adapter.agreement, launcher.agreement]).toEqual([AGREED, AGREED]);
  });

  it('delivers everything once and in order, both ways, however often the connection breaks', async () => {
    const { adapter, launcher, proxy } = await proxiedPair();
    const [atAdapter, atLauncher] = [new Received(adapter), new Received(launcher)];
    const messages = numbered(3_000).map((message) => ({ ...message, filler: 'x'.repeat(2_000) }));
    for (let at = 0; at < messages.length; at += 300) {
      const part = messages.slice(at, at + 300);
      const sends = part.flatMap((message) => [
        adapter.writeMessage(message),
        launcher.writeMessage(message),
      ]);
      // In the midst of what is in flight: those of this turn are on their way.
      await Promise.race(sends);
      proxy.cut();
      await within(Promise.all(sends), 'all sends of this part', LONG_MS);
    }
    expect(await atAdapter.count(messages.length)).toEqual(messages);
    expect(await atLauncher.count(messages.length)).toEqual(messages);
    await within(Promise.all([adapter.close(), launcher.close()]), 'the close', LONG_MS);
    const [one, other] = [await adapter.closed, await launcher.closed];
    expect([one.clean, other.clean]).toEqual([true, true]);
    expect(one.resumed?.times).toBeGreaterThan(0);
    expect(other.resumed?.times).toBeGreaterThan(0);
  });

  it('sends what was sent while the connection was broken', async () => {
    const { adapter, launcher, proxy } = await proxiedPair();
    const [atAdapter, atLauncher] = [new Received(adapter), new Received(launcher)];
    proxy.mode = 'drop';
    proxy.cut();
    await Promise.all([healthOf(adapter, 'resuming'), healthOf(launcher, 'resuming')]);
    const sends = [adapter.writeMessage({ from: 'adapter' }), launcher.writeMessage({ from: 'launcher' })];
    proxy.mode = 'pass';
    expect(await atAdapter.count(1)).toEqual([{ from: 'launcher' }]);
    expect(await atLauncher.count(1)).toEqual([{ from: 'adapter' }]);
    await within(Promise.all(sends), 'both sends');
  });

  it.each(['near', 'far'] as const)('takes an end towards the %s side for a break', async (side) => {
    const { adapter, launcher, proxy } = await proxiedPair();
    const atAdapter = new Received(adapter);
    void launcher.writeMessage({ number: 1 });
    await atAdapter.count(1);
    proxy.halfClose(side);
    const resumed = healthOf(side === 'near' ? launcher : adapter, 'resuming');
    await resumed;
    void launcher.writeMessage({ number: 2 });
    expect(await atAdapter.count(2)).toEqual([{ number: 1 }, { number: 2 }]);
  });

  it('continues a large message where it broke', async () => {
    const { adapter, launcher, proxy } = await proxiedPair();
    const atAdapter = new Received(adapter);
    const text = 'y'.repeat(12 * 1024 * 1024);
    const sent = launcher.writeMessage({ text });
    for (let cuts = 0; cuts < 3; cuts += 1) {
      const before = adapter.counters.bytesReceived;
      await within(
        (async () => {
          while (adapter.counters.bytesReceived < before + 100_000) await new Promise(setImmediate);
        })(),
        'a part of the message',
        LONG_MS,
      );
      proxy.cut();
    }
    expect((await atAdapter.count(1))[0]).toEqual({ text });
    await within(sent, 'the send');
  });

  it('replaces a half-dead connection by a newer one', async () => {
    const { adapter, launcher, proxy } = await proxiedPair({
      launcher: { heartbeat: { silentAfterMs: 100, lostAfterMs: 200 } },
      adapter: { heartbeat: { silentAfterMs: 100_000 } },
    });
    const atAdapter = new Received(adapter);
    const atLauncher = new Received(launcher);
    proxy.stall();
    const sends = [adapter.writeMessage({ from: 'adapter' }), launcher.writeMessage({ from: 'launcher' })];
    // The launcher misses the answers; to the adapter the old connection is as good as ever.
    expect(await atAdapter.count(1)).toEqual([{ from: 'launcher' }]);
    expect(await atLauncher.count(1)).toEqual([{ from: 'adapter' }]);
    await within(Promise.all(sends), 'both sends');
    expect(adapter.health.resumes).toBeGreaterThan(0);
  });

  it('is ended by a close as any other, and the endpoint with it', async () => {
    const { adapter, launcher, port, key } = await proxiedPair();
    await within(Promise.all([adapter.close(), launcher.closed]), 'the close', LONG_MS);
    expect(await launcher.closed).toMatchObject({ by: 'peer', clean: true });
    const late = connectionOf({
      name: 'late',
      config: { transport: 'tcp', port, key, connectTimeoutMs: 200 },
    });
    expect((await rejectionOf(within(late.connect(), 'the refusal'))).code).toBe('ERR_IPC_CONNECT_TIMEOUT');
  });

  it('ends at once at the other end when one end is destroyed', async () => {
    const { adapter, launcher } = await proxiedPair();
    adapter.destroy();
    expect(await within(launcher.closed, 'the end', LONG_MS)).toMatchObject({
      by: 'peer',
      error: { code: 'ERR_IPC_CONNECTION_LOST' },
    });
  });

  it('ends when nobody has continued it in time, and settles all that waits', async () => {
    const { adapter, launcher, proxy } = await proxiedPair({ adapter: { resume: { graceMs: 300 } } });
    proxy.mode = 'drop';
    proxy.cut();
    await healthOf(adapter, 'resuming');
    const sends = [adapter.writeMessage({}), launcher.writeMessage({})];
    const reads = [adapter.readMessage(), launcher.readMessage()].map(handled);
    const ends = await within(Promise.all([adapter.closed, launcher.closed]), 'both ends', LONG_MS);
    expect(ends.map(({ error }) => error?.code)).toEqual([
      'ERR_IPC_SESSION_EXPIRED',
      'ERR_IPC_SESSION_EXPIRED',
    ]);
    for (const wait of [...sends, ...reads]) {
      expect((await rejectionOf(wait)).code).toBe('ERR_IPC_SESSION_EXPIRED');
    }
  });

  it('stops the sender when nothing is acknowledged, and loses nothing', async () => {
    const bound = 64 * 1024;
    const { adapter, launcher, proxy } = await proxiedPair({ launcher: { maxUnacknowledgedBytes: bound } });
    const atAdapter = new Received(adapter);
    proxy.mode = 'drop';
    proxy.cut();
    await healthOf(launcher, 'resuming');
    const messages = numbered(100).map((message) => ({ ...message, filler: 'x'.repeat(10_000) }));
    const sends = messages.map((message) => launcher.writeMessage(message));
    proxy.mode = 'pass';
    expect(await atAdapter.count(messages.length)).toEqual(messages);
    await within(Promise.all(sends), 'all sends', LONG_MS);
  });

  it('tells a connector that the listener has restarted', async () => {
    const { adapter, launcher, proxy, key, port } = await proxiedPair();
    proxy.mode = 'drop';
    proxy.cut();
    await healthOf(launcher, 'resuming');
    adapter.destroy();
    await adapter.closed;
    const restarted = connectionOf({
      name: 'restarted',
      config: { transport: 'tcp', port, key, resume: true },
    });
    await restarted.startListening();
    proxy.mode = 'pass';
    expect((await within(launcher.closed, 'the end', LONG_MS)).error?.code).toBe('ERR_IPC_SESSION_UNKNOWN');
  });

  it('does not believe a stranger at the address of the listener', async () => {
    const { adapter, launcher, proxy, port } = await proxiedPair({ adapter: { resume: { graceMs: 1_000 } } });
    proxy.mode = 'drop';
    proxy.cut();
    await healthOf(launcher, 'resuming');
    adapter.destroy();
    await adapter.closed;
    const key = Buffer.alloc(32, 7);
    const stranger = connectionOf({
      name: 'stranger',
      config: { transport: 'tcp', port, key, resume: true },
    });
    await stranger.startListening();
    proxy.mode = 'pass';
    const { error } = await within(launcher.closed, 'the end', LONG_MS);
    expect(error?.code).toBe('ERR_IPC_SESSION_EXPIRED');
    expect(error?.message).toMatch(/did not prove/);
  });

  it('takes no second peer, also not one with the key', async () => {
    const { adapter, launcher, proxy, key, port } = await proxiedPair();
    const second = connectionOf({ name: 'second', config: throughProxy(proxy, port, key) });
    expect((await rejectionOf(within(second.connect(), 'the refusal', LONG_MS))).code).toBe(
      'ERR_IPC_HANDSHAKE',
    );
    const atAdapter = new Received(adapter);
    void launcher.writeMessage({ still: 'here' });
    expect(await atAdapter.count(1)).toEqual([{ still: 'here' }]);
  });
});
