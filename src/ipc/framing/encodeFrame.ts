import type { Framing } from './framing.js';

/** One frame by itself, header and payload. Text is sent as UTF-8. Who sends many uses a connection. */
export function encodeFrame(framing: Framing, payload: string | Uint8Array): Buffer {
  const payloadBytes = Buffer.byteLength(payload);
  const headerBytes = framing.headerBytes(payloadBytes);
  const frame = Buffer.allocUnsafe(headerBytes + payloadBytes);
  framing.writeHeader(frame, 0, payloadBytes);
  if (typeof payload === 'string') frame.write(payload, headerBytes);
  else frame.set(payload, headerBytes);
  return frame;
}
