import { setImmediate as turnOfLoop } from 'node:timers/promises';

/**
 * Passes items on one by one, in order, and waits for a turn of the event loop after each item that `pauseAfter`
 * picks.
 *
 * A launcher may send a response and the event that follows from it in one chunk. The response reaches the client
 * through promises, the event directly. Without the pause the client would get `stopped` before the response to
 * its `continue`, and show a running program.
 */
export class OrderedInbox<Item> {
  private readonly waiting: Item[] = [];
  /** True while items wait for the pause after an earlier item. */
  isBusy = false;
  private run: Promise<void> = Promise.resolve();

  constructor(
    private readonly passOn: (item: Item) => void,
    private readonly pauseAfter: (item: Item) => boolean,
  ) {}

  push(item: Item): void {
    this.waiting.push(item);
    if (!this.isBusy) this.run = this.passOnAll();
  }

  /** Settles when everything pushed so far is passed on, pauses included. */
  idle(): Promise<void> {
    return this.run;
  }

  private async passOnAll(): Promise<void> {
    this.isBusy = true;
    for (let item = this.waiting.shift(); item !== undefined; item = this.waiting.shift()) {
      this.passOn(item);
      if (this.pauseAfter(item)) await turnOfLoop();
    }
    this.isBusy = false;
  }
}
