import { argumentError } from './argumentError.js';

/** The bytes of any view, as they lie in memory. @throws IpcError `ERR_IPC_ARGUMENT` for what is none */
export function bytesOf(view: ArrayBufferView): Uint8Array {
  if (!ArrayBuffer.isView(view)) {
    throw argumentError(
      'bytes are given as a Buffer, a typed array or a DataView; for text use send, or Buffer.from',
    );
  }
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/**
 * A part of a view.
 *
 * @throws IpcError `ERR_IPC_ARGUMENT` where the view does not have it
 */
export function sliceOf(view: ArrayBufferView, offset: number, size: number | undefined): Uint8Array {
  const bytes = bytesOf(view);
  const end = size === undefined ? bytes.length : offset + size;
  const isPart = Number.isInteger(offset) && Number.isInteger(end) && 0 <= offset && offset <= end;
  if (isPart && end <= bytes.length) return bytes.subarray(offset, end);
  throw argumentError(
    `offset ${offset} and size ${size ?? '(the rest)'} are outside of a view of ${bytes.length} bytes`,
  );
}
