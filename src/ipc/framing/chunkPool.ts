/** Bytes of a chunk. */
export const CHUNK_BYTES = 64 * 1024;
/** The most chunks that wait to be used again: 4 MiB in all. */
const MAX_FREE_CHUNKS = 64;

/**
 * Memory that encoders write their frames to. A chunk whose bytes have arrived is used again, since new memory costs
 * page faults and garbage collections.
 */
export class ChunkPool {
  private readonly free: Buffer<ArrayBuffer>[] = [];

  /** Returns a chunk, with any content. */
  take(): Buffer<ArrayBuffer> {
    return this.free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }

  /** Takes back a chunk that nothing refers to any more. */
  give(chunk: Buffer<ArrayBuffer>): void {
    if (this.free.length < MAX_FREE_CHUNKS) this.free.push(chunk);
  }
}
