import type { Duplex } from 'node:stream';
import type { CloseInfo } from '../connection/closeInfo.js';
import { CLOSED_HERE, failedBy } from '../connection/closeInfo.js';
import type { ReceivedMessage } from '../connection/inbox.js';
import { MessageStream } from '../connection/messageStream.js';
import { BufferTooShortError, IpcError } from '../core/errors.js';
import { argumentError } from './argumentError.js';
import { decodeBy, encodeBy } from './codec.js';
import type { ConnectionSettings } from './options.js';
import { readyWithin } from './readiness.js';
import { bytesOf, sliceOf } from './views.js';

/** Which ways a connection goes: one of `pipe({ duplex: false })` goes one way. */
export interface Direction {
  readonly readable: boolean;
  readonly writable: boolean;
}

const BOTH_WAYS: Direction = { readable: true, writable: true };

/**
 * One end of a connection that carries messages, as `multiprocessing.connection.Connection` does: values by
 * its codec, or bytes. What was received comes before the end is told. Sends keep their order, and so do
 * reads, however many are under way.
 */
export class Connection<T = unknown> implements AsyncIterable<T>, AsyncDisposable {
  private readonly stream: MessageStream<string | Uint8Array>;
  private closing: Promise<CloseInfo> | undefined;
  private over: CloseInfo | undefined;
  /** What broke the connection, once a read has been told of it. */
  private failure: unknown;
  /** The last of the reads that are under way, which the next one waits for. */
  private reading: Promise<unknown> = Promise.resolve();

  /** @internal Made by {@link over} and `pipe`. */
  constructor(
    carrier: Duplex,
    private readonly settings: ConnectionSettings<T>,
    private readonly direction: Direction = BOTH_WAYS,
  ) {
    this.stream = new MessageStream(carrier, settings.stream);
    void this.stream.closed.then((info) => (this.over = info));
  }

  /**
   * @internal One over a socket that is open already, once what the peer has sent so far is here. It may have
   * ended, and Node.js drops a socket with all that is unread at the first write that fails.
   */
  static async over<T>(carrier: Duplex, settings: ConnectionSettings<T>): Promise<Connection<T>> {
    const connection = new Connection(carrier, settings);
    await connection.poll();
    return connection;
  }

  /** Whether this side has closed it. A peer that has gone shows in `poll` and `recv`. */
  get closed(): boolean {
    return this.closing !== undefined;
  }

  get readable(): boolean {
    return this.direction.readable;
  }

  get writable(): boolean {
    return this.direction.writable;
  }

  /** Settles once, when the connection has ended; never rejects. */
  get ended(): Promise<CloseInfo> {
    return this.stream.closed;
  }

  /**
   * Sends a value; resolves when the kernel has it, which is the back-pressure.
   *
   * @throws IpcError `ERR_IPC_UNSERIALIZABLE`, `ERR_IPC_FRAME_TOO_LARGE`, `ERR_IPC_BUFFER_FULL`,
   *   `ERR_IPC_CLOSED`, `ERR_IPC_CONNECTION_LOST`, `ERR_IPC_STATE` for an end that only reads
   */
  async send(value: T): Promise<void> {
    this.expect('writable');
    await this.stream.send(encodeBy(this.settings.codec, value));
  }

  /**
   * Sends bytes as they are; large ones are not copied, and must stay as they are until this resolves.
   *
   * @param view any view of bytes; `offset` and `size` count bytes of it
   * @param size default: all from `offset` on. A message of no bytes is a message
   * @throws IpcError as {@link send}, and `ERR_IPC_ARGUMENT` for a part that `view` does not have
   */
  async sendBytes(view: ArrayBufferView, offset = 0, size?: number): Promise<void> {
    this.expect('writable');
    await this.stream.send(sliceOf(view, offset, size));
  }

  /**
   * The next value.
   *
   * @throws IpcError `ERR_IPC_BAD_MESSAGE` for one that the codec cannot read, and the next call goes on;
   *   `ERR_IPC_END` after the peer's end; `ERR_IPC_CLOSED` after our own; what broke the connection
   */
  async recv(): Promise<T> {
    return decodeBy(this.settings.codec, await this.recvBytes());
  }

  /**
   * The next message as bytes.
   *
   * @param options.maxLength a longer one ends the connection. Default: `maxFrameBytes`
   * @throws IpcError as {@link recv}, `ERR_IPC_ARGUMENT` for a length below 0, and `ERR_IPC_FRAME_TOO_LARGE`
   */
  async recvBytes({
    maxLength = Infinity,
  }: { readonly maxLength?: number | undefined } = {}): Promise<Buffer> {
    if (!(maxLength >= 0)) throw argumentError(`maxLength ${maxLength} is not a number from 0 on`);
    const message = await this.nextMessage();
    if (message.length <= maxLength) return message;
    const what = `a message of ${message.length} bytes, ${maxLength} are the most that were asked for`;
    const error = new IpcError('ERR_IPC_FRAME_TOO_LARGE', what);
    this.destroy(error);
    throw error;
  }

  /**
   * Puts the next message into a view.
   *
   * @param offset where in it, in bytes
   * @returns how many bytes it has
   * @throws IpcError as {@link recv}, and `ERR_IPC_ARGUMENT` for an offset outside the view
   * @throws BufferTooShortError where it does not fit: the error has the message, the connection goes on
   */
  async recvBytesInto(view: ArrayBufferView, offset = 0): Promise<number> {
    const target = bytesOf(view);
    const room = target.length - offset;
    if (!Number.isInteger(offset) || offset < 0 || room < 0) {
      throw argumentError(`offset ${offset} is outside of a view of ${target.length} bytes`);
    }
    const message = await this.nextMessage();
    if (message.length > room) throw new BufferTooShortError(message, room);
    target.set(message, offset);
    return message.length;
  }

  /**
   * Whether a read would be answered at once, by a message or by the end.
   *
   * @param timeoutMs how long to wait for that, in milliseconds: 0 (default) or less looks once, `Infinity`
   *   waits until it is so
   * @throws IpcError `ERR_IPC_CLOSED`, `ERR_IPC_STATE` for an end that only writes
   */
  async poll(timeoutMs = 0): Promise<boolean> {
    this.expect('readable');
    return readyWithin([this.stream], timeoutMs);
  }

  /** Ends the connection: what was sent arrives, as in `ConnectionBase.close`. Never fails; repeatable. */
  async close(): Promise<void> {
    this.closing ??= this.stream.close();
    await this.closing;
  }

  /** Drops the connection at once, with what has not been written. `error` is told to all that waits. */
  destroy(error = new IpcError('ERR_IPC_CLOSED', 'the connection was destroyed by this side')): void {
    this.stream.destroy(failedBy('local', error));
    this.closing ??= this.stream.closed;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    try {
      for (;;) yield await this.recv();
    } catch (error) {
      if (!isEnd(error)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal What `wait` watches. */
  get source(): MessageStream<string | Uint8Array> {
    this.expect('readable');
    return this.stream;
  }

  private async nextMessage(): Promise<Buffer> {
    this.expect('readable');
    const taken = this.reading.then(() => this.takeNext());
    this.reading = taken.catch(() => undefined);
    const item = await taken;
    if (item === null) throw this.endError();
    if (item instanceof IpcError) throw item;
    return item as Buffer;
  }

  private async takeNext(): Promise<ReceivedMessage<string | Uint8Array> | null> {
    try {
      return await this.stream.take();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  private expect(way: keyof Direction): void {
    if (this.closed) throw closedError(this.over ?? CLOSED_HERE);
    if (this.direction[way]) return;
    const only = way === 'writable' ? 'read from' : 'written to';
    throw new IpcError('ERR_IPC_STATE', `this end of the connection can only be ${only}`);
  }

  private endError(): IpcError {
    if (this.closed) return closedError(this.over ?? CLOSED_HERE);
    if (this.failure instanceof IpcError) return this.failure;
    return new IpcError('ERR_IPC_END', 'the peer has ended the connection, and everything it sent was read');
  }
}

function closedError({ reason }: CloseInfo): IpcError {
  return new IpcError('ERR_IPC_CLOSED', `the connection is closed: ${reason}`);
}

function isEnd(error: unknown): boolean {
  return error instanceof IpcError && (error.code === 'ERR_IPC_END' || error.code === 'ERR_IPC_CLOSED');
}
