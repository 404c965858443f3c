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

/** The directions of a connection. An end of `pipe({ duplex: false })` has one direction. */
export interface Direction {
  readonly readable: boolean;
  readonly writable: boolean;
}

const BOTH_WAYS: Direction = { readable: true, writable: true };

/**
 * One end of a connection that carries messages, like `multiprocessing.connection.Connection`: values by its
 * codec, or bytes. Received messages are read before the end is reported. Concurrent sends keep their order,
 * and so do concurrent reads.
 */
export class Connection<T = unknown> implements AsyncIterable<T>, AsyncDisposable {
  private readonly stream: MessageStream<string | Uint8Array>;
  private closing: Promise<CloseInfo> | undefined;
  private ending: CloseInfo | undefined;
  /** The error that broke the connection, set when a read has reported it. */
  private failure: unknown;
  /** The last read in progress, which the next read waits for. */
  private reading: Promise<unknown> = Promise.resolve();

  /** @internal Created by {@link over} and `pipe`. */
  constructor(
    carrier: Duplex,
    private readonly settings: ConnectionSettings<T>,
    private readonly direction: Direction = BOTH_WAYS,
  ) {
    this.stream = new MessageStream(carrier, settings.stream);
    void this.stream.closed.then((info) => (this.ending = info));
  }

  /**
   * @internal Creates a connection over an open socket, after everything that the peer has sent so far has
   *   been received. The peer may have ended already, and Node.js drops a socket and its unread data at the
   *   first write that fails.
   */
  static async over<T>(carrier: Duplex, settings: ConnectionSettings<T>): Promise<Connection<T>> {
    const connection = new Connection(carrier, settings);
    await connection.poll();
    return connection;
  }

  /** True once this side has closed the connection. `poll` and `recv` report a peer that has disconnected. */
  get closed(): boolean {
    return this.closing !== undefined;
  }

  get readable(): boolean {
    return this.direction.readable;
  }

  get writable(): boolean {
    return this.direction.writable;
  }

  /** Resolves once, when the connection has ended; never rejects. */
  get ended(): Promise<CloseInfo> {
    return this.stream.closed;
  }

  /**
   * Sends a value. Resolves when the kernel has accepted the value, which is the back-pressure.
   *
   * @throws IpcError `ERR_IPC_UNSERIALIZABLE`, `ERR_IPC_FRAME_TOO_LARGE`, `ERR_IPC_BUFFER_FULL`,
   *   `ERR_IPC_CLOSED`, `ERR_IPC_CONNECTION_LOST`, `ERR_IPC_STATE` for an end that only reads
   */
  async send(value: T): Promise<void> {
    this.expect('writable');
    await this.stream.send(encodeBy(this.settings.codec, value));
  }

  /**
   * Sends bytes unchanged. Large views are not copied, and must not change until this resolves.
   *
   * @param view any view of bytes; `offset` and `size` count its bytes
   * @param size default: all bytes from `offset` on. An empty message is valid
   * @throws IpcError as {@link send}, and `ERR_IPC_ARGUMENT` for a range outside of `view`
   */
  async sendBytes(view: ArrayBufferView, offset = 0, size?: number): Promise<void> {
    this.expect('writable');
    await this.stream.send(sliceOf(view, offset, size));
  }

  /**
   * Reads the next value.
   *
   * @throws IpcError `ERR_IPC_BAD_MESSAGE` for a message that the codec cannot read, after which the next
   *   call continues; `ERR_IPC_END` after the peer's end; `ERR_IPC_CLOSED` after our own; the error that
   *   broke the connection
   */
  async recv(): Promise<T> {
    return decodeBy(this.settings.codec, await this.recvBytes());
  }

  /**
   * Reads the next message as bytes.
   *
   * @param options.maxLength a longer message ends the connection. Default: `maxFrameBytes`
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
   * Reads the next message into a view.
   *
   * @param offset the position in the view, in bytes
   * @returns the length of the message in bytes
   * @throws IpcError as {@link recv}, and `ERR_IPC_ARGUMENT` for an offset outside of the view
   * @throws BufferTooShortError if the message does not fit: the error holds the message, and the connection
   *   continues
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
   * Checks if a read would resolve at once, with a message or at the end.
   *
   * @param timeoutMs time to wait, in milliseconds: 0 (default) or less checks once, `Infinity` waits without
   *   a limit
   * @throws IpcError `ERR_IPC_CLOSED`, `ERR_IPC_STATE` for an end that only writes
   */
  async poll(timeoutMs = 0): Promise<boolean> {
    this.expect('readable');
    return readyWithin([this.stream], timeoutMs);
  }

  /**
   * Closes the connection: messages already sent arrive, as in `ConnectionBase.close`. Never fails; can be
   * repeated.
   */
  async close(): Promise<void> {
    this.closing ??= this.stream.close();
    await this.closing;
  }

  /** Drops the connection at once, with all unwritten messages. Everything that waits fails with `error`. */
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

  /** @internal The stream that `wait` watches. */
  get source(): MessageStream<string | Uint8Array> {
    this.expect('readable');
    return this.stream;
  }

  private async nextMessage(): Promise<Buffer> {
    this.expect('readable');
    const next = this.reading.then(() => this.readNext());
    this.reading = next.catch(() => undefined);
    const item = await next;
    if (item === null) throw this.endError();
    if (item instanceof IpcError) throw item;
    return item as Buffer;
  }

  private async readNext(): Promise<ReceivedMessage<string | Uint8Array> | null> {
    try {
      return await this.stream.read();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  private expect(way: keyof Direction): void {
    if (this.closed) throw closedError(this.ending ?? CLOSED_HERE);
    if (this.direction[way]) return;
    const only = way === 'writable' ? 'read from' : 'written to';
    throw new IpcError('ERR_IPC_STATE', `this end of the connection can only be ${only}`);
  }

  private endError(): IpcError {
    if (this.closed) return closedError(this.ending ?? CLOSED_HERE);
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
