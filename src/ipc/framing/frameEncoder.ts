import { IpcError } from '../errors.js';
import { HEADER_BYTES, writeHeader } from './dpFrame.js';
import type { FrameKind } from './dpFrame.js';

const CHUNK_BYTES = 64 * 1024;
/** UTF-8 needs at most three bytes for one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * Encodes frames one behind the other into shared memory, so that all frames of a turn are one buffer and
 * one write. A frame too large for that gets a buffer of its own.
 */
export class FrameEncoder {
  private chunk: Buffer | undefined;
  private start = 0;
  private end = 0;
  private segments: Buffer[] = [];

  constructor(
    private readonly kind: FrameKind,
    private readonly maxFrameBytes: number,
  ) {}

  /**
   * Adds one frame.
   *
   * @returns the frame's length in bytes, header included
   * @throws IpcError `ERR_IPC_FRAME_TOO_LARGE`; then nothing was added
   */
  append(json: string): number {
    if (HEADER_BYTES + json.length * MAX_BYTES_PER_UNIT <= CHUNK_BYTES) return this.appendShared(json);
    const payloadBytes = this.checked(Buffer.byteLength(json));
    const frame = Buffer.allocUnsafeSlow(HEADER_BYTES + payloadBytes);
    writeHeader(frame, 0, this.kind, payloadBytes);
    frame.write(json, HEADER_BYTES);
    this.seal();
    this.segments.push(frame);
    return frame.length;
  }

  /** Everything appended since the last call, in order. */
  take(): Buffer[] {
    this.seal();
    const taken = this.segments;
    this.segments = [];
    return taken;
  }

  private appendShared(json: string): number {
    const chunk = this.chunkWithRoom(HEADER_BYTES + json.length * MAX_BYTES_PER_UNIT);
    const payloadBytes = this.checked(chunk.write(json, this.end + HEADER_BYTES));
    writeHeader(chunk, this.end, this.kind, payloadBytes);
    this.end += HEADER_BYTES + payloadBytes;
    return HEADER_BYTES + payloadBytes;
  }

  private chunkWithRoom(bytes: number): Buffer {
    if (this.chunk !== undefined && this.chunk.length - this.end >= bytes) return this.chunk;
    this.seal();
    this.chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.start = 0;
    this.end = 0;
    return this.chunk;
  }

  /** Closes the run of frames that share the chunk; the next run goes behind it, never over it. */
  private seal(): void {
    if (this.chunk === undefined || this.end === this.start) return;
    this.segments.push(this.chunk.subarray(this.start, this.end));
    this.start = this.end;
  }

  private checked(payloadBytes: number): number {
    if (payloadBytes <= this.maxFrameBytes) return payloadBytes;
    throw new IpcError(
      'ERR_IPC_FRAME_TOO_LARGE',
      `a message of ${payloadBytes} bytes cannot be sent: maxFrameBytes is ${this.maxFrameBytes}`,
    );
  }
}
