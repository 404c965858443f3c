import type { IpcError } from '../core/errors.js';

/** How what is sent becomes payloads, and payloads what is received. */
export interface PayloadCodec<T> {
  /** Text, which is sent as UTF-8, or bytes. @throws IpcError `ERR_IPC_UNSERIALIZABLE` */
  encode(value: T): string | Uint8Array;
  /** What is in a payload, or the error that says why there is nothing: the frame was good, the session goes on. */
  decode(source: Buffer, start: number, end: number): T | IpcError;
  /** Memory for a payload that comes in pieces, which is then this codec's. Default: that of any buffer. */
  allocate?(bytes: number): Buffer;
  /** No more payloads will come out of the buffer that the last ones were in. */
  leave?(): void;
}
