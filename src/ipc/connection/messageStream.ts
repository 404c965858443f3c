import type { Duplex } from 'node:stream';
import { defer, settlesWithin } from '../core/deferred.js';
import { IpcError, toError } from '../core/errors.js';
import { FrameDecoder } from '../framing/frameDecoder.js';
import { FrameEncoder } from '../framing/frameEncoder.js';
import type { Framing } from '../framing/framing.js';
import type { PayloadCodec } from '../framing/payloadCodec.js';
import type { Limits } from '../core/limits.js';
import type { CloseInfo } from './closeInfo.js';
import { CLOSED_BY_PEER, CLOSED_HERE, failedBy } from './closeInfo.js';
import type { ReceivedMessage } from './inbox.js';
import { Inbox } from './inbox.js';
import { SendQueue } from './sendQueue.js';

/**
 * What a message that waits takes beside its payload, in bytes: without it any number of empty ones would be
 * nothing.
 */
const MESSAGE_BYTES = 128;

export interface MessageStreamOptions<T> extends Limits {
  readonly onFull: 'wait' | 'error';
  readonly framing: Framing;
  readonly codec: PayloadCodec<T>;
}

/**
 * Messages over one open byte stream, mostly a socket, which it owns: from the first byte to the last, with the one place where
 * the end is decided. Whatever ends it settles everything that waits on it.
 */
export class MessageStream<T> {
  private readonly inbox = new Inbox<T>();
  private readonly decoder: FrameDecoder;
  private readonly sendQueue: SendQueue;
  private readonly end = defer<CloseInfo>();
  /** How it ends, from the moment that is decided. Only a failure may still take the place of a clean end. */
  private ending: CloseInfo | undefined;
  /** The socket's `closed` does not serve: it is true already when its last `error` event is raised. */
  private settled = false;
  /** Messages came while we were closing that there was no room for. */
  private dropped = false;

  constructor(
    private readonly socket: Duplex,
    private readonly options: MessageStreamOptions<T>,
  ) {
    const { framing, maxFrameBytes, codec } = options;
    const deliver = this.deliver.bind(this);
    this.decoder = new FrameDecoder(framing, maxFrameBytes, deliver, codec.allocate?.bind(codec));
    this.sendQueue = new SendQueue(socket, new FrameEncoder(framing, maxFrameBytes), options);
    this.listen();
  }

  /** Settles once, when the socket is gone; never rejects. */
  get closed(): Promise<CloseInfo> {
    return this.end.promise;
  }

  /** Bytes that wait for the kernel. */
  get bufferedBytes(): number {
    return this.sendQueue.bufferedBytes;
  }

  /** Whether `take` would answer at once: by a message, or by the end. */
  get isReady(): boolean {
    return this.inbox.isReady;
  }

  /** As {@link Inbox.watch}. */
  watch(watcher: () => void): () => void {
    return this.inbox.watch(watcher);
  }

  send(message: T): Promise<void> {
    if (this.ending !== undefined) return Promise.reject(closedError(this.ending));
    try {
      return this.sendQueue.send(this.options.codec.encode(message));
    } catch (error) {
      return Promise.reject(toError(error));
    }
  }

  async take(): Promise<ReceivedMessage<T> | null> {
    const item = await this.inbox.take();
    this.resumeIfRoom();
    return item;
  }

  consume(consumer: (item: ReceivedMessage<T>) => void): Promise<void> {
    const end = this.inbox.consume(consumer);
    this.resumeIfRoom();
    return end;
  }

  /** Ends our side: everything sent so far arrives, then the peer is given time to end its own. */
  close(): Promise<CloseInfo> {
    void this.finish(CLOSED_HERE);
    return this.closed;
  }

  /** Drops the socket and what has not been written. What was received stays readable. */
  destroy(info: CloseInfo): void {
    if (this.ending?.clean === false || this.settled) return;
    this.ending = info;
    this.sendQueue.fail(closedError(info));
    this.inbox.end(info.error);
    this.socket.destroy();
  }

  private listen(): void {
    if (this.socket.closed) {
      this.settle();
      return;
    }
    this.socket
      .on('data', (chunk: Buffer) => {
        this.receive(chunk);
      })
      .once('end', () => {
        this.receiveEnd();
      })
      .on('error', (cause) => {
        this.destroy(failedBy('peer', lost(`the connection broke: ${cause.message}`, cause)));
      })
      .once('close', () => {
        this.settle();
      })
      .resume();
    // After a handshake the socket reads on by itself: the end may have been told before anybody listened.
    if (this.socket.readableEnded) this.receiveEnd();
  }

  private receive(chunk: Buffer): void {
    try {
      this.decoder.push(chunk);
    } catch (error) {
      this.destroy(failedBy('local', error as IpcError));
      return;
    } finally {
      this.options.codec.leave?.();
    }
    this.inbox.wake();
    // A reader that falls behind stops the peer.
    if (this.ending === undefined && this.inboxIsFull()) this.socket.pause();
  }

  private deliver(source: Buffer, start: number, end: number): void {
    // Once we are closing nothing is paused, so that the peer's end is seen: what nobody reads is let go.
    if (this.ending !== undefined && this.inboxIsFull()) {
      this.dropped = true;
      return;
    }
    this.inbox.push(this.options.codec.decode(source, start, end), end - start + MESSAGE_BYTES);
  }

  private inboxIsFull(): boolean {
    return this.inbox.bufferedBytes > this.options.maxBufferedBytes;
  }

  private resumeIfRoom(): void {
    if (this.socket.isPaused() && !this.inboxIsFull()) this.socket.resume();
  }

  private receiveEnd(): void {
    try {
      this.decoder.end();
    } catch (error) {
      this.destroy(failedBy('peer', error as IpcError));
      return;
    }
    this.inbox.end();
    void this.finish(CLOSED_BY_PEER);
  }

  private async finish(info: CloseInfo): Promise<void> {
    if (this.ending !== undefined) return;
    this.ending = info;
    this.socket.resume();
    const inTime = await settlesWithin(this.endBothWays(), this.options.closeTimeoutMs);
    if (!inTime) this.destroy(failedBy('local', closeTimedOut(this.options.closeTimeoutMs)));
  }

  /** Our end goes behind our last byte; the socket is gone when the peer's end has come too. */
  private async endBothWays(): Promise<void> {
    await this.sendQueue.flush();
    this.socket.end();
    await this.end.promise;
  }

  private settle(): void {
    const ending = this.ending ?? failedBy('peer', lost('the connection is gone'));
    const reason = `${ending.reason}, with messages that nobody read`;
    const info = this.dropped ? { ...ending, clean: false, reason } : ending;
    this.ending = info;
    this.settled = true;
    this.sendQueue.fail(closedError(info));
    this.inbox.end(info.error);
    this.end.resolve(info);
  }
}

function closedError(info: CloseInfo): IpcError {
  return info.error ?? new IpcError('ERR_IPC_CLOSED', `the connection is closed: ${info.reason}`);
}

function lost(what: string, cause?: Error): IpcError {
  return new IpcError('ERR_IPC_CONNECTION_LOST', what, { cause });
}

function closeTimedOut(timeoutMs: number): IpcError {
  return new IpcError(
    'ERR_IPC_CLOSE_TIMEOUT',
    `the peer neither read everything nor ended its side within ${timeoutMs} ms of our close`,
  );
}
