import type { Framing } from './framing.js';

/** One frame by itself, header and payload. Text is sent as UTF-8. Who sends many uses a connection. */
export function encodeFrame(framing: Framing, payload: string | Uint8Array): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const headerBytes = framing.headerBytes(body.length);
  const frame = Buffer.allocUnsafe(headerBytes + body.length);
  framing.writeHeader(frame, 0, body.length);
  frame.set(body, headerBytes);
  return frame;
}
