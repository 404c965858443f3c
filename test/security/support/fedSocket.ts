import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { eventually } from '../../support/within.js';

/** A socket's stand-in: what comes in, and in which pieces, is up to the test. */
export class FedSocket extends Duplex {
  /** Everything that was written to it. */
  written = Buffer.alloc(0);

  constructor() {
    super({ allowHalfOpen: true });
  }

  get socket(): Socket {
    return this as unknown as Socket;
  }

  /** Gives the reader one piece, and a turn of the event loop to take it. */
  async feed(bytes: Buffer): Promise<void> {
    this.push(bytes);
    await new Promise((resolve) => setImmediate(resolve));
  }

  async feedInPieces(bytes: Buffer, pieceBytes: number): Promise<void> {
    for (let at = 0; at < bytes.length; at += pieceBytes)
      await this.feed(bytes.subarray(at, at + pieceBytes));
  }

  /** Says that nothing more comes in. */
  feedEnd(): void {
    this.push(null);
  }

  /** The first `bytes` bytes that were written, as soon as there are as many. */
  async writtenBytes(bytes: number): Promise<Buffer> {
    await eventually(() => this.written.length >= bytes, `${bytes} bytes are written`);
    return this.written.subarray(0, bytes);
  }

  override _read(): void {
    // Comes when the test feeds it.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written = Buffer.concat([this.written, chunk]);
    done();
  }
}
