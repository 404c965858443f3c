import { IpcError } from '../errors.js';
import type { Framing } from './framing.js';

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
    private readonly framing: Framing,
    private readonly maxFrameBytes: number,
  ) {}

  /**
   * Adds one frame.
   *
   * @param payload text, which is sent as UTF-8, or bytes; those of a large one are not copied, and must stay
   *   as they are until the kernel has them
   * @returns the frame's length in bytes, header included
   * @throws IpcError `ERR_IPC_FRAME_TOO_LARGE`; then nothing was added
   */
  append(payload: string | Uint8Array): number {
    if (typeof payload !== 'string') return this.appendBytes(payload);
    const mostBytes = payload.length * MAX_BYTES_PER_UNIT;
    if (this.framing.headerBytes(mostBytes) + mostBytes <= CHUNK_BYTES)
      return this.appendShared(payload, mostBytes);
    const frame = this.ownFrame(Buffer.byteLength(payload));
    frame.buffer.write(payload, frame.headerBytes);
    this.push(frame.buffer);
    return frame.buffer.length;
  }

  /** Everything appended since the last call, in order. */
  take(): Buffer[] {
    this.seal();
    const taken = this.segments;
    this.segments = [];
    return taken;
  }

  private appendShared(text: string, mostBytes: number): number {
    const { framing } = this;
    const chunk = this.chunkWithRoom(framing.headerBytes(mostBytes) + mostBytes);
    // Nearly all text is one byte a character: then the header is as long as this, and the payload in place.
    const expected = framing.headerBytes(text.length);
    const from = this.end + expected;
    const payloadBytes = this.checked(chunk.write(text, from));
    const headerBytes = framing.headerBytes(payloadBytes);
    if (headerBytes !== expected) chunk.copyWithin(this.end + headerBytes, from, from + payloadBytes);
    framing.writeHeader(chunk, this.end, payloadBytes);
    this.end += headerBytes + payloadBytes;
    return headerBytes + payloadBytes;
  }

  private appendBytes(payload: Uint8Array): number {
    const frameBytes = this.framing.headerBytes(this.checked(payload.length)) + payload.length;
    if (frameBytes <= CHUNK_BYTES) {
      const chunk = this.chunkWithRoom(frameBytes);
      this.framing.writeHeader(chunk, this.end, payload.length);
      this.end += frameBytes;
      chunk.set(payload, this.end - payload.length);
    } else {
      const header = Buffer.allocUnsafe(frameBytes - payload.length);
      this.framing.writeHeader(header, 0, payload.length);
      this.push(header, Buffer.from(payload.buffer, payload.byteOffset, payload.length));
    }
    return frameBytes;
  }

  /** A buffer for one frame alone, its header written. */
  private ownFrame(payloadBytes: number): { buffer: Buffer; headerBytes: number } {
    const headerBytes = this.framing.headerBytes(this.checked(payloadBytes));
    const buffer = Buffer.allocUnsafeSlow(headerBytes + payloadBytes);
    this.framing.writeHeader(buffer, 0, payloadBytes);
    return { buffer, headerBytes };
  }

  /** Adds what shares no buffer with others, behind what does. */
  private push(...segments: Buffer[]): void {
    this.seal();
    this.segments.push(...segments);
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
