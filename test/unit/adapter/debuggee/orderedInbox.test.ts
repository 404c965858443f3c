import { describe, expect, it } from 'vitest';
import { OrderedInbox } from '../../../../src/adapter/debuggee/orderedInbox.js';

describe('OrderedInbox', () => {
  it('keeps the order, and gives what an item sets off time to happen before the next', async () => {
    const seen: string[] = [];
    const inbox = new OrderedInbox<string>(
      (item) => {
        seen.push(item);
        if (item !== 'response') return;
        void Promise.resolve()
          .then(() => Promise.resolve())
          .then(() => seen.push('answered'));
      },
      (item) => item === 'response',
    );
    inbox.push('event 1');
    inbox.push('response');
    inbox.push('event 2');
    await inbox.idle();
    expect(seen).toEqual(['event 1', 'response', 'answered', 'event 2']);
  });

  it('takes items again after it was idle, and while it hands over', async () => {
    const seen: number[] = [];
    const inbox = new OrderedInbox<number>(
      (item) => {
        seen.push(item);
        if (item === 1) inbox.push(2);
      },
      () => false,
    );
    inbox.push(1);
    await inbox.idle();
    inbox.push(3);
    await inbox.idle();
    expect(seen).toEqual([1, 2, 3]);
  });
});
