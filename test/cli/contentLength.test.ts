import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContentLengthDecoder, encodeContentLength } from '../../src/cli/debug/contentLength.js';

function decodeAll(chunks: Iterable<Buffer>): unknown[] {
  const decoder = new ContentLengthDecoder();
  return [...chunks].flatMap((chunk) => decoder.push(chunk)).map((body) => JSON.parse(body) as unknown);
}

describe('ContentLengthDecoder', () => {
  const messages = [
    { type: 'event', text: 'größer' },
    { type: 'event' },
    { type: 'event', text: 'x'.repeat(3000) },
  ];
  const stream = Buffer.concat(messages.map(encodeContentLength));

  it('gives back what was encoded, from one piece', () => {
    expect(decodeAll([stream])).toEqual(messages);
  });

  it('gives back what was encoded, byte by byte', () => {
    expect(decodeAll([...stream].map((byte) => Buffer.of(byte)))).toEqual(messages);
  });

  it('gives back what was encoded, from any two pieces', () => {
    for (let split = 0; split <= stream.length; split++) {
      expect(decodeAll([stream.subarray(0, split), stream.subarray(split)])).toEqual(messages);
    }
  });

  it('gives back any messages from any pieces', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.record({ type: fc.string() }), { maxLength: 5 }), pieces, (sent, sizes) => {
        expect(decodeAll(cut(Buffer.concat(sent.map(encodeContentLength)), sizes))).toEqual(sent);
      }),
      { numRuns: 100 },
    );
  });

  it('reads other headers past, and any case', () => {
    const text = 'Content-Type: x\r\ncontent-length:2\r\n\r\n{}';
    expect(decodeAll([Buffer.from(text)])).toEqual([{}]);
  });

  it.each([
    ['no length', 'Content-Type: x\r\n\r\n', /no Content-Length/],
    ['a length that is not a number', 'Content-Length: ten\r\n\r\n', /no Content-Length/],
    ['a negative length', 'Content-Length: -1\r\n\r\n', /no Content-Length/],
    ['a length of nothing', 'Content-Length: 0\r\n\r\n', /no Content-Length/],
    ['a length past the limit', 'Content-Length: 99999999999\r\n\r\n', /more than the 67108864 allowed/],
    ['a header without an end', 'x'.repeat(1024), /no end of a DAP header/],
  ])('refuses %s', (_what, text, message) => {
    expect(() => new ContentLengthDecoder().push(Buffer.from(text))).toThrow(message);
  });
});

function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
