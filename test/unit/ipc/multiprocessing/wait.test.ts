import { Session } from 'node:inspector/promises';
import { describe, expect, it } from 'vitest';
import { wait } from '../../../../src/ipc/multiprocessing/index.js';
import type { Connection } from '../../../../src/ipc/multiprocessing/index.js';
import { rejectionOf } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';
import { WAYS, pairOver, piped } from './support/ends.js';

const SHORT_MS = 50;
const LONG_MS = 20_000;
const MANY = 20_000;

describe.each(WAYS)('poll by $name', (way) => {
  it.each([0, -1, -Infinity, NaN])('looks once for a time of %d', async (timeoutMs) => {
    const [one, other] = await pairOver(way);
    const start = performance.now();
    expect(await one.poll(timeoutMs)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
    await other.send('here');
    expect(await one.poll(LONG_MS)).toBe(true);
    expect(await one.poll(timeoutMs)).toBe(true);
    expect(await one.recv()).toBe('here');
    expect(await one.poll(timeoutMs)).toBe(false);
  });

  it('sees what the kernel has already, without a wait', async () => {
    const [one, other] = await pairOver(way);
    await other.send('here');
    // Bytes take a turn of the event loop to arrive at the other end.
    await within(one.poll(LONG_MS), 'it is here');
    await one.recv();
    await other.sendBytes(Buffer.alloc(0));
    for (let looks = 0; looks < 1000 && !(await one.poll()); looks += 1);
    expect(await one.poll()).toBe(true);
  });

  it('waits for a message, an empty one too, and takes nothing', async () => {
    const [one, other] = await pairOver(way);
    const ready = one.poll(Infinity);
    await other.sendBytes(Buffer.alloc(0));
    expect(await within(ready, 'it is ready')).toBe(true);
    expect([await one.poll(), await one.poll(LONG_MS)]).toEqual([true, true]);
    expect(await one.recvBytes()).toHaveLength(0);
  });

  it('waits no longer than it is told', async () => {
    const [one] = await pairOver(way);
    const start = performance.now();
    expect(await within(one.poll(SHORT_MS), 'it gives up')).toBe(false);
    expect(performance.now() - start).toBeGreaterThan(SHORT_MS - 5);
  });

  it('is true at the end, and stays so', async () => {
    const [one, other] = await pairOver(way);
    const ready = one.poll(Infinity);
    await other.close();
    expect(await within(ready, 'the end')).toBe(true);
    expect([await one.poll(), await one.poll(LONG_MS)]).toEqual([true, true]);
    expect((await rejectionOf(one.recv())).code).toBe('ERR_IPC_END');
    expect(await one.poll()).toBe(true);
  });

  it('is no reader: half a message is none', async () => {
    const [one, other] = await pairOver(way, { maxBufferedBytes: 1024 });
    const sent = other.sendBytes(Buffer.alloc(8 * 1024 * 1024));
    expect(await within(one.poll(LONG_MS), 'the message')).toBe(true);
    expect(await one.recvBytes()).toHaveLength(8 * 1024 * 1024);
    await sent;
  });

  it('ends when the connection is closed here', async () => {
    const [one, other] = await pairOver(way);
    const ready = one.poll(Infinity);
    await Promise.all([one.close(), other.close()]);
    await within(ready, 'the poll ends');
  });
});

describe('wait', () => {
  it('gives those that are ready, in the order given', async () => {
    const pairs = [piped(), piped(), piped()];
    const ends = pairs.map(([end]) => end);
    await pairs[2]?.[1].send('third');
    await pairs[0]?.[1].close();
    await within(Promise.all([ends[0]?.poll(LONG_MS), ends[2]?.poll(LONG_MS)]), 'both are ready');
    expect(await wait(ends)).toEqual([ends[0], ends[2]]);
    expect(await wait(ends, { timeoutMs: 0 })).toEqual([ends[0], ends[2]]);
  });

  it('waits for the first, over connections of all kinds', async () => {
    const pairs = await Promise.all(WAYS.map((way) => pairOver(way)));
    for (const [end, other] of pairs) {
      const ready = wait(pairs.map(([one]) => one));
      await other.send('now');
      expect(await within(ready, 'one is ready')).toEqual([end]);
      await end.recv();
    }
  });

  it.each([0, -5, SHORT_MS])('gives none after %d ms', async (timeoutMs) => {
    const [one] = piped();
    expect(await within(wait([one], { timeoutMs }), 'it gives up')).toEqual([]);
  });

  it('gives none of none, at once', async () => {
    expect(await within(wait([]), 'an answer')).toEqual([]);
  });

  it('takes one that is given twice for two', async () => {
    const [one, other] = piped();
    await other.send(1);
    expect(await wait([one, one])).toEqual([one, one]);
  });

  it('refuses one that is closed, or cannot be read', async () => {
    const [reader, writer] = piped({ duplex: false });
    expect((await rejectionOf(wait([reader, writer]))).code).toBe('ERR_IPC_STATE');
    await Promise.all([reader.close(), writer.close()]);
    expect((await rejectionOf(wait([reader]))).code).toBe('ERR_IPC_CLOSED');
  });

  it('gives one that is closed while it waits', async () => {
    const [one, other] = piped();
    const ready = wait([one]);
    await Promise.all([one.close(), other.close()]);
    expect(await within(ready, 'an answer')).toEqual([one]);
  });
});

/** Runs an action, then collects garbage. @returns the used heap in bytes */
async function heapAfter(action: () => Promise<void>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await action();
    await session.post('HeapProfiler.collectGarbage');
    return process.memoryUsage().heapUsed;
  } finally {
    session.disconnect();
  }
}

describe('polls and waits of an idle connection', () => {
  async function idle(one: Connection): Promise<void> {
    for (let count = 0; count < MANY; count += 1) {
      await one.poll();
      await wait([one], { timeoutMs: 0 });
    }
  }

  it('leave nothing behind, however many', async () => {
    const [one] = await pairOver({ name: 'tcp', address: () => ['127.0.0.1', 0] });
    const before = await heapAfter(() => idle(one));
    const after = await heapAfter(() => idle(one));
    // A reaction, or a watcher, each time would be over a hundred bytes.
    expect((after - before) / (2 * MANY)).toBeLessThan(20);
  });

  it('leave nothing behind when they end at their deadlines together', async () => {
    const [one] = await pairOver({ name: 'tcp', address: () => ['127.0.0.1', 0] });
    const together = async (): Promise<void> => {
      for (let round = 0; round < 5; round += 1)
        await Promise.all(Array.from({ length: MANY / 5 }, () => one.poll(1)));
    };
    const before = await heapAfter(together);
    const after = await heapAfter(together);
    expect((after - before) / MANY).toBeLessThan(20);
  });
});
