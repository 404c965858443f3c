import { FramingError } from '../errors.js';
import { HEADER_BYTES, readHeader } from './dpFrame.js';

/** Takes each payload as its frame completes: the bytes of `source` from `start` to before `end`. */
export type PayloadSink = (source: Buffer, start: number, end: number) => void;

const EXCERPT_BYTES = 16;

/**
 * Turns a byte stream into payloads, whatever pieces it comes in.
 *
 * A payload inside one chunk is handed on as a view. One that spans chunks is copied once, into a buffer of
 * its own length, which is allocated only after that length passed the cap. After an error the decoder is
 * dead: where the next frame begins cannot be known any more.
 */
export class FrameDecoder {
  private readonly header = Buffer.allocUnsafeSlow(HEADER_BYTES);
  private headerFill = 0;
  private payload: Buffer | undefined;
  private payloadFill = 0;
  /** Bytes of the stream before the frame that is being read. */
  private frameOffset = 0;
  private failure: FramingError | undefined;

  constructor(
    private readonly maxFrameBytes: number,
    private readonly sink: PayloadSink,
  ) {}

  /**
   * Takes the next bytes and hands on every payload that they complete.
   *
   * @throws FramingError for a header that is not a DP header or is over a limit; the same one ever after
   */
  push(chunk: Buffer): void {
    if (this.failure !== undefined) throw this.failure;
    let at = 0;
    while (at < chunk.length) {
      at =
        this.payload === undefined ? this.takeHeader(chunk, at) : this.takePayload(this.payload, chunk, at);
    }
  }

  /**
   * Says that the stream has ended.
   *
   * @throws FramingError `ERR_IPC_FRAME_TRUNCATED` when that was inside a frame
   */
  end(): void {
    if (this.payload !== undefined) {
      const missing = this.payload.length - this.payloadFill;
      throw this.truncated(`${missing} of ${this.payload.length} payload bytes missing`);
    }
    if (this.headerFill > 0) {
      throw this.truncated(`${HEADER_BYTES - this.headerFill} of ${HEADER_BYTES} header bytes missing`);
    }
  }

  private takeHeader(chunk: Buffer, at: number): number {
    if (this.headerFill === 0 && chunk.length - at >= HEADER_BYTES) {
      return this.beginPayload(chunk, at, this.payloadLength(chunk, at));
    }
    const end = Math.min(chunk.length, at + HEADER_BYTES - this.headerFill);
    this.headerFill += chunk.copy(this.header, this.headerFill, at, end);
    if (this.headerFill === HEADER_BYTES) {
      this.startCopy(this.payloadLength(this.header, 0));
    }
    return end;
  }

  /** With a whole header in the chunk: either the payload is there too, or it has to be gathered. */
  private beginPayload(chunk: Buffer, at: number, length: number): number {
    const start = at + HEADER_BYTES;
    const end = start + length;
    if (end > chunk.length) {
      chunk.copy(this.header, 0, at, start);
      this.startCopy(length);
      return start;
    }
    this.frameOffset += HEADER_BYTES + length;
    this.sink(chunk, start, end);
    return end;
  }

  private startCopy(length: number): void {
    this.headerFill = 0;
    this.payloadFill = 0;
    this.payload = Buffer.allocUnsafeSlow(length);
  }

  private takePayload(payload: Buffer, chunk: Buffer, at: number): number {
    const copied = chunk.copy(payload, this.payloadFill, at);
    this.payloadFill += copied;
    if (this.payloadFill === payload.length) {
      this.payload = undefined;
      this.frameOffset += HEADER_BYTES + payload.length;
      this.sink(payload, 0, payload.length);
    }
    return at + copied;
  }

  private payloadLength(source: Buffer, at: number): number {
    const length = readHeader(source, at, this.maxFrameBytes);
    if (typeof length === 'number') return length;
    const hex = source.subarray(at, at + EXCERPT_BYTES).toString('hex');
    this.failure = new FramingError(length.code, length.what, { offset: this.frameOffset, hex });
    throw this.failure;
  }

  private truncated(what: string): FramingError {
    const fill = this.payload === undefined ? this.headerFill : HEADER_BYTES;
    const hex = this.header.subarray(0, fill).toString('hex');
    return new FramingError('ERR_IPC_FRAME_TRUNCATED', `the stream ended inside a frame: ${what}`, {
      offset: this.frameOffset,
      hex,
    });
  }
}
