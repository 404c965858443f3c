import { PeerStream } from '../resume/peerStream.js';
import { defer, handled, rejectQuietly, settlesWithin } from '../core/deferred.js';
import { IpcError, toError } from '../core/errors.js';
import { FrameDecoder } from '../framing/frameDecoder.js';
import { FrameEncoder } from '../framing/frameEncoder.js';
import { copiesWrites } from '../transport/copiesWrites.js';
import type { ByteStream } from './byteStream.js';
import type { CloseInfo } from './closeInfo.js';
import {
  CLOSED_BY_PEER,
  CLOSED_HERE,
  failedBy,
  closedError,
  closeTimedOut,
  lost,
  MissingByeError,
} from './closeInfo.js';
import type { MessageStreamOptions } from './messageStreamOptions.js';
import { PeerExit } from './peerExit.js';
import type { ReceivedMessage } from './inbox.js';
import { Inbox } from './inbox.js';
import { SendQueue } from './sendQueue.js';
import type { TrafficCounters } from '../core/trafficCounters.js';

/** Bytes counted per waiting message in addition to its payload, so that empty messages count too. */
const MESSAGE_BYTES = 128;

/**
 * Messages over an open byte stream, usually a socket. This class owns the stream, and it alone decides the
 * end, which settles everything that waits.
 */
export class MessageStream<T, Sent = T> {
  private readonly inbox = new Inbox<T>();
  private readonly decoder: FrameDecoder;
  private readonly sendQueue: SendQueue;
  private readonly end = defer<CloseInfo>();
  /** The end, from the moment it is decided. Only a failure may still replace a clean end. */
  private ending: CloseInfo | undefined;
  /** Resolves with the peer's goodbye. */
  private readonly peerBye = defer<void>();
  private peerSaidBye = false;
  /** True once the socket has closed. `socket.closed` is already true during the last `error` event. */
  private settled = false;
  /** True if messages were dropped while closing, because the inbox was full. */
  private dropped = false;
  private messagesSent = 0;
  private messagesReceived = 0;
  private bytesReceived = 0;
  private readonly peerExit: PeerExit;
  /** The stream, if it has acknowledgements or heartbeats. */
  private readonly peerStream: PeerStream | undefined;

  constructor(
    private readonly socket: ByteStream,
    private readonly options: MessageStreamOptions<T, Sent>,
  ) {
    const { framing, maxFrameBytes, codec } = options;
    const deliver = this.deliver.bind(this);
    const peerStream = socket instanceof PeerStream ? socket : undefined;
    this.peerStream = peerStream;
    this.peerExit = new PeerExit(options.peerExit);
    this.decoder = new FrameDecoder(framing, maxFrameBytes, deliver, {
      allocate: codec.allocate?.bind(codec),
      onBye: options.saysBye === true ? () => this.receiveBye() : undefined,
      onControl: peerStream && ((kind, payload) => peerStream.receiveControl(kind, payload)),
    });
    peerStream?.follow(this.decoder);
    this.sendQueue = new SendQueue(socket, new FrameEncoder(framing, maxFrameBytes, copiesWrites(socket)), {
      ...options,
      explainsFailures: options.peerExit !== undefined,
      store: peerStream?.store,
    });
    this.listen();
  }

  /** Resolves once, when the socket has closed; never rejects. */
  get closed(): Promise<CloseInfo> {
    return this.end.promise;
  }

  /** Bytes that the kernel has not accepted yet. */
  get bufferedBytes(): number {
    return this.sendQueue.bufferedBytes;
  }

  /** The most bytes that have waited: to be sent, and to be read. */
  get mostBuffered(): { readonly sent: number; readonly received: number } {
    return { sent: this.sendQueue.mostBuffered, received: this.inbox.mostBuffered };
  }

  /** What was sent and received so far. */
  get counters(): TrafficCounters {
    const { messagesSent, messagesReceived, bytesReceived } = this;
    return { messagesSent, bytesSent: this.sendQueue.bytesSent, messagesReceived, bytesReceived };
  }

  /** True if `read` would resolve at once, with a message or at the end. */
  get isReady(): boolean {
    return this.inbox.isReady;
  }

  /** True if bytes have arrived that were not read: messages, or the beginning of one. */
  get hasUnread(): boolean {
    return this.inbox.bufferedBytes > 0 || !this.decoder.isBetweenFrames;
  }

  /** Same as {@link Inbox.watch}. */
  watch(watcher: () => void): () => void {
    return this.inbox.watch(watcher);
  }

  send(message: Sent): Promise<void> {
    if (this.ending !== undefined) return this.refuse(this.ending);
    try {
      const payload = this.options.codec.encode(message);
      this.messagesSent += 1;
      return this.sendQueue.send(payload);
    } catch (error) {
      return Promise.reject(toError(error));
    }
  }

  async read(): Promise<ReceivedMessage<T> | null> {
    const item = await this.inbox.read();
    this.resumeIfRoom();
    return item;
  }

  consume(consumer: (item: ReceivedMessage<T>) => void): Promise<void> {
    const end = this.inbox.consume(consumer);
    this.resumeIfRoom();
    return end;
  }

  /** Ends our side: messages already sent arrive, then the peer has `closeTimeoutMs` to end its side. */
  close(): Promise<CloseInfo> {
    void this.finish(CLOSED_HERE);
    return this.closed;
  }

  /** Drops the socket and all unwritten messages. Received messages stay readable. */
  destroy(info: CloseInfo): void {
    if (this.ending?.clean === false || this.settled) return;
    this.ending = info;
    this.report(info);
    this.socket.destroy();
  }

  private listen(): void {
    if (this.socket.closed) {
      this.settle();
      return;
    }
    const { socket } = this;
    socket.on('data', (chunk) => {
      this.receive(chunk);
    });
    socket.once('end', () => {
      this.receiveEnd();
    });
    socket.on('error', (cause) => {
      const known = cause instanceof IpcError ? cause : undefined;
      this.destroy(failedBy('peer', known ?? lost(`the connection broke: ${cause.message}`, cause)));
    });
    socket.once('close', () => {
      this.settle();
    });
    socket.resume();
    // A socket reads on after a handshake, so it may have ended before these listeners were added.
    if (this.socket.readableEnded) this.receiveEnd();
  }

  private receive(chunk: Buffer): void {
    this.bytesReceived += chunk.length;
    try {
      this.decoder.push(chunk);
    } catch (error) {
      this.destroy(failedBy('local', error as IpcError));
      return;
    } finally {
      this.options.codec.releaseChunk?.();
    }
    // A consumer has received everything already: nothing is queued.
    if (this.inbox.consumer !== undefined) return;
    this.inbox.wake();
    // A reader that falls behind stops the peer.
    if (this.ending === undefined && this.inboxIsFull()) this.socket.pause();
  }

  private deliver(source: Buffer, start: number, end: number): void {
    const { codec } = this.options;
    const { consumer } = this.inbox;
    this.messagesReceived += 1;
    if (consumer !== undefined) {
      consumer(codec.decode(source, start, end));
      return;
    }
    // The socket is not paused while closing, so that the peer's end is seen; unread messages are dropped. After one, all
    // are: what is read is what was sent, up to some point.
    if (this.ending !== undefined && (this.dropped || this.inboxIsFull())) {
      this.dropped = true;
      return;
    }
    this.inbox.push(codec.decode(source, start, end), end - start + MESSAGE_BYTES);
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
    if (this.options.saysBye !== true) {
      void this.finish(CLOSED_BY_PEER);
      this.reportEndOfReading(CLOSED_BY_PEER);
    } else if (!this.peerSaidBye) {
      this.destroy(failedBy('peer', new MissingByeError()));
    }
  }

  private receiveBye(): void {
    this.peerSaidBye = true;
    this.peerStream?.receiveBye();
    this.peerBye.resolve();
    void this.finish(CLOSED_BY_PEER);
  }

  private async finish(info: CloseInfo): Promise<void> {
    if (this.ending !== undefined) return;
    this.ending = info;
    this.socket.resume();
    const inTime = await settlesWithin(this.endBothWays(), this.options.closeTimeoutMs);
    if (!inTime) this.destroy(failedBy('local', closeTimedOut(this.options.closeTimeoutMs)));
  }

  /** Ends our side after our last byte. The socket closes when the peer's end has arrived too. */
  private async endBothWays(): Promise<void> {
    await this.sendQueue.flush();
    if (this.options.saysBye === true) await this.exchangeByes();
    this.socket.end();
    await this.end.promise;
  }

  private async exchangeByes(): Promise<void> {
    await this.sendQueue.sendBye();
    // Not before our goodbye has left: a reader may exit the process at the end.
    if (this.ending?.by === 'peer') this.reportEndOfReading(CLOSED_BY_PEER);
    await Promise.race([this.peerBye.promise, this.end.promise]);
  }

  private settle(): void {
    const ending = this.ending ?? failedBy('peer', lost('the connection is gone'));
    const reason = `${ending.reason}, with messages that nobody read`;
    const dropped = this.dropped ? { ...ending, clean: false, reason } : ending;
    const resumed = this.peerStream?.summary;
    const info = resumed === undefined ? dropped : { ...dropped, resumed };
    this.ending = info;
    this.settled = true;
    this.report(info);
    this.peerExit.explain(info, this.end.resolve);
  }

  /** Reports the end to everything that waits: at once, or when the end of the peer's process is known. */
  private report(info: CloseInfo): void {
    this.reportEndOfReading(info);
    if (this.peerExit.explains(info)) this.sendQueue.hold();
    this.peerExit.explain(info, (explained) => this.sendQueue.fail(closedError(explained)));
  }

  private reportEndOfReading(info: CloseInfo): void {
    this.peerExit.explain(info, ({ error }) => this.inbox.end(error));
  }

  /** Refuses a send after the end: at once, or when the end of the peer's process is known. */
  private refuse(ending: CloseInfo): Promise<never> {
    if (!this.peerExit.explains(ending)) return rejectQuietly(closedError(ending));
    return handled(
      this.closed.then((info) => {
        throw closedError(info);
      }),
    );
  }
}
