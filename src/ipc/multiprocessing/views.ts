import { argumentError } from './argumentError.js';

/**
 * Returns the bytes of any view, as they are in memory.
 *
 * @throws IpcError `ERR_IPC_ARGUMENT` for a value that is not a view
 */
export function bytesOf(view: ArrayBufferView): Uint8Array {
  if (!ArrayBuffer.isView(view)) {
    throw argumentError(
      'bytes are given as a Buffer, a typed array or a DataView; for text use send, or Buffer.from',
    );
  }
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/**
 * Returns a part of a view.
 *
 * @throws IpcError `ERR_IPC_ARGUMENT` for a range outside of the view
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
