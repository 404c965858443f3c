import type { IpcError } from '../core/errors.js';

/** Converts values to payloads for sending, and received payloads to values. */
export interface PayloadCodec<T, Sent = T> {
  /** Returns text, which is sent as UTF-8, or bytes. @throws IpcError `ERR_IPC_UNSERIALIZABLE` */
  encode(value: Sent): string | Uint8Array;
  /**
   * Returns the value in a payload, or the error that explains why there is no value. The frame itself was
   * valid, so the session continues.
   */
  decode(source: Buffer, start: number, end: number): T | IpcError;
  /** Allocates memory for a payload that spans chunks; the codec owns the memory. Default: a new buffer. */
  allocate?(bytes: number): Buffer;
  /** Drops references to the last chunk: no further payloads come from it. */
  releaseChunk?(): void;
}
