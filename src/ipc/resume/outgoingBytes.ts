import type { Duplex } from 'node:stream';
import { IpcError } from '../core/errors.js';
import { Fifo } from '../core/fifo.js';

export type WriteCallback = (error?: Error | null) => void;

/** The bytes to the peer. Those that the peer has not acknowledged are kept, and sent again over the next stream. */
export class OutgoingBytes {
  private readonly segments = new Fifo<Buffer>();
  /** The position of the first byte of the first segment. */
  private start = 0;
  private acknowledged = 0;
  private end = 0;
  /** The writes whose stream broke before the kernel had accepted them. */
  private held: WriteCallback[] = [];
  private isOver = false;
  /** Called with the position up to which the peer has taken over everything. */
  onAcknowledged: ((position: number) => void) | undefined;
  /** Called when kept bytes are written to one stream more. */
  onReplay: (() => void) | undefined;

  /** @param maxBytes the most bytes. A larger segment is taken if there are no others */
  constructor(private readonly maxBytes: number) {}

  /** Bytes that are not acknowledged. */
  get bytes(): number {
    return this.end - this.acknowledged;
  }

  hasRoom(bytes: number): boolean {
    return this.bytes === 0 || this.bytes + bytes <= this.maxBytes;
  }

  /**
   * Writes bytes, which must not change. `callback` is called when the kernel has accepted them, of this stream or of a
   * later one.
   *
   * @param socket undefined while there is no stream
   */
  write(socket: Duplex | undefined, segment: Buffer, callback?: WriteCallback): void {
    this.segments.push(segment);
    this.end += segment.length;
    if (socket === undefined) {
      if (callback !== undefined) this.hold(callback);
    } else if (callback === undefined) socket.write(segment);
    else {
      socket.write(segment, (error) => {
        if (error) this.hold(callback, error);
        else callback();
      });
    }
  }

  /**
   * Drops what the peer has taken over.
   *
   * @param position bytes from the beginning of the session
   * @returns false for a position that the peer cannot have: less than before, or more than was sent
   */
  acknowledge(position: number): boolean {
    if (position < this.acknowledged || position > this.end) return false;
    this.acknowledged = position;
    for (let first = this.segments.first(); first !== undefined; first = this.segments.first()) {
      if (this.start + first.length > position) break;
      this.start += first.length;
      this.segments.shift();
    }
    this.onAcknowledged?.(position);
    return true;
  }

  /** Writes everything that is not acknowledged to the next stream. @returns the number of bytes */
  writeAgain(socket: Duplex): number {
    this.onReplay?.();
    const held = this.held.splice(0);
    const settle: WriteCallback = (error) => {
      for (const callback of held) {
        if (error) this.hold(callback, error);
        else callback();
      }
    };
    const segments = this.remaining();
    const last = segments.pop();
    if (last === undefined) {
      settle();
      return 0;
    }
    socket.cork();
    for (const segment of segments) socket.write(segment);
    socket.write(last, settle);
    socket.uncork();
    return this.bytes;
  }

  /** Drops everything: the session is over. */
  clear(): void {
    this.isOver = true;
    this.segments.removeAll();
    this.onAcknowledged = undefined;
    this.onReplay = undefined;
    for (const callback of this.held.splice(0)) callback(new Error('the stream is gone'));
  }

  private remaining(): Buffer[] {
    const [first, ...others] = this.segments.values();
    return first === undefined ? [] : [first.subarray(this.acknowledged - this.start), ...others];
  }

  /** Keeps a callback for the next stream. After the end it is called at once. */
  private hold(callback: WriteCallback, error = new Error('the stream is gone')): void {
    if (this.isOver) callback(error);
    else this.held.push(callback);
  }
}

/** The error of a peer that has acknowledged what it cannot have. */
export function impossiblePosition(position: number): IpcError {
  const what = `the peer has acknowledged ${position} bytes, which cannot be`;
  return new IpcError('ERR_IPC_FRAME_HEADER', what);
}
