import { describe, expect, it } from 'vitest';
import { contentLengthFraming } from '../../../../src/ipc/framing/contentLength.js';
import { contentLengthFrame } from '../../../support/rawFrames.js';
import { decodingOf, framingConformance, framingErrorOf } from './framingConformance.js';

const MAX_HEADER_BYTES = 4096;

function header(code: string, what: string, text: string) {
  return { what, code, bytes: Buffer.from(text, 'latin1') };
}

const bad = (what: string, text: string) => header('ERR_IPC_FRAME_HEADER', what, text);

framingConformance({
  framing: contentLengthFraming,
  frame: contentLengthFrame,
  mayBeEmpty: false,
  malformed: [
    bad('no length', 'Content-Type: json\r\n\r\n'),
    bad('no fields at all', '\r\n\r\n{}'),
    bad('two lengths that agree', 'Content-Length: 2\r\nContent-Length: 2\r\n\r\n'),
    bad('two lengths that differ', 'Content-Length: 2\r\ncontent-length: 20\r\n\r\n'),
    bad('an empty length', 'Content-Length: \r\n\r\n'),
    bad('a negative length', 'Content-Length: -5\r\n\r\n'),
    bad('a signed length', 'Content-Length: +5\r\n\r\n'),
    bad('a hexadecimal length', 'Content-Length: 0x10\r\n\r\n'),
    bad('an exponent', 'Content-Length: 1e3\r\n\r\n'),
    bad('a fraction', 'Content-Length: 2.0\r\n\r\n'),
    bad('letters behind the digits', 'Content-Length: 5abc\r\n\r\n'),
    bad('a list of lengths', 'Content-Length: 5, 5\r\n\r\n'),
    bad('more digits than a length can have', `Content-Length: ${'9'.repeat(16)}\r\n\r\n`),
    bad('a space before the colon', 'Content-Length : 5\r\n\r\n'),
    bad('a field without a name', ': 5\r\n\r\n'),
    bad('a line without a colon', 'Content-Length 5\r\n\r\n'),
    bad('a folded line', 'X: a\r\n b\r\nContent-Length: 2\r\n\r\n'),
    bad('an HTTP request', 'GET / HTTP/1.1\r\nContent-Length: 2\r\n\r\n'),
    bad('a control character', 'Content-\x07Length: 2\r\n\r\n'),
    bad('a NUL', 'X: \0\r\nContent-Length: 2\r\n\r\n'),
    bad('a DP frame', 'DP\x01\x01\0\0\0\x02{}'),
    bad('a block that does not end', `X: ${'y'.repeat(MAX_HEADER_BYTES)}`),
    bad('a block that ends too late', `X: ${'y'.repeat(MAX_HEADER_BYTES)}\r\nContent-Length: 2\r\n\r\n{}`),
    header('ERR_IPC_FRAME_EMPTY', 'no payload', 'Content-Length: 0\r\n\r\n'),
    header('ERR_IPC_FRAME_TOO_LARGE', 'one byte over the limit', 'Content-Length: 1025\r\n\r\n'),
    header(
      'ERR_IPC_FRAME_TOO_LARGE',
      'the largest length there is',
      `Content-Length: ${'9'.repeat(15)}\r\n\r\n`,
    ),
  ],
});

describe('content-length', () => {
  it.each([
    ['lower case', 'content-length: 2\r\n\r\n'],
    ['capitals', 'CONTENT-LENGTH: 2\r\n\r\n'],
    ['no space', 'Content-Length:2\r\n\r\n'],
    ['many spaces and tabs', 'Content-Length: \t  2 \t\r\n\r\n'],
    ['leading zeros', 'Content-Length: 002\r\n\r\n'],
    ['another field before it', 'Content-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n\r\n'],
    ['another field behind it', 'Content-Length: 2\r\nX-Empty:\r\n\r\n'],
    ['a field whose value looks like it', 'X: Content-Length: 9\r\nContent-Length: 2\r\n\r\n'],
    ['characters of Latin-1 in another field', 'X: ü\r\nContent-Length: 2\r\n\r\n'],
    [
      'a block of exactly the most',
      `X: ${'y'.repeat(MAX_HEADER_BYTES - 3 - 23)}\r\nContent-Length: 2\r\n\r\n`,
    ],
  ])('reads a header with %s, in one piece and byte by byte', (_, text) => {
    const bytes = Buffer.from(`${text}{}`, 'latin1');
    for (const pieces of [[bytes], [...bytes].map((byte) => Buffer.of(byte))]) {
      const { decoder, texts } = decodingOf(contentLengthFraming);
      for (const piece of pieces) decoder.push(piece);
      decoder.end();
      expect(texts()).toEqual(['{}']);
    }
  });

  it.each([
    ['binary noise', Buffer.from([0x16])],
    ['a request line', Buffer.from('GET / HTTP/1.1\r\n')],
    ['a line that is no field', Buffer.from('hello\r\n')],
  ])('tells %s as soon as it cannot become a header any more', (_, bytes) => {
    const { decoder } = decodingOf(contentLengthFraming);
    const error = framingErrorOf(() => {
      decoder.push(bytes);
    });
    expect(error.code).toBe('ERR_IPC_FRAME_HEADER');
    expect(error.message).toContain('another protocol');
  });

  it('does not take the end of an earlier header for that of a later one', () => {
    const { decoder, texts } = decodingOf(contentLengthFraming);
    const [long, short] = [
      contentLengthFrame(Buffer.from('x'.repeat(100))),
      Buffer.from('Content-Length: 1\r\n'),
    ];
    for (const piece of [long.subarray(0, 10), long.subarray(10), short, Buffer.from('\r\ny')])
      decoder.push(piece);
    decoder.end();
    expect(texts()).toEqual(['x'.repeat(100), 'y']);
  });
});
