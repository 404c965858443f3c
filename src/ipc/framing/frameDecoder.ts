import { FramingError } from '../core/errors.js';
import type { Framing, HeaderFault } from './framing.js';

/** Receives each payload when its frame is complete: the bytes of `source` from `start` to before `end`. */
export type PayloadSink = (source: Buffer, start: number, end: number) => void;

const EXCERPT_BYTES = 16;
/** In place of a payload's length: the frame is a goodbye. */
const BYE = -1;
/** In place of the kind of a control frame: the frame is a message. */
const MESSAGE = 0;

const BEHIND_BYE: HeaderFault = {
  code: 'ERR_IPC_FRAME_HEADER',
  what: 'bytes behind the goodbye of the peer',
};

export interface FrameDecoderOptions {
  /** Provides memory for a payload that spans chunks. Default: a new buffer. */
  readonly allocate?: ((bytes: number) => Buffer) | undefined;
  /** Called for the peer's goodbye, behind which nothing may come. Default: a goodbye is a fault. */
  readonly onBye?: (() => void) | undefined;
  /**
   * Called for each control frame, also behind the goodbye. Default: a control frame is a fault.
   *
   * @throws FramingError for an invalid one
   */
  readonly onControl?: ((kind: number, payload: Buffer) => void) | undefined;
}

/**
 * Splits a byte stream into payloads, regardless of the size of its chunks.
 *
 * A payload inside one chunk is passed on as a view. A payload that spans chunks is copied once, into a
 * buffer that is allocated only after the length was checked. After an error the decoder cannot continue,
 * because the beginning of the next frame is unknown.
 */
export class FrameDecoder {
  /** The bytes of an incomplete header, or the header of the payload that is being gathered. */
  private readonly header: Buffer;
  private headerFill = 0;
  private payload: Buffer | undefined;
  private payloadFill = 0;
  /** Bytes of the stream before the current frame. */
  private frameOffset = 0;
  private failure: FramingError | undefined;
  /** The kind of the control frame whose payload comes next. */
  private control = MESSAGE;
  /** Bytes of all control frames before the current frame. */
  private controlBytes = 0;
  private hasBye = false;

  private readonly allocate: (bytes: number) => Buffer;
  private readonly onBye: (() => void) | undefined;
  private readonly onControl: ((kind: number, payload: Buffer) => void) | undefined;

  constructor(
    private readonly framing: Framing,
    private maxFrameBytes: number,
    private readonly sink: PayloadSink,
    options: FrameDecoderOptions = {},
  ) {
    this.header = Buffer.allocUnsafeSlow(framing.maxHeaderBytes);
    this.allocate = options.allocate ?? ((bytes) => Buffer.allocUnsafeSlow(bytes));
    this.onBye = options.onBye;
    this.onControl = options.onControl;
  }

  /** Bytes of messages and goodbye so far, incomplete payloads included: no control frames, no incomplete headers. */
  get position(): number {
    const partial =
      this.payload !== undefined && this.control === MESSAGE ? this.headerFill + this.payloadFill : 0;
    return this.frameOffset - this.controlBytes + partial;
  }

  /** Forgets what no {@link position} counts, since another stream goes on at the position. */
  restart(): void {
    if (this.payload !== undefined && this.control === MESSAGE) return;
    this.payload = undefined;
    this.headerFill = 0;
    this.control = MESSAGE;
  }

  /** Changes the limit for the frames whose headers come next. */
  setMaxFrameBytes(maxFrameBytes: number): void {
    this.maxFrameBytes = maxFrameBytes;
  }

  /**
   * Decodes the next bytes and passes on every payload that they complete.
   *
   * @throws FramingError for a header that is invalid or over a limit, and for bytes behind a goodbye; every
   *   later call throws the same error
   */
  push(chunk: Buffer): void {
    if (this.failure !== undefined) throw this.failure;
    let at = 0;
    while (at < chunk.length) {
      at =
        this.payload === undefined ? this.readHeader(chunk, at) : this.readPayload(this.payload, chunk, at);
    }
  }

  /**
   * Handles the end of the stream.
   *
   * @throws FramingError `ERR_IPC_FRAME_TRUNCATED` when the end is inside a frame
   */
  end(): void {
    if (this.payload !== undefined) {
      const missing = this.payload.length - this.payloadFill;
      throw this.truncated(`${missing} of ${this.payload.length} payload bytes missing`);
    }
    if (this.headerFill > 0) throw this.truncated(`no more than ${this.headerFill} bytes of its header came`);
  }

  /** True if every byte so far belongs to a complete frame. */
  get isBetweenFrames(): boolean {
    return this.payload === undefined && this.headerFill === 0;
  }

  private readHeader(chunk: Buffer, at: number): number {
    if (this.headerFill > 0) return this.completeHeader(chunk, at);
    const headerBytes = this.checked(this.framing.measureHeader(chunk, at, chunk.length), chunk, at);
    if (headerBytes === 0) return this.storeHeader(chunk, at);
    return this.startPayload(chunk, at, headerBytes);
  }

  /** Handles a complete header in the chunk: the payload is in the chunk too, or must be gathered. */
  private startPayload(chunk: Buffer, at: number, headerBytes: number): number {
    const length = this.payloadLength(chunk, at, headerBytes);
    const start = at + headerBytes;
    if (length === BYE) return this.readBye(chunk, start, headerBytes);
    const end = start + length;
    if (end > chunk.length) {
      this.headerFill = chunk.copy(this.header, 0, at, start);
      this.gather(length);
      return start;
    }
    this.frameOffset += headerBytes + length;
    this.emit(chunk, start, end, headerBytes);
    return end;
  }

  private emit(source: Buffer, start: number, end: number, headerBytes: number): void {
    if (this.control === MESSAGE) {
      this.sink(source, start, end);
      return;
    }
    const kind = this.control;
    this.control = MESSAGE;
    this.controlBytes += headerBytes + end - start;
    this.onControl?.(kind, source.subarray(start, end));
  }

  private storeHeader(chunk: Buffer, at: number): number {
    const kept = chunk.copy(this.header, this.headerFill, at);
    this.headerFill += kept;
    return at + kept;
  }

  /** Completes a header that spans chunks. The end of the header is known only then. */
  private completeHeader(chunk: Buffer, at: number): number {
    const before = this.headerFill;
    const end = this.storeHeader(chunk, at);
    const headerBytes = this.checked(
      this.framing.measureHeader(this.header, 0, this.headerFill),
      this.header,
    );
    if (headerBytes === 0) return end;
    this.headerFill = headerBytes;
    const length = this.payloadLength(this.header, 0, headerBytes);
    const start = at + headerBytes - before;
    if (length === BYE) return this.readBye(chunk, start, headerBytes);
    this.gather(length);
    return start;
  }

  private readBye(chunk: Buffer, end: number, headerBytes: number): number {
    this.frameOffset += headerBytes;
    this.headerFill = 0;
    this.hasBye = true;
    if (this.onControl === undefined) {
      const failure = this.fail(BEHIND_BYE, chunk, end);
      if (end < chunk.length) throw failure;
    }
    this.onBye?.();
    return end;
  }

  private gather(length: number): void {
    this.payloadFill = 0;
    try {
      this.payload = this.allocate(length);
    } catch {
      throw this.fail(tooLarge(length, 'this process cannot get as much memory at once'), this.header, 0);
    }
    if (length === 0) this.emitPayload(this.payload);
  }

  private readPayload(payload: Buffer, chunk: Buffer, at: number): number {
    const copied = chunk.copy(payload, this.payloadFill, at);
    this.payloadFill += copied;
    if (this.payloadFill === payload.length) this.emitPayload(payload);
    return at + copied;
  }

  private emitPayload(payload: Buffer): void {
    const headerBytes = this.headerFill;
    this.payload = undefined;
    this.frameOffset += headerBytes + payload.length;
    this.headerFill = 0;
    this.emit(payload, 0, payload.length, headerBytes);
  }

  private payloadLength(source: Buffer, at: number, headerBytes: number): number {
    const result = this.framing.readLength(source, at, headerBytes);
    if (typeof result !== 'number' && this.onControl !== undefined && result.control !== undefined) {
      this.control = result.control.kind;
      return result.control.length;
    }
    if (this.hasBye) throw this.fail(BEHIND_BYE, source, at);
    if (this.onBye !== undefined && typeof result !== 'number' && result.isBye === true) return BYE;
    const length = this.checked(result, source, at);
    if (length <= this.maxFrameBytes) return length;
    throw this.fail(tooLarge(length, `maxFrameBytes is ${this.maxFrameBytes}`), source, at);
  }

  private checked(result: number | HeaderFault, source: Buffer, at = 0): number {
    if (typeof result === 'number') return result;
    throw this.fail(result, source, at);
  }

  private fail({ code, what }: HeaderFault, source: Buffer, at: number): FramingError {
    const end = source === this.header ? this.headerFill : source.length;
    const hex = source.toString('hex', at, Math.min(at + EXCERPT_BYTES, end));
    this.failure = new FramingError(code, what, { offset: this.frameOffset, hex });
    return this.failure;
  }

  private truncated(what: string): FramingError {
    const hex = this.header.toString('hex', 0, Math.min(this.headerFill, EXCERPT_BYTES));
    return new FramingError('ERR_IPC_FRAME_TRUNCATED', `the stream ended inside a frame: ${what}`, {
      offset: this.frameOffset,
      hex,
    });
  }
}

function tooLarge(length: number, why: string): HeaderFault {
  return { code: 'ERR_IPC_FRAME_TOO_LARGE', what: `a frame of ${length} bytes: ${why}` };
}
