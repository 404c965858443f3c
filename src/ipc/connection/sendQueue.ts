import type { Duplex } from 'node:stream';
import type { Deferred } from '../core/deferred.js';
import { defer, nextTick, rejectQuietly } from '../core/deferred.js';
import { IpcError, toError } from '../core/errors.js';
import { Fifo } from '../core/fifo.js';
import type { FrameEncoder } from '../framing/frameEncoder.js';

export interface SendQueueOptions {
  /** Bytes that may wait for the kernel. A larger frame is sent when nothing else waits. */
  readonly maxBufferedBytes: number;
  readonly onFull: 'wait' | 'error';
  /** True: `fail` follows each failed write and has the reason, which is waited for. Default false. */
  readonly explainsFailures?: boolean;
}

interface WaitingSend {
  readonly payload: string | Uint8Array;
  readonly sent: Deferred<void>;
}

/**
 * Sends frames in order. The frames of one turn share one system call and one promise, which settles when the
 * kernel has accepted them.
 */
export class SendQueue {
  /** Settles with the write of the frames that were encoded in this turn. */
  private batch: Deferred<void> | undefined;
  private batchBytes = 0;
  private lastBatch: Promise<void> = Promise.resolve();
  private unwritten = 0;
  private written = 0;
  private readonly waiting = new Fifo<WaitingSend>();
  private failure: IpcError | undefined;
  /** The writes whose result is not reported before {@link fail} is called. */
  private readonly undecided: Deferred<void>[] = [];
  private isHeld = false;

  constructor(
    private readonly socket: Duplex,
    private readonly encoder: FrameEncoder,
    private readonly options: SendQueueOptions,
  ) {}

  /** Bytes that the kernel has accepted. */
  get bytesSent(): number {
    return this.written;
  }

  /** Bytes that the kernel has not accepted yet, without the messages that wait for room. */
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
    if (this.waiting.length === 0 && this.hasRoom(payload)) return this.encode(payload);
    if (this.options.onFull === 'error') return Promise.reject(this.full());
    const sent = defer<void>();
    this.waiting.push({ payload, sent });
    return sent.promise;
  }

  /**
   * Resolves when the kernel has accepted everything sent so far.
   *
   * @throws IpcError the error that ended the connection
   */
  async flush(): Promise<void> {
    // A message that is refused later rejects its own send; the messages before it must still be written.
    await this.waiting.last()?.sent.promise.catch(() => undefined);
    await this.lastBatch;
  }

  /** Rejects every send that has not reached the kernel, and every later send. */
  fail(error: IpcError): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.batch?.reject(error);
    for (const batch of this.undecided.splice(0)) batch.reject(error);
    for (const { sent } of this.waiting.removeAll()) sent.reject(error);
  }

  /** From now on no write has a result until {@link fail} is called: the connection has ended. */
  hold(): void {
    this.isHeld = true;
  }

  private hasRoom(payload: string | Uint8Array): boolean {
    return this.unwritten === 0 || this.unwritten + payload.length <= this.options.maxBufferedBytes;
  }

  private encode(payload: string | Uint8Array): Promise<void> {
    let bytes: number;
    try {
      bytes = this.encoder.append(payload);
    } catch (error) {
      return Promise.reject(toError(error));
    }
    this.unwritten += bytes;
    this.batchBytes += bytes;
    if (this.batch === undefined) {
      this.batch = defer<void>();
      this.lastBatch = this.batch.promise;
      // The write runs after this turn's code and before any I/O, so that all frames of the turn leave
      // together.
      nextTick(() => {
        this.writeBatch();
      });
    }
    return this.batch.promise;
  }

  private writeBatch(): void {
    const { batch } = this;
    if (batch === undefined || this.failure !== undefined) return;
    const segments = this.encoder.take();
    const bytes = segments.reduce((sum, { length }) => sum + length, 0);
    this.unwritten += bytes - this.batchBytes;
    this.batch = undefined;
    this.batchBytes = 0;
    this.write(segments, (error) => {
      this.unwritten -= bytes;
      if (!error) this.written += bytes;
      this.finishBatch(batch, error);
      this.encodeWaiting();
    });
  }

  private finishBatch(batch: Deferred<void>, error: Error | null | undefined): void {
    // Node.js reports a write that was dropped with the socket as successful, so `failure` decides.
    if (this.failure !== undefined) batch.reject(this.failure);
    else if (this.isHeld || (error && this.options.explainsFailures === true)) this.undecided.push(batch);
    else if (error) batch.reject(lost(error));
    else batch.resolve();
  }

  private write(segments: readonly Buffer[], written: (error?: Error | null) => void): void {
    // One buffer is one system call anyway, and `cork` would take the slower path through the stream.
    const several = segments.length > 1;
    if (several) this.socket.cork();
    segments.forEach((segment, index) => {
      if (index === segments.length - 1) this.socket.write(segment, written);
      else this.socket.write(segment);
    });
    if (several) this.socket.uncork();
  }

  private encodeWaiting(): void {
    for (let next = this.waiting.first(); next !== undefined; next = this.waiting.first()) {
      if (!this.hasRoom(next.payload)) return;
      this.waiting.shift();
      this.encode(next.payload).then(next.sent.resolve, next.sent.reject);
    }
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
