import type { Deferred } from '../core/deferred.js';
import { defer, nextTick, rejectQuietly } from '../core/deferred.js';
import { IpcError, toError } from '../core/errors.js';
import { Fifo } from '../core/fifo.js';
import type { FrameEncoder } from '../framing/frameEncoder.js';
import type { ByteStream } from './byteStream.js';

export interface SendQueueOptions {
  /** Bytes that may wait for the kernel. A larger frame is sent when nothing else waits. */
  readonly maxBufferedBytes: number;
  readonly onFull: 'wait' | 'error';
  /** True: `fail` follows each failed write and has the reason, which is waited for. Default false. */
  readonly explainsFailures?: boolean;
  /** What keeps the written bytes. If it has no room for more, they wait. Default: nothing is kept. */
  readonly store?: SentBytes | undefined;
}

/** What keeps the written bytes until the peer has acknowledged them. */
export interface SentBytes {
  hasRoom(bytes: number): boolean;
  /** Called with the position up to which nothing is kept any more. */
  onAcknowledged: ((position: number) => void) | undefined;
  /** Called when kept bytes are written to one stream more. */
  onReplay: (() => void) | undefined;
}

/** The most bytes of frames that settle together, so that room for some of them is used before there is room for all. */
const MAX_BATCH_BYTES = 1024 * 1024;

/** Consecutive frames that share a promise, which settles when the kernel has accepted them. */
interface Batch {
  /** Until the batch is closed, each character of a short text counts as one byte. */
  bytes: number;
  /** The encoded frames, once the batch is closed. */
  segments: readonly Buffer[];
  readonly sent: Deferred<void>;
}

/**
 * Sends frames in order. Each is encoded at once. The frames of one turn share one system call if there is room for
 * them, and one promise for each `MAX_BATCH_BYTES`.
 */
export class SendQueue {
  /** The batch that the encoder adds to. Its write is due after this turn. */
  private open: Batch | undefined;
  /** The closed batches that the socket has not been given, because there is no room. */
  private readonly waiting = new Fifo<Batch>();
  private lastBatch: Promise<void> = Promise.resolve();
  private isDue = false;
  /** Bytes that the kernel has not accepted. Those that the socket has been given are part of them. */
  private unwritten = 0;
  private most = 0;
  private given = 0;
  private written = 0;
  private failure: IpcError | undefined;
  /** The writes whose result is not reported before {@link fail} is called. */
  private readonly undecided: Deferred<void>[] = [];
  private isHeld = false;
  private readonly maxBatchBytes: number;

  constructor(
    private readonly socket: Pick<ByteStream, 'write' | 'cork' | 'uncork'>,
    private readonly encoder: FrameEncoder,
    private readonly options: SendQueueOptions,
  ) {
    this.maxBatchBytes = Math.min(MAX_BATCH_BYTES, options.maxBufferedBytes);
    if (options.store !== undefined) this.follow(options.store);
  }

  /** Bytes that the kernel has accepted. */
  get bytesSent(): number {
    return this.written;
  }

  /** The most bytes that have waited for the kernel. */
  get mostBuffered(): number {
    return this.most;
  }

  /** Bytes that the kernel has not accepted yet. */
  get bufferedBytes(): number {
    return this.unwritten;
  }

  /**
   * Sends one payload.
   *
   * @throws IpcError `ERR_IPC_BUFFER_FULL` with `onFull: 'error'`, `ERR_IPC_FRAME_TOO_LARGE`, or the error
   *   that ended the connection
   */
  send(payload: string | Uint8Array): Promise<void> {
    if (this.failure !== undefined) return rejectQuietly(this.failure);
    if (this.options.onFull === 'error' && !this.hasRoom(this.unwritten, payload.length)) {
      return Promise.reject(this.full());
    }
    const { open } = this;
    if (open !== undefined && open.bytes + payload.length > this.maxBatchBytes) {
      this.waiting.push(this.closed(open));
    }
    return this.encode(payload);
  }

  /**
   * Resolves when the kernel has accepted everything sent so far.
   *
   * @throws IpcError the error that ended the connection
   */
  flush(): Promise<void> {
    return this.lastBatch;
  }

  /**
   * Sends the goodbye, after which nothing may be sent. Resolves when the kernel has accepted it.
   *
   * @throws IpcError the error that ended the connection
   */
  async sendBye(): Promise<void> {
    await this.flush();
    if (this.failure !== undefined) throw this.failure;
    await this.schedule(this.encoder.appendBye());
  }

  /** Rejects every send that has not reached the kernel, and every later send. */
  fail(error: IpcError): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.open?.sent.reject(error);
    for (const batch of this.undecided.splice(0)) batch.reject(error);
    for (const { sent } of this.waiting.removeAll()) sent.reject(error);
  }

  /** From now on no write has a result until {@link fail} is called: the connection has ended. */
  hold(): void {
    this.isHeld = true;
  }

  private follow(store: SentBytes): void {
    store.onAcknowledged = (position) => {
      this.encoder.release(position);
      this.writeWaiting();
    };
    store.onReplay = () => this.encoder.stopReuse();
  }

  private hasRoom(taken: number, bytes: number): boolean {
    return taken === 0 || taken + bytes <= this.options.maxBufferedBytes;
  }

  /** True if a batch may be given to the socket. */
  private mayWrite(taken: number, bytes: number): boolean {
    return this.hasRoom(taken, bytes) && this.options.store?.hasRoom(taken - this.given + bytes) !== false;
  }

  private encode(payload: string | Uint8Array): Promise<void> {
    let bytes: number;
    try {
      bytes = this.encoder.append(payload);
    } catch (error) {
      return Promise.reject(toError(error));
    }
    return this.schedule(bytes);
  }

  /** Counts encoded bytes, and writes them with the others of this turn. */
  private schedule(bytes: number): Promise<void> {
    this.open ??= this.openBatch();
    this.open.bytes += bytes;
    this.unwritten += bytes;
    if (this.unwritten > this.most) this.most = this.unwritten;
    return this.open.sent.promise;
  }

  private openBatch(): Batch {
    const sent = defer<void>();
    this.lastBatch = sent.promise;
    // The write runs after this turn's code and before any I/O, so that all frames of the turn leave together.
    if (!this.isDue) {
      this.isDue = true;
      nextTick(() => {
        this.isDue = false;
        this.writeDue();
      });
    }
    return { bytes: 0, segments: [], sent };
  }

  private closed(batch: Batch): Batch {
    batch.segments = this.encoder.take();
    const bytes = batch.segments.reduce((sum, { length }) => sum + length, 0);
    this.unwritten += bytes - batch.bytes;
    batch.bytes = bytes;
    this.open = undefined;
    return batch;
  }

  /** Writes the frames of a turn: at once if none wait and there is room, which is the usual case. */
  private writeDue(): void {
    if (this.failure !== undefined) return;
    const batch = this.open && this.closed(this.open);
    if (this.waiting.length === 0 && batch !== undefined && this.mayWrite(this.given, batch.bytes)) {
      this.write([batch]);
      return;
    }
    if (batch !== undefined) this.waiting.push(batch);
    this.writeWaiting();
  }

  private writeWaiting(): void {
    if (this.failure === undefined && this.waiting.length > 0) this.write(this.batchesWithRoom());
  }

  private batchesWithRoom(): Batch[] {
    const batches: Batch[] = [];
    let bytes = this.given;
    for (let next = this.waiting.first(); next !== undefined; next = this.waiting.first()) {
      if (!this.mayWrite(bytes, next.bytes)) break;
      bytes += next.bytes;
      batches.push(next);
      this.waiting.shift();
    }
    return batches;
  }

  /** Gives batches to the socket, as one system call. */
  private write(batches: readonly Batch[]): void {
    // One buffer is one system call anyway, and `cork` would take the slower path through the stream.
    const several = batches.length > 1 || (batches[0]?.segments.length ?? 0) > 1;
    if (several) this.socket.cork();
    for (const batch of batches) this.writeBatch(batch);
    if (several) this.socket.uncork();
  }

  private writeBatch({ segments, bytes, sent }: Batch): void {
    this.given += bytes;
    const written = (error?: Error | null): void => {
      this.given -= bytes;
      this.unwritten -= bytes;
      if (!error) this.written += bytes;
      this.finishBatch(sent, error);
      if (this.options.store === undefined && this.failure === undefined && !this.isHeld) {
        this.encoder.release(this.written);
      }
      this.writeWaiting();
    };
    segments.forEach((segment, index) => {
      if (index === segments.length - 1) this.socket.write(segment, written);
      else this.socket.write(segment);
    });
  }

  private finishBatch(batch: Deferred<void>, error: Error | null | undefined): void {
    // Node.js reports a write that was dropped with the socket as successful, so `failure` decides.
    if (this.failure !== undefined) batch.reject(this.failure);
    else if (this.isHeld || (error && this.options.explainsFailures === true)) this.undecided.push(batch);
    else if (error) batch.reject(lost(error));
    else batch.resolve();
  }

  private full(): IpcError {
    return new IpcError(
      'ERR_IPC_BUFFER_FULL',
      `${this.unwritten} bytes wait for the peer already (maxBufferedBytes is ${this.options.maxBufferedBytes}): ` +
        "await each send, or choose onFull: 'wait'",
    );
  }
}

function lost(cause: Error): IpcError {
  return new IpcError('ERR_IPC_CONNECTION_LOST', `the connection broke while sending: ${cause.message}`, {
    cause,
  });
}
