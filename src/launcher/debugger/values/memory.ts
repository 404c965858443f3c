import { DebuggerError } from '../inspector/debuggerError.js';
import type { ThreadDebugger } from '../threadDebugger.js';
import { resultInProgram } from './inProgram.js';

/** The most bytes in one answer: a client that wants more asks again. */
export const MAX_MEMORY_BYTES = 262_144;

/** A piece of memory: bytes from `offset` on, which counts from the beginning of the object. */
export interface MemoryRange {
  readonly reference: number;
  readonly offset: number;
  readonly count: number;
}

/** A piece as read. */
export interface MemoryPiece {
  /** Where it begins: the object's beginning is 0. */
  readonly address: string;
  /** In base64. Absent where nothing is there. */
  readonly data?: string;
  /** Bytes behind what could be read, up to the end of what was asked for. */
  readonly unreadableBytes?: number;
}

/** Runs in the program: what of a buffer's bytes lies from `offset` on, as `this` sees them. */
const BYTES_OF = `(self, offset, count) => {
  const wasm = globalThis.WebAssembly?.Memory.prototype;
  const isMemory = wasm !== undefined && wasm.isPrototypeOf(self);
  const buffer = isMemory ? Reflect.get(wasm, 'buffer', self) : ArrayBuffer.isView(self) ? self.buffer : self;
  const first = (ArrayBuffer.isView(self) ? self.byteOffset : 0) + offset;
  const start = Math.min(Math.max(first, 0), buffer.byteLength);
  const end = Math.min(Math.max(first + count, start), buffer.byteLength);
  return { bytes: new Uint8Array(buffer, start, end - start), skipped: start - first };
}`;

const READ = `function (offset, count) {
  const { bytes, skipped } = (${BYTES_OF})(this, offset, count);
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
  }
  return { text, skipped };
}`;

const WRITE = `function (offset, text, allowPartial) {
  const { bytes, skipped } = (${BYTES_OF})(this, offset, text.length);
  if (skipped > 0 || (bytes.length < text.length && !allowPartial)) return -1;
  for (let index = 0; index < bytes.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes.length;
}`;

/** Reads bytes of a buffer, of a view of one, or of a WebAssembly memory. @throws DebuggerError for all else */
export async function readMemory(
  thread: Pick<ThreadDebugger, 'client' | 'containers'>,
  { reference, offset, count }: MemoryRange,
): Promise<MemoryPiece> {
  const { objectId: self, lifetime } = thread.containers.get(reference);
  const asked = Math.min(Math.max(count, 0), MAX_MEMORY_BYTES);
  const args = [{ value: offset }, { value: asked }];
  const read = await resultInProgram(thread.client, { code: READ, self, args, lifetime, byValue: true });
  const { text, skipped } = read.value as { text: string; skipped: number };
  const missing = asked - text.length;
  // What lies before the buffer cannot be read either: as if nothing of it could.
  if (skipped > 0) return { address: String(offset), unreadableBytes: Math.min(skipped, asked) };
  return {
    address: String(offset),
    ...(text !== '' && { data: Buffer.from(text, 'latin1').toString('base64') }),
    ...(missing > 0 && { unreadableBytes: count - text.length }),
  };
}

/**
 * Writes bytes to it.
 *
 * @param what.allowPartial whether to write what fits where not all does
 * @returns how many were written
 * @throws DebuggerError where they do not fit
 */
export async function writeMemory(
  thread: Pick<ThreadDebugger, 'client' | 'containers'>,
  what: { reference: number; offset: number; bytes: Buffer; allowPartial: boolean },
): Promise<number> {
  const { objectId: self, lifetime } = thread.containers.get(what.reference);
  const args = [
    { value: what.offset },
    { value: what.bytes.toString('latin1') },
    { value: what.allowPartial },
  ];
  const call = { code: WRITE, self, args, lifetime, byValue: true };
  const written = (await resultInProgram(thread.client, call)).value as number;
  if (written < 0) throw new DebuggerError('not all of these bytes lie inside of the buffer');
  return written;
}
