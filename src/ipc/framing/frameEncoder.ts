import { IpcError } from '../core/errors.js';
import { Fifo } from '../core/fifo.js';
import { CHUNK_BYTES, ChunkPool } from './chunkPool.js';
import type { Framing } from './framing.js';

/** All connections of the process share their free chunks, so that many idle ones keep no more than one does. */
const pool = new ChunkPool();

/** Bytes that UTF-8 needs at most per UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;
/**
 * Longest text in shared memory, in UTF-16 units. A longer text gains nothing from sharing and gets a
 * separate buffer.
 */
const MAX_SHARED_UNITS = CHUNK_BYTES / (2 * MAX_BYTES_PER_UNIT);

/**
 * Bytes that stay free behind a run, so that a truncated run that is not ASCII cannot be mistaken for ASCII.
 */
const SPARE_BYTES = 4;

/** Placeholder for a header in a run of text. */
const HEADER_ROOM = '\0'.repeat(64);

/**
 * Encodes consecutive frames into shared memory, so that all frames of a turn are one buffer and one write. A
 * frame that is too large gets a separate buffer.
 *
 * The texts of a turn are encoded in one call, with room for the headers between them, because the call
 * itself takes longer than the bytes of a small text.
 */
export class FrameEncoder {
  private chunk: Buffer<ArrayBuffer> | undefined;
  private start = 0;
  private end = 0;
  private segments: Buffer[] = [];
  /**
   * The texts that are not in the chunk yet, each behind room for its header. `texts` holds the same texts
   * separately.
   */
  private run = '';
  private texts: string[] = [];
  /** Bytes of all segments so far. */
  private position = 0;
  /** The full chunks that segments may still refer to, each with the position of its last byte. */
  private readonly used = new Fifo<{ readonly chunk: Buffer<ArrayBuffer>; readonly end: number }>();

  /** @param reuses true if {@link release} is called, so that memory is used again */
  constructor(
    private readonly framing: Framing,
    private readonly maxFrameBytes: number,
    private reuses = false,
  ) {}

  /**
   * Adds one frame.
   *
   * @param payload text, which is sent as UTF-8, or bytes. Large byte payloads are not copied, and must not
   *   change until the kernel has accepted them
   * @returns the frame's length in bytes, header included. Every character of a short text counts as one
   *   byte; the real length is known after `take`
   * @throws IpcError `ERR_IPC_FRAME_TOO_LARGE`; the frame is not added then
   */
  append(payload: string | Uint8Array): number {
    if (typeof payload !== 'string') return this.appendBytes(payload);
    if (payload.length > MAX_SHARED_UNITS) return this.appendLarge(payload);
    if (payload.length * MAX_BYTES_PER_UNIT > this.maxFrameBytes) this.checked(Buffer.byteLength(payload));
    const headerBytes = this.framing.headerBytes(payload.length);
    const frameBytes = headerBytes + payload.length;
    this.makeRoom(this.run.length + frameBytes + SPARE_BYTES);
    this.run += HEADER_ROOM.slice(0, headerBytes) + payload;
    this.texts.push(payload);
    return frameBytes;
  }

  /** Adds the goodbye, behind which nothing may be added. @returns its length in bytes */
  appendBye(): number {
    this.push(this.framing.bye);
    return this.framing.bye.length;
  }

  /** Removes and returns everything added since the last call, in order. */
  take(): Buffer[] {
    this.seal();
    const segments = this.segments;
    this.segments = [];
    return segments;
  }

  /**
   * Takes back memory.
   *
   * @param position bytes of all segments that nobody needs any more, counted from the first segment
   */
  release(position: number): void {
    for (let first = this.used.first(); first !== undefined; first = this.used.first()) {
      if (first.end > position) return;
      pool.give(first.chunk);
      this.used.shift();
    }
  }

  /** From now on no memory is used again: segments may be in use in a way that {@link release} does not know. */
  stopReuse(): void {
    this.reuses = false;
    this.used.removeAll();
  }

  private appendLarge(text: string): number {
    const payloadBytes = this.checked(Buffer.byteLength(text));
    const headerBytes = this.framing.headerBytes(payloadBytes);
    const frame = allocated(headerBytes + payloadBytes);
    this.framing.writeHeader(frame, 0, payloadBytes);
    frame.write(text, headerBytes);
    this.push(frame);
    return frame.length;
  }

  private appendBytes(payload: Uint8Array): number {
    const headerBytes = this.framing.headerBytes(this.checked(payload.length));
    const frameBytes = headerBytes + payload.length;
    if (frameBytes <= CHUNK_BYTES) {
      this.writeRun();
      const chunk = this.makeRoom(frameBytes);
      this.putHeader(chunk, payload.length);
      chunk.set(payload, this.end);
      this.end += payload.length;
    } else {
      const header = Buffer.allocUnsafeSlow(headerBytes);
      this.framing.writeHeader(header, 0, payload.length);
      this.push(header, Buffer.from(payload.buffer, payload.byteOffset, payload.length));
    }
    return frameBytes;
  }

  /** Adds segments that do not share a buffer, behind the frames that do. */
  private push(...segments: Buffer[]): void {
    this.seal();
    for (const segment of segments) this.pushSegment(segment);
  }

  private pushSegment(segment: Buffer): void {
    this.segments.push(segment);
    this.position += segment.length;
  }

  /** Closes the run of frames that share the chunk. The next run is written behind it, never over it. */
  private seal(): void {
    this.writeRun();
    if (this.chunk === undefined || this.end === this.start) return;
    this.pushSegment(this.chunk.subarray(this.start, this.end));
    this.start = this.end;
  }

  /** Returns the chunk, with room for `bytes` from `end` on. */
  private makeRoom(bytes: number): Buffer {
    if (this.chunk !== undefined) {
      if (bytes <= this.chunk.length - this.end) return this.chunk;
      this.seal();
      if (this.reuses) this.used.push({ chunk: this.chunk, end: this.position });
    }
    this.chunk = pool.take();
    this.start = 0;
    this.end = 0;
    return this.chunk;
  }

  private writeRun(): void {
    const { run, texts, chunk } = this;
    if (texts.length === 0 || chunk === undefined) return;
    this.run = '';
    this.texts = [];
    // The run is ASCII if it has as many bytes as characters. Every frame is then at its expected position.
    if (chunk.write(run, this.end) === run.length) this.writeHeaders(chunk, texts);
    else for (const text of texts) this.writeText(text);
  }

  private writeHeaders(chunk: Buffer, texts: readonly string[]): void {
    for (const { length } of texts) {
      this.putHeader(chunk, length);
      this.end += length;
    }
  }

  /** Writes one frame alone, if its number of bytes differs from its number of characters. */
  private writeText(text: string): void {
    const payloadBytes = Buffer.byteLength(text);
    const chunk = this.makeRoom(this.framing.headerBytes(payloadBytes) + payloadBytes);
    this.putHeader(chunk, payloadBytes);
    this.end += chunk.write(text, this.end);
  }

  private putHeader(chunk: Buffer, payloadBytes: number): void {
    this.framing.writeHeader(chunk, this.end, payloadBytes);
    this.end += this.framing.headerBytes(payloadBytes);
  }

  private checked(payloadBytes: number): number {
    if (payloadBytes <= this.maxFrameBytes) return payloadBytes;
    throw new IpcError(
      'ERR_IPC_FRAME_TOO_LARGE',
      `a message of ${payloadBytes} bytes cannot be sent: maxFrameBytes is ${this.maxFrameBytes}`,
    );
  }
}

function allocated(bytes: number): Buffer {
  try {
    return Buffer.allocUnsafeSlow(bytes);
  } catch (cause) {
    const what = `a message of ${bytes} bytes cannot be sent: this process cannot get as much memory at once`;
    throw new IpcError('ERR_IPC_FRAME_TOO_LARGE', what, { cause });
  }
}
