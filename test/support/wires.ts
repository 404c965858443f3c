import type { FramingName } from '../../src/ipc/core/transportConfig.js';
import { contentLengthFrame, parseFrames, rawFrame, rawHeader, shortFrame } from './rawFrames.js';

/** The bytes of a framing, made by hand for a raw peer. */
export interface Wire {
  /** A frame with a payload: text, bytes, or a value to write as JSON. Only `dp` has kinds. */
  readonly frame: (payload: unknown, kind?: number) => Buffer;
  /** The header of a frame with a payload of this length. */
  readonly header: (length: number) => Buffer;
  /** Parses the JSON payloads of frames. The bytes have to be whole frames. */
  readonly parse: (bytes: Buffer) => unknown[];
  /** Code of the error that an HTTP request in place of a frame causes. */
  readonly httpErrorCode: string;
}

const WIRES: Record<FramingName, Wire> = {
  dp: {
    frame: rawFrame,
    header: rawHeader,
    parse: parseFrames,
    httpErrorCode: 'ERR_IPC_FRAME_MAGIC',
  },
  'length-prefix': {
    frame: (payload) => shortFrame(bytesOf(payload)),
    header: (length) => shortFrame(Buffer.alloc(length)).subarray(0, 4),
    parse: (bytes) => parseAll(bytes, (at) => [at + 4, bytes.readInt32BE(at)]),
    httpErrorCode: 'ERR_IPC_FRAME_TOO_LARGE',
  },
  'content-length': {
    frame: (payload) => contentLengthFrame(bytesOf(payload)),
    header: (length) => Buffer.from(`Content-Length: ${length}\r\n\r\n`),
    parse: (bytes) =>
      parseAll(bytes, (at) => {
        const start = bytes.indexOf('\r\n\r\n', at) + 4;
        return [start, Number(bytes.toString('latin1', at + 'Content-Length: '.length, start - 4))];
      }),
    httpErrorCode: 'ERR_IPC_FRAME_HEADER',
  },
};

export function wireOf(framing: FramingName = 'dp'): Wire {
  return WIRES[framing];
}

function bytesOf(payload: unknown): Buffer {
  if (Buffer.isBuffer(payload)) return payload;
  return Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
}

function parseAll(bytes: Buffer, locate: (at: number) => [start: number, length: number]): unknown[] {
  const values: unknown[] = [];
  for (let at = 0; at < bytes.length;) {
    const [start, length] = locate(at);
    at = start + length;
    values.push(JSON.parse(bytes.toString('utf8', start, at)));
  }
  return values;
}
