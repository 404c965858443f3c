/*
 * Fuzzes the frame decoder. The first byte selects the framing and the size limit, the second byte how the
 * rest is cut, and if it is odd, that goodbyes are agreed on. However a stream is cut, the payloads, the error and its position equal those of the whole
 * stream, and those of a second decoder written from the specification. No memory above the limit is
 * allocated.
 */
import assert from 'node:assert/strict';
import { FramingError } from '../../dist/ipc/core/errors.js';
import { framingOf } from '../../dist/ipc/framing/framingOf.js';
import { FrameDecoder } from '../../dist/ipc/framing/frameDecoder.js';
import { random } from '../mutate.mjs';

export const dictionary = [
  '445001',
  '44500101',
  '44500102',
  '00000001',
  '4450010100000001',
  '44500110',
  '4450011400000000',
  'fffffffe',
  'ffffffff',
  'ffffffff0000000000000003',
].map((hex) => Buffer.from(hex, 'hex'));
dictionary.push(
  ...['Content-Length: 2\r\n\r\n{}', 'Content-Length: 0\r\n\r\n', 'content-length:', '\r\n', 'X: y\r\n'].map(
    (text) => Buffer.from(text),
  ),
);

const allocate = Buffer.allocUnsafeSlow;
const HEADER_BYTES = 8;
const BLOCK_END = '\r\n\r\n';
const FRAMINGS = { dp, 'length-prefix': lengthPrefix, 'content-length': contentLength };
const NAMES = Object.keys(FRAMINGS);

export function fuzz(data) {
  if (data.length < 2) return;
  const name = NAMES[data[0] % NAMES.length];
  const agreed = { maxFrameBytes: 1 + data[0] * 4, saysBye: data[1] % 2 === 1 };
  const stream = data.subarray(2);
  const whole = decode(name, [stream], agreed);
  assert.deepEqual(whole, described(name, stream, agreed));
  assert.deepEqual(decode(name, cut(stream, data[1]), agreed), whole);
  const bytes = [...stream].map((byte) => Buffer.of(byte));
  assert.deepEqual(decode(name, bytes, agreed), whole);
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

function decode(name, pieces, { maxFrameBytes, saysBye }) {
  const payloads = [];
  let byes = 0;
  const framing = framingOf(name, 'connector');
  const keep = (source, start, end) => payloads.push(source.toString('hex', start, end));
  const onBye = saysBye ? () => (byes += 1) : undefined;
  const decoder = new FrameDecoder(framing, maxFrameBytes, keep, { onBye });
  Buffer.allocUnsafeSlow = (bytes) => {
    assert(
      bytes <= Math.max(maxFrameBytes, framing.maxHeaderBytes),
      `${bytes} bytes allocated, the cap is ${maxFrameBytes}`,
    );
    return allocate(bytes);
  };
  try {
    for (const piece of pieces) decoder.push(piece);
    decoder.end();
    return { payloads, byes };
  } catch (error) {
    assert(error instanceof FramingError, error.stack);
    return { payloads, code: error.code, offset: error.offset };
  } finally {
    Buffer.allocUnsafeSlow = allocate;
  }
}

/**
 * Decodes as a decoder written from the specification: each step returns a frame's position, its length or an
 * error.
 */
function described(name, stream, { maxFrameBytes, saysBye }) {
  const payloads = [];
  for (let offset = 0; offset < stream.length;) {
    const { start, length, code, bye } = FRAMINGS[name](stream.subarray(offset));
    if (saysBye && bye !== undefined) {
      const end = offset + bye;
      return end === stream.length
        ? { payloads, byes: 1 }
        : { payloads, code: 'ERR_IPC_FRAME_HEADER', offset: end };
    }
    if (code !== undefined) return { payloads, code, offset };
    if (length > maxFrameBytes) return { payloads, code: 'ERR_IPC_FRAME_TOO_LARGE', offset };
    const end = offset + start + length;
    if (end > stream.length) return { payloads, code: 'ERR_IPC_FRAME_TRUNCATED', offset };
    payloads.push(stream.toString('hex', offset + start, end));
    offset = end;
  }
  return { payloads, byes: 0 };
}

const truncated = { code: 'ERR_IPC_FRAME_TRUNCATED' };

function dp(rest) {
  if (rest.length < HEADER_BYTES) return truncated;
  if (rest.toString('latin1', 0, 2) !== 'DP') return { code: 'ERR_IPC_FRAME_MAGIC' };
  if (rest[2] !== 1) return { code: 'ERR_IPC_FRAME_VERSION' };
  const length = rest.readUInt32BE(4);
  const bye = rest[3] === 0x14 && length === 0 ? HEADER_BYTES : undefined;
  if (rest[3] !== 1 && rest[3] !== 2) return { code: 'ERR_IPC_FRAME_KIND', bye };
  return length === 0 ? { code: 'ERR_IPC_FRAME_EMPTY' } : { start: HEADER_BYTES, length };
}

function lengthPrefix(rest) {
  if (rest.length < 4) return truncated;
  const short = rest.readInt32BE(0);
  if (short < -1) return { code: 'ERR_IPC_FRAME_HEADER', bye: short === -2 ? 4 : undefined };
  if (short >= 0) return { start: 4, length: short };
  return rest.length < 12 ? truncated : { start: 12, length: Number(rest.readBigUInt64BE(4)) };
}

function contentLength(rest) {
  const text = rest.toString('latin1');
  const end = text.indexOf(BLOCK_END);
  const fault = { code: 'ERR_IPC_FRAME_HEADER' };
  if (end < 0 || end + 4 > 4096) {
    const begun = text.slice(0, 4096);
    const lines = begun.split('\r\n');
    const couldBe = begun.length < 4096 && lines.slice(0, -1).every(isField) && isText(lines.join('\t'));
    return couldBe ? truncated : fault;
  }
  const lines = text.slice(0, end).split('\r\n');
  if (!lines.every(isField)) return fault;
  const lengths = lines.filter((line) => line.split(':')[0].toLowerCase() === 'content-length');
  const value = lengths[0]?.slice(lengths[0].indexOf(':') + 1).replace(/^[ \t]+|[ \t]+$/g, '') ?? '';
  if (lengths.length !== 1 || !/^[0-9]{1,15}$/.test(value)) return fault;
  return Number(value) === 0
    ? { code: 'ERR_IPC_FRAME_EMPTY', bye: end + 4 }
    : { start: end + 4, length: Number(value) };
}

function isField(line) {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon);
  const nameIsToken = [...name].every(
    (character) => /[A-Za-z0-9]/.test(character) || "!#$%&'*+-.^_`|~".includes(character),
  );
  return colon > 0 && nameIsToken && isText(line) && !/[\r\n]/.test(line);
}

/** True for tabs, line breaks if the line is not complete yet, and printable characters of Latin-1. */
function isText(text) {
  return [...text].every((character) => {
    const code = character.charCodeAt(0);
    return code === 9 || code === 10 || code === 13 || (code >= 32 && code <= 126) || code >= 128;
  });
}
