import type { Deferred } from '../core/deferred.js';
import { defer } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import { Fifo } from '../core/fifo.js';

/** What came over the wire: a message, or the error that says why a good frame held none. */
export type ReceivedMessage<T = Message> = T | IpcError;

interface Arrival<T> {
  readonly item: ReceivedMessage<T>;
  readonly bytes: number;
}

/**
 * The messages between the socket and their one reader. What came before the end is read before the end
 * is told, and a fatal error is told once.
 */
export class Inbox<T> {
  private readonly arrivals = new Fifo<Arrival<T>>();
  /** Takes what comes as it comes, without a queue and without a promise. */
  private consumer: ((item: ReceivedMessage<T>) => void) | undefined;
  private waiting: Deferred<void> | undefined;
  private readonly watchers = new Set<() => void>();
  private ended = false;
  private failure: IpcError | undefined;
  private bytes = 0;

  /** Bytes of payload that wait to be read. */
  get bufferedBytes(): number {
    return this.bytes;
  }

  /** Whether `take` would answer at once: by an item, or by the end. */
  get isReady(): boolean {
    return this.arrivals.length > 0 || this.ended;
  }

  /**
   * Has `watcher` called whenever that may have become so, without taking anything.
   *
   * @returns ends it
   */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  push(item: ReceivedMessage<T>, bytes: number): void {
    if (this.consumer !== undefined) {
      this.consumer(item);
      return;
    }
    this.arrivals.push({ item, bytes });
    this.bytes += bytes;
  }

  /** Wakes the reader: once a chunk, not once a message. A consumer sleeps until the end. */
  wake(): void {
    if (this.consumer === undefined) this.release();
  }

  /** Nothing more will come; `failure` says so if that is not how it should be. */
  end(failure?: IpcError): void {
    if (this.ended) return;
    this.ended = true;
    this.failure = failure;
    this.release();
  }

  /**
   * Hands on everything that has come, and from then on each item in the turn that it comes in. Resolves at
   * the end.
   *
   * @param consumer must not throw
   * @throws IpcError the fatal error of the connection, once; `ERR_IPC_STATE` while another read waits
   */
  async consume(consumer: (item: ReceivedMessage<T>) => void): Promise<void> {
    const end = this.ended ? undefined : this.wait();
    this.consumer = consumer;
    this.bytes = 0;
    for (const { item } of this.arrivals.takeAll()) consumer(item);
    await end;
    this.endOrFail();
  }

  /** The next item, or `null` after the end. @throws IpcError the fatal error of the connection, once */
  async take(): Promise<ReceivedMessage<T> | null> {
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

  private release(): void {
    this.waiting?.resolve();
    this.waiting = undefined;
    for (const watcher of this.watchers) watcher();
  }

  private wait(): Promise<void> {
    if (this.waiting !== undefined) {
      throw new IpcError('ERR_IPC_STATE', 'this connection is being read already: it has one reader');
    }
    this.waiting = defer<void>();
    return this.waiting.promise;
  }
}
