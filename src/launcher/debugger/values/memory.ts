import { DebuggerError } from '../inspector/debuggerError.js';
import type { InspectedThread } from './inspectedThread.js';
import { resultOfCall } from './inProgram.js';

/** The most bytes in one response. A client can request the rest separately. */
export const MAX_MEMORY_BYTES = 262_144;

/** A range of bytes. The offset counts from the beginning of the object. */
export interface MemoryRange {
  readonly reference: number;
  readonly offset: number;
  readonly count: number;
}

/** The bytes that were read. */
export interface MemoryPiece {
  /** The offset of the first byte from the beginning of the object. */
  readonly address: string;
  /** The bytes in base64. Absent if no bytes could be read. */
  readonly data?: string;
  /** The number of requested bytes after the readable bytes. */
  readonly unreadableBytes?: number;
}

/** Runs in the program. Selects the bytes from `offset` on in a buffer, view or WebAssembly memory. */
const SELECT_BYTES = `(self, offset, count) => {
  const wasm = globalThis.WebAssembly?.Memory.prototype;
  const isMemory = wasm !== undefined && wasm.isPrototypeOf(self);
  const buffer = isMemory ? Reflect.get(wasm, 'buffer', self) : ArrayBuffer.isView(self) ? self.buffer : self;
  const first = (ArrayBuffer.isView(self) ? self.byteOffset : 0) + offset;
  const start = Math.min(Math.max(first, 0), buffer.byteLength);
  const end = Math.min(Math.max(first + count, start), buffer.byteLength);
  return { bytes: new Uint8Array(buffer, start, end - start), skipped: start - first };
}`;

const READ_BYTES = `function (offset, count) {
  const { bytes, skipped } = (${SELECT_BYTES})(this, offset, count);
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
  }
  return { text, skipped };
}`;

const WRITE_BYTES = `function (offset, text, allowPartial) {
  const { bytes, skipped } = (${SELECT_BYTES})(this, offset, text.length);
  if (skipped > 0 || (bytes.length < text.length && !allowPartial)) return -1;
  for (let index = 0; index < bytes.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes.length;
}`;

/**
 * Reads bytes of a buffer, of a view of a buffer, or of a WebAssembly memory.
 *
 * @throws DebuggerError for other values
 */
export async function readMemory(
  thread: Pick<InspectedThread, 'client' | 'variableStore'>,
  { reference, offset, count }: MemoryRange,
): Promise<MemoryPiece> {
  const { objectId: thisObjectId, lifetime } = thread.variableStore.get(reference);
  const requested = Math.min(Math.max(count, 0), MAX_MEMORY_BYTES);
  const args = [{ value: offset }, { value: requested }];
  const read = await resultOfCall(thread.client, {
    code: READ_BYTES,
    thisObjectId,
    args,
    lifetime,
    byValue: true,
  });
  const { text, skipped } = read.value as { text: string; skipped: number };
  const missing = requested - text.length;
  // If the range begins before the buffer, the response contains no bytes.
  if (skipped > 0) return { address: String(offset), unreadableBytes: Math.min(skipped, requested) };
  return {
    address: String(offset),
    ...(text !== '' && { data: Buffer.from(text, 'latin1').toString('base64') }),
    ...(missing > 0 && { unreadableBytes: count - text.length }),
  };
}

/**
 * Writes bytes to a buffer, to a view of a buffer, or to a WebAssembly memory.
 *
 * @param request.allowPartial true to write the bytes that fit, if not all bytes fit
 * @returns the number of written bytes
 * @throws DebuggerError if the bytes do not fit
 */
export async function writeMemory(
  thread: Pick<InspectedThread, 'client' | 'variableStore'>,
  request: { reference: number; offset: number; bytes: Buffer; allowPartial: boolean },
): Promise<number> {
  const { objectId: thisObjectId, lifetime } = thread.variableStore.get(request.reference);
  const args = [
    { value: request.offset },
    { value: request.bytes.toString('latin1') },
    { value: request.allowPartial },
  ];
  const call = { code: WRITE_BYTES, thisObjectId, args, lifetime, byValue: true };
  const written = (await resultOfCall(thread.client, call)).value as number;
  if (written < 0) throw new DebuggerError('not all of these bytes lie inside of the buffer');
  return written;
}
