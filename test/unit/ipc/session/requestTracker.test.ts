import { describe, expect, it } from 'vitest';
import { RequestTracker } from '../../../../src/ipc/session/requestTracker.js';
import { rejectionOf } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';

describe('RequestTracker', () => {
  it('gives each answer to its own request, in any order', async () => {
    const tracker = new RequestTracker<string>();
    const requests = ['a', 'b', 'c'].map((what) => ({ what, ...tracker.begin({ what }) }));
    expect(requests.map(({ id }) => id)).toEqual([1, 2, 3]);
    for (const { id, what } of requests.toReversed()) expect(tracker.settle(id, `${what}!`)).toBe(true);
    expect(await Promise.all(requests.map(({ result }) => result))).toEqual(['a!', 'b!', 'c!']);
    expect(tracker.size).toBe(0);
  });

  it.each([99, 0, -1, '1', null, undefined, {}, Number.NaN])('knows no request of the id %j', (id) => {
    const tracker = new RequestTracker<string>();
    void tracker.begin({ what: 'x' });
    expect(tracker.settle(id, 'stray')).toBe(false);
    expect(tracker.size).toBe(1);
  });

  it('takes the first answer, and tells that a second one comes for nothing', async () => {
    const tracker = new RequestTracker<string>();
    const { id, result } = tracker.begin({ what: 'x' });
    expect([tracker.settle(id, 'first'), tracker.settle(id, 'second')]).toEqual([true, false]);
    expect(await result).toBe('first');
  });

  it('rejects at the deadline by name, and tells that an answer comes too late', async () => {
    const tracker = new RequestTracker<string>();
    const { id, result } = tracker.begin({ what: 'stackTrace', timeoutMs: 10 });
    const error = await rejectionOf(result);
    expect(error.code).toBe('ERR_IPC_REQUEST_TIMEOUT');
    expect(error.message).toBe('stackTrace got no answer within 10 ms');
    expect(tracker.settle(id, 'late')).toBe(false);
    expect(tracker.size).toBe(0);
  });

  it.each([undefined, Infinity])('waits without a deadline for a timeoutMs of %s', async (timeoutMs) => {
    const tracker = new RequestTracker<string>();
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const { id, result } = tracker.begin({ what: 'x', timeoutMs });
    expect(timers()).toBe(before);
    tracker.settle(id, 'answer');
    expect(await result).toBe('answer');
  });

  it('ends the wait for one answer, and tells that the answer comes too late', async () => {
    const tracker = new RequestTracker<string>();
    const [one, other] = [
      tracker.begin({ what: 'one', timeoutMs: 60_000 }),
      tracker.begin({ what: 'other' }),
    ];
    const given = new Error('cancelled');
    expect([tracker.reject(one.id, given), tracker.reject(one.id, given)]).toEqual([true, false]);
    await expect(one.result).rejects.toBe(given);
    expect(tracker.settle(one.id, 'late')).toBe(false);
    expect(tracker.settle(other.id, 'answer')).toBe(true);
    expect(await other.result).toBe('answer');
  });

  it('rejects everything that waits with the end, and everything after it at once', async () => {
    const tracker = new RequestTracker<string>();
    const end = new Error('the launcher is gone');
    const waiting = [1, 2, 3].map(() => tracker.begin({ what: 'x', timeoutMs: 60_000 }).result);
    tracker.rejectAll(end);
    tracker.rejectAll(new Error('again'));
    const late = tracker.begin({ what: 'late', timeoutMs: 60_000 });
    const all = await within(Promise.allSettled([...waiting, late.result]), 'every request');
    expect(all).toEqual(all.map(() => ({ status: 'rejected', reason: end })));
    expect(tracker.size).toBe(0);
    expect(tracker.settle(late.id, 'answer')).toBe(false);
  });

  it('raises no unhandled rejection for a request that nobody awaits', async () => {
    const tracker = new RequestTracker<string>();
    void tracker.begin({ what: 'x', timeoutMs: 1 }).result;
    void tracker.begin({ what: 'y' }).result;
    tracker.rejectAll(new Error('the end'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
