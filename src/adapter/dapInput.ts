import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';

const HEADER_END = '\r\n\r\n';
/** Longest header block that is read, in bytes. DAP's own is about 20. */
const MAX_HEADER_BYTES = 4096;
/** Longest message that is read, in bytes: no client has reason for one near it. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

function contentLength(header: string): number {
  const lengths = header
    .split('\r\n')
    .map((line) => /^content-length:\s*(\d+)\s*$/i.exec(line)?.[1])
    .filter((digits) => digits !== undefined);
  const length = Number(lengths[0]);
  if (lengths.length !== 1 || length === 0) {
    throw new Error(`the client sent a malformed message header: ${JSON.stringify(header.slice(0, 80))}`);
  }
  if (length > MAX_BODY_BYTES) {
    throw new Error(`the client announced a message of ${length} bytes; ${MAX_BODY_BYTES} is the limit`);
  }
  return length;
}

/**
 * Stands between the client's bytes and the protocol server, and passes on whole messages, one a chunk.
 *
 * The server's own reader skips headers that it cannot read, without a word, takes what follows for
 * something else, and copies all that it holds for each chunk. Here a header is right or the stream ends
 * with an error, and every byte is copied once.
 */
class DapInput extends Transform {
  private header: Buffer = Buffer.alloc(0);
  private body: Buffer[] = [];
  private missingBytes = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      let rest = chunk;
      while (rest.length > 0) rest = this.missingBytes > 0 ? this.takeBody(rest) : this.takeHeader(rest);
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    const inside = this.missingBytes > 0 || this.header.length > 0;
    done(inside ? new Error('the client went away in the middle of a message') : null);
  }

  private takeHeader(chunk: Buffer): Buffer {
    const bytes = Buffer.concat([this.header, chunk.subarray(0, MAX_HEADER_BYTES)]);
    const end = bytes.indexOf(HEADER_END);
    if (end === -1 || end > MAX_HEADER_BYTES) return this.waitForHeader(bytes);
    this.missingBytes = contentLength(bytes.toString('latin1', 0, end));
    const used = end + HEADER_END.length - this.header.length;
    this.header = Buffer.alloc(0);
    return chunk.subarray(used);
  }

  private waitForHeader(bytes: Buffer): Buffer {
    if (bytes.length >= MAX_HEADER_BYTES) {
      throw new Error(`the client sent no message header within ${MAX_HEADER_BYTES} bytes`);
    }
    this.header = bytes;
    return Buffer.alloc(0);
  }

  private takeBody(chunk: Buffer): Buffer {
    const piece = chunk.subarray(0, this.missingBytes);
    this.body.push(piece);
    this.missingBytes -= piece.length;
    if (this.missingBytes === 0) this.pass();
    return chunk.subarray(piece.length);
  }

  private pass(): void {
    const size = this.body.reduce((sum, piece) => sum + piece.length, 0);
    this.push(Buffer.concat([Buffer.from(`Content-Length: ${size}${HEADER_END}`), ...this.body]));
    this.body = [];
  }
}

export { DapInput, MAX_HEADER_BYTES };
