import { setImmediate as turnOfLoop } from 'node:timers/promises';

/**
 * Hands items over one by one, in order, and lets a turn of the event loop pass after each item that
 * `pauseAfter` picks.
 *
 * The launcher may send a response and the event that follows from it in one piece. The response reaches
 * the client by way of promises, the event directly: without the pause the client would hear that the
 * program stopped before it hears that it was continued, and show a running program.
 */
export class OrderedInbox<Item> {
  private readonly waiting: Item[] = [];
  private busy = false;
  private run: Promise<void> = Promise.resolve();

  constructor(
    private readonly handOver: (item: Item) => void,
    private readonly pauseAfter: (item: Item) => boolean,
  ) {}

  push(item: Item): void {
    this.waiting.push(item);
    if (!this.busy) this.run = this.handOverAll();
  }

  /** Settles when everything pushed so far is handed over, with its pauses. */
  idle(): Promise<void> {
    return this.run;
  }

  private async handOverAll(): Promise<void> {
    this.busy = true;
    for (let item = this.waiting.shift(); item !== undefined; item = this.waiting.shift()) {
      this.handOver(item);
      if (this.pauseAfter(item)) await turnOfLoop();
    }
    this.busy = false;
  }
}
