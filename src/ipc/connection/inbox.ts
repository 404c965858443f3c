import type { Deferred } from '../core/deferred.js';
import { defer } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import { Fifo } from '../core/fifo.js';

/** A received message, or the error that explains why a valid frame had no message. */
export type ReceivedMessage<T = Message> = T | IpcError;

interface Arrival<T> {
  readonly item: ReceivedMessage<T>;
  readonly bytes: number;
}

/**
 * The messages between the socket and their only reader. Messages are read before the end is reported, and a
 * fatal error is reported once.
 */
export class Inbox<T> {
  /**
   * Receives messages directly, without the queue. `MessageStream` calls it per message, so that no function
   * of this class runs on the way.
   */
  consumer: ((item: ReceivedMessage<T>) => void) | undefined;
  private readonly arrivals = new Fifo<Arrival<T>>();
  private waiting: Deferred<void> | undefined;
  private readonly watchers = new Set<() => void>();
  private ended = false;
  private failure: IpcError | undefined;
  private bytes = 0;
  /** The most bytes that have waited to be read. */
  mostBuffered = 0;

  /** Bytes that wait to be read. */
  get bufferedBytes(): number {
    return this.bytes;
  }

  /** True if `read` would resolve at once, with an item or at the end. */
  get isReady(): boolean {
    return this.arrivals.length > 0 || this.ended;
  }

  /**
   * Calls `watcher` when `isReady` may have become true.
   *
   * @returns a function that removes the watcher
   */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Queues an item, which the reader notices at the next {@link wake}. Not used with a consumer. */
  push(item: ReceivedMessage<T>, bytes: number): void {
    this.arrivals.push({ item, bytes });
    this.bytes += bytes;
    if (this.bytes > this.mostBuffered) this.mostBuffered = this.bytes;
  }

  /** Wakes the reader and the watchers: once per chunk, not once per message. */
  wake(): void {
    this.waiting?.resolve();
    this.waiting = undefined;
    for (const watcher of this.watchers) watcher();
  }

  /** Ends the inbox: no more items will arrive. `failure` is the fatal error, if any. */
  end(failure?: IpcError): void {
    if (this.ended) return;
    this.ended = true;
    this.failure = failure;
    this.wake();
  }

  /**
   * Passes on all queued items, and sets {@link consumer} for later items. Resolves at the end.
   *
   * @param consumer must not throw
   * @throws IpcError the fatal error of the connection, once; `ERR_IPC_STATE` while another read waits
   */
  async consume(consumer: (item: ReceivedMessage<T>) => void): Promise<void> {
    const end = this.ended ? undefined : this.wait();
    this.consumer = consumer;
    this.bytes = 0;
    for (const { item } of this.arrivals.removeAll()) consumer(item);
    await end;
    this.endOrFail();
  }

  /** Reads the next item, or `null` after the end. @throws IpcError the connection's fatal error, once */
  async read(): Promise<ReceivedMessage<T> | null> {
    if (!(await this.hasItems())) return null;
    const arrival = this.arrivals.shift();
    if (arrival === undefined) return null;
    this.bytes -= arrival.bytes;
    return arrival.item;
  }

  private async hasItems(): Promise<boolean> {
    while (this.arrivals.length === 0) {
      if (this.ended) return this.endOrFail();
      await this.wait();
    }
    return true;
  }

  private endOrFail(): false {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    return false;
  }

  private wait(): Promise<void> {
    if (this.waiting !== undefined) {
      throw new IpcError('ERR_IPC_STATE', 'this connection is being read already: it has one reader');
    }
    this.waiting = defer<void>();
    return this.waiting.promise;
  }
}
