import { describe, expect, it } from 'vitest';
import { lengthPrefixFraming } from '../../../../src/ipc/framing/lengthPrefix.js';
import { decodingOf, framingConformance, framingErrorOf } from './framingConformance.js';
import { longFrame, shortFrame } from '../../../support/rawFrames.js';

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const long = (length: bigint): Buffer => longFrame(length, Buffer.alloc(0));

framingConformance({
  framing: lengthPrefixFraming,
  frame: shortFrame,
  mayBeEmpty: true,
  malformed: [
    { what: 'length -2', bytes: int32(-2), code: 'ERR_IPC_FRAME_HEADER' },
    { what: 'the least length there is', bytes: int32(-0x80000000), code: 'ERR_IPC_FRAME_HEADER' },
    { what: 'a length over the limit', bytes: int32(1025), code: 'ERR_IPC_FRAME_TOO_LARGE' },
    { what: 'the largest short length', bytes: int32(0x7fffffff), code: 'ERR_IPC_FRAME_TOO_LARGE' },
    { what: 'a DP frame', bytes: Buffer.from('DP\x01\x01\0\0\0\x02{}'), code: 'ERR_IPC_FRAME_TOO_LARGE' },
    { what: 'an HTTP request', bytes: Buffer.from('GET / HTTP/1.1\r\n'), code: 'ERR_IPC_FRAME_TOO_LARGE' },
    { what: 'a long length over the limit', bytes: long(1025n), code: 'ERR_IPC_FRAME_TOO_LARGE' },
    { what: 'a long length of 2 GiB', bytes: long(0x80000000n), code: 'ERR_IPC_FRAME_TOO_LARGE' },
    { what: 'a long length beyond exact numbers', bytes: long(2n ** 53n), code: 'ERR_IPC_FRAME_TOO_LARGE' },
    { what: 'the largest long length', bytes: long(2n ** 64n - 1n), code: 'ERR_IPC_FRAME_TOO_LARGE' },
  ],
});

describe('length-prefix', () => {
  it('reads an empty message as a message, wherever it is cut', () => {
    const stream = Buffer.concat([
      shortFrame(Buffer.from('a')),
      shortFrame(Buffer.alloc(0)),
      long(0n),
      shortFrame(Buffer.from('b')),
    ]);
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const { decoder, texts } = decodingOf(lengthPrefixFraming);
      decoder.push(stream.subarray(0, cut));
      decoder.push(stream.subarray(cut));
      decoder.end();
      expect(texts(), `cut at ${cut}`).toEqual(['a', '', '', 'b']);
    }
  });

  it('reads the long form of any length, as Python does', () => {
    const { decoder, texts } = decodingOf(lengthPrefixFraming);
    decoder.push(longFrame(3n, Buffer.from('abc')));
    for (const byte of longFrame(2n, Buffer.from('de'))) decoder.push(Buffer.of(byte));
    decoder.end();
    expect(texts()).toEqual(['abc', 'de']);
  });

  it.each([
    [0, '00000000'],
    [1, '00000001'],
    [0x7fffffff, '7fffffff'],
    [0x80000000, 'ffffffff0000000080000000'],
    [2 ** 32 + 5, 'ffffffff0000000100000005'],
    [Number.MAX_SAFE_INTEGER, 'ffffffff001fffffffffffff'],
  ])('writes the length %d as Python does', (length, hex) => {
    const header = Buffer.alloc(lengthPrefixFraming.headerBytes(length));
    lengthPrefixFraming.writeHeader(header, 0, length);
    expect(header.toString('hex')).toBe(hex);
    expect(lengthPrefixFraming.readLength(header, 0, header.length)).toBe(length);
  });

  it('tells a length that this process cannot hold, instead of dying of it', () => {
    const { decoder } = decodingOf(lengthPrefixFraming, Infinity);
    const error = framingErrorOf(() => {
      decoder.push(long(2n ** 53n - 1n));
    });
    expect(error.code).toBe('ERR_IPC_FRAME_TOO_LARGE');
    expect(error.message).toContain('cannot get as much memory');
  });
});
