/*
 * The first byte sets the cap, the second how the rest is cut. However a stream is cut, the payloads, the
 * error and its place are those of the stream in one piece, which are those of a decoder written from the
 * description; and nothing above the cap is ever allocated.
 */
import assert from 'node:assert/strict';
import { FramingError } from '../../dist/ipc/errors.js';
import { dpFraming } from '../../dist/ipc/framing/dpFrame.js';
import { FrameDecoder } from '../../dist/ipc/framing/frameDecoder.js';
import { random } from '../mutate.mjs';

export const dictionary = [
  '445001',
  '44500101',
  '44500102',
  '00000001',
  '4450010100000001',
  'ffffffff',
  '44500110',
].map((hex) => Buffer.from(hex, 'hex'));

const allocate = Buffer.allocUnsafeSlow;
const HEADER_BYTES = 8;

export function fuzz(data) {
  if (data.length < 2) return;
  const maxFrameBytes = 1 + data[0] * 4;
  const stream = data.subarray(2);
  const whole = decode([stream], maxFrameBytes);
  assert.deepEqual(whole, described(stream, maxFrameBytes));
  assert.deepEqual(decode(cut(stream, data[1]), maxFrameBytes), whole);
  assert.deepEqual(
    decode(
      [...stream].map((byte) => Buffer.of(byte)),
      maxFrameBytes,
    ),
    whole,
  );
}

function cut(stream, seed) {
  const below = random(seed + 1);
  const pieces = [];
  for (let at = 0; at < stream.length;) {
    const end = at + below(24);
    pieces.push(stream.subarray(at, end));
    at = end;
  }
  return pieces;
}

function decode(pieces, maxFrameBytes) {
  const payloads = [];
  const decoder = new FrameDecoder(dpFraming(1), maxFrameBytes, (source, start, end) =>
    payloads.push(source.toString('hex', start, end)),
  );
  Buffer.allocUnsafeSlow = (bytes) => {
    assert(
      bytes <= Math.max(maxFrameBytes, HEADER_BYTES),
      `${bytes} bytes allocated, the cap is ${maxFrameBytes}`,
    );
    return allocate(bytes);
  };
  try {
    for (const piece of pieces) decoder.push(piece);
    decoder.end();
    return { payloads };
  } catch (error) {
    assert(error instanceof FramingError, error.stack);
    return { payloads, code: error.code, offset: error.offset };
  } finally {
    Buffer.allocUnsafeSlow = allocate;
  }
}

function described(stream, maxFrameBytes) {
  const payloads = [];
  for (let offset = 0; offset < stream.length;) {
    const header = stream.subarray(offset, offset + HEADER_BYTES);
    if (header.length < HEADER_BYTES) return { payloads, code: 'ERR_IPC_FRAME_TRUNCATED', offset };
    const code = faultOf(header, maxFrameBytes);
    if (code !== undefined) return { payloads, code, offset };
    const end = offset + HEADER_BYTES + header.readUInt32BE(4);
    if (end > stream.length) return { payloads, code: 'ERR_IPC_FRAME_TRUNCATED', offset };
    payloads.push(stream.toString('hex', offset + HEADER_BYTES, end));
    offset = end;
  }
  return { payloads };
}

function faultOf(header, maxFrameBytes) {
  const length = header.readUInt32BE(4);
  if (header.toString('latin1', 0, 2) !== 'DP') return 'ERR_IPC_FRAME_MAGIC';
  if (header[2] !== 1) return 'ERR_IPC_FRAME_VERSION';
  if (header[3] !== 1 && header[3] !== 2) return 'ERR_IPC_FRAME_KIND';
  if (length === 0) return 'ERR_IPC_FRAME_EMPTY';
  return length > maxFrameBytes ? 'ERR_IPC_FRAME_TOO_LARGE' : undefined;
}
