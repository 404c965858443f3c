import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FramingError } from '../../src/ipc/errors.js';
import { FRAME_KIND, dpFraming } from '../../src/ipc/framing/dpFrame.js';
import { FrameDecoder } from '../../src/ipc/framing/frameDecoder.js';
import { COMMAND, EVENT, rawFrame, rawHeader } from '../support/rawFrames.js';

const MAX = 1024;

/** A decoder, the payloads it handed on, and what it said last. */
function decoding(maxFrameBytes = MAX) {
  const payloads: Buffer[] = [];
  const decoder = new FrameDecoder(dpFraming(FRAME_KIND.event), maxFrameBytes, (source, start, end) =>
    payloads.push(source.subarray(start, end)),
  );
  return { decoder, payloads, texts: () => payloads.map((payload) => payload.toString()) };
}

function framingErrorOf(action: () => void): FramingError {
  try {
    action();
  } catch (error) {
    if (error instanceof FramingError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const TEXTS = ['{"event":"one"}', '{"event":"zwölf ✓"}', '{"command":"three","arguments":{"deep":[1,2,3]}}'];
const STREAM = Buffer.concat(TEXTS.map((text, index) => rawFrame(text, index === 2 ? COMMAND : EVENT)));

describe('golden vectors', () => {
  it.each([
    [
      'an event with spaced JSON',
      '44500101000000187b226576656e74223a2022696e697469616c697a6564227d',
      '{"event": "initialized"}',
    ],
    [
      'a command with compact JSON',
      '445001020000002e7b22636f6d6d616e64223a22696e697469616c697a65222c22617267756d656e7473223a7b7d2c226964223a317d',
      '{"command":"initialize","arguments":{},"id":1}',
    ],
  ])('reads %s', (_, hex, text) => {
    const { decoder, texts } = decoding();
    decoder.push(Buffer.from(hex, 'hex'));
    decoder.end();
    expect(texts()).toEqual([text]);
  });
});

describe('reassembly', () => {
  it('gives the same payloads for every place where a stream of three frames can be cut in two', () => {
    for (let cut = 0; cut <= STREAM.length; cut += 1) {
      const { decoder, texts } = decoding();
      decoder.push(STREAM.subarray(0, cut));
      decoder.push(STREAM.subarray(cut));
      decoder.end();
      expect(texts(), `cut at ${cut}`).toEqual(TEXTS);
    }
  });

  it('gives the same payloads for every two places where it can be cut in three', () => {
    const short = Buffer.concat([rawFrame('{}'), rawFrame('{"a":1}')]);
    for (let first = 0; first <= short.length; first += 1) {
      for (let second = first; second <= short.length; second += 1) {
        const { decoder, texts } = decoding();
        for (const piece of [
          short.subarray(0, first),
          short.subarray(first, second),
          short.subarray(second),
        ]) {
          decoder.push(piece);
        }
        expect(texts(), `cut at ${first} and ${second}`).toEqual(['{}', '{"a":1}']);
      }
    }
  });

  it('gives the same payloads for pieces of one byte', () => {
    const { decoder, texts } = decoding();
    for (const byte of STREAM) decoder.push(Buffer.from([byte]));
    decoder.end();
    expect(texts()).toEqual(TEXTS);
  });

  it('gives the same payloads for any frames in any pieces', () => {
    const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 12 });
    const pieceSizes = fc.infiniteStream(fc.integer({ min: 1, max: 90 }));
    fc.assert(
      fc.property(frames, pieceSizes, (contents, sizes) => {
        const { decoder, payloads } = decoding();
        const stream = Buffer.concat(contents.map((content) => rawFrame(Buffer.from(content))));
        for (let at = 0; at < stream.length;) {
          const size = sizes.next().value as number;
          decoder.push(stream.subarray(at, at + size));
          at += size;
        }
        decoder.end();
        expect(payloads.map((payload) => [...payload])).toEqual(contents.map((content) => [...content]));
      }),
      { numRuns: 300 },
    );
  });

  it('takes an empty chunk for nothing', () => {
    const { decoder, payloads } = decoding();
    decoder.push(Buffer.alloc(0));
    decoder.end();
    expect(payloads).toEqual([]);
  });
});

interface Malformed {
  readonly what: string;
  readonly bytes: Buffer;
  readonly code: string;
}

const MALFORMED: Malformed[] = [
  {
    what: 'the magic of another protocol',
    bytes: rawHeader(5, { magic: 'DQ' }),
    code: 'ERR_IPC_FRAME_MAGIC',
  },
  { what: 'the magic in lower case', bytes: rawHeader(5, { magic: 'dp' }), code: 'ERR_IPC_FRAME_MAGIC' },
  { what: 'eight NULs', bytes: Buffer.alloc(8), code: 'ERR_IPC_FRAME_MAGIC' },
  { what: 'an HTTP request', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n'), code: 'ERR_IPC_FRAME_MAGIC' },
  { what: 'a DAP message', bytes: Buffer.from('Content-Length: 2\r\n\r\n{}'), code: 'ERR_IPC_FRAME_MAGIC' },
  { what: 'version 0', bytes: rawHeader(5, { version: 0 }), code: 'ERR_IPC_FRAME_VERSION' },
  { what: 'version 2', bytes: rawHeader(5, { version: 2 }), code: 'ERR_IPC_FRAME_VERSION' },
  { what: 'kind 0', bytes: rawHeader(5, { kind: 0 }), code: 'ERR_IPC_FRAME_KIND' },
  { what: 'kind 3', bytes: rawHeader(5, { kind: 3 }), code: 'ERR_IPC_FRAME_KIND' },
  { what: 'a kind of a later version', bytes: rawHeader(5, { kind: 0x10 }), code: 'ERR_IPC_FRAME_KIND' },
  { what: 'kind 255', bytes: rawHeader(5, { kind: 255 }), code: 'ERR_IPC_FRAME_KIND' },
  { what: 'no payload', bytes: rawHeader(0), code: 'ERR_IPC_FRAME_EMPTY' },
  { what: 'one byte over the limit', bytes: rawHeader(MAX + 1), code: 'ERR_IPC_FRAME_TOO_LARGE' },
  { what: 'the largest length there is', bytes: rawHeader(0xffff_ffff), code: 'ERR_IPC_FRAME_TOO_LARGE' },
];

describe('a malformed header', () => {
  const good = rawFrame('{"event":"before"}');
  const after = rawFrame('{"event":"after"}');

  it.each(MALFORMED)('is told with code, offset and bytes: $what', ({ bytes, code }) => {
    const { decoder, texts } = decoding();
    const error = framingErrorOf(() => {
      decoder.push(Buffer.concat([good, bytes, after]));
    });
    expect(error.code).toBe(code);
    expect(error.offset).toBe(good.length);
    expect(error.hex).toBe(Buffer.concat([bytes, after]).subarray(0, 16).toString('hex'));
    expect(error.message).toContain(`at byte ${good.length}`);
    expect(error.message).toContain(error.hex);
    expect(texts(), 'what came before it was handed on').toEqual(['{"event":"before"}']);
  });

  it.each(MALFORMED)('is told the same when it comes byte by byte: $what', ({ bytes, code }) => {
    const { decoder, texts } = decoding();
    const error = framingErrorOf(() => {
      for (const byte of Buffer.concat([good, bytes, after])) decoder.push(Buffer.from([byte]));
    });
    expect(error).toMatchObject({ code, offset: good.length, hex: bytes.subarray(0, 8).toString('hex') });
    expect(texts()).toEqual(['{"event":"before"}']);
  });

  it.each(MALFORMED)('leaves the decoder dead: $what', ({ bytes, code }) => {
    for (const pieces of [[bytes], [bytes.subarray(0, 3), bytes.subarray(3)]]) {
      const { decoder, payloads } = decoding();
      const error = framingErrorOf(() => {
        for (const piece of pieces) decoder.push(piece);
      });
      const again = framingErrorOf(() => {
        decoder.push(after);
      });
      expect(error.code).toBe(code);
      expect(again).toBe(error);
      expect(payloads, 'nothing behind it is handed on').toEqual([]);
    }
  });

  it('waits for all eight bytes before it judges', () => {
    const { decoder } = decoding();
    decoder.push(Buffer.from('XXXXXXX'));
    expect(
      framingErrorOf(() => {
        decoder.push(Buffer.from('X'));
      }).code,
    ).toBe('ERR_IPC_FRAME_MAGIC');
  });
});

describe('limits and copies', () => {
  it('takes a frame of exactly the limit', () => {
    const { decoder, payloads } = decoding();
    decoder.push(rawFrame(Buffer.alloc(MAX, 'x')));
    expect(payloads.map((payload) => payload.length)).toEqual([MAX]);
  });

  it('allocates nothing for a length over the limit', () => {
    const before = process.memoryUsage().arrayBuffers;
    const { decoder } = decoding(64 * 1024 * 1024);
    const header = rawHeader(0xffff_ffff);
    framingErrorOf(() => {
      decoder.push(header);
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
  });

  it('allocates a spanning payload once, at its own length', () => {
    const length = 8 * 1024 * 1024;
    const piece = Buffer.alloc(64 * 1024, ' ');
    const { decoder, payloads } = decoding(length);
    const before = process.memoryUsage().arrayBuffers;
    decoder.push(rawHeader(length));
    for (let at = 0; at < length; at += piece.length) decoder.push(piece);
    const grown = process.memoryUsage().arrayBuffers - before;
    expect(payloads[0]?.length).toBe(length);
    expect(payloads[0]?.buffer.byteLength).toBe(length);
    expect(grown).toBeLessThan(length + 1024 * 1024);
  });

  it('hands on a payload inside one chunk as a view of that chunk', () => {
    const { decoder, payloads } = decoding();
    const chunk = Buffer.concat([rawFrame('{"a":1}'), rawFrame('{"b":2}')]);
    decoder.push(chunk);
    expect(payloads.map((payload) => payload.buffer)).toEqual([chunk.buffer, chunk.buffer]);
    expect(payloads[0]?.buffer).toBe(chunk.buffer);
    expect(payloads[1]?.byteOffset).toBe(chunk.byteOffset + 15 + 8);
  });

  it('takes 64 MiB in pieces of 64 KiB in under a second', () => {
    const length = 64 * 1024 * 1024;
    const piece = Buffer.alloc(64 * 1024, ' ');
    const { decoder, payloads } = decoding(length);
    const began = performance.now();
    decoder.push(rawHeader(length));
    for (let at = 0; at < length; at += piece.length) decoder.push(piece);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(payloads).toHaveLength(1);
  });
});

describe('the end of the stream', () => {
  it('is clean before the first frame and between frames', () => {
    const { decoder } = decoding();
    decoder.end();
    decoder.push(STREAM);
    decoder.end();
  });

  it.each([1, 2, 3, 4, 5, 6, 7])('is a truncation after %i bytes of a header', (fill) => {
    const { decoder, texts } = decoding();
    const first = rawFrame('{"a":1}');
    const header = rawHeader(100).subarray(0, fill);
    decoder.push(Buffer.concat([first, header]));
    const error = framingErrorOf(() => {
      decoder.end();
    });
    expect(error).toMatchObject({
      code: 'ERR_IPC_FRAME_TRUNCATED',
      offset: first.length,
      hex: header.toString('hex'),
    });
    expect(error.message).toContain(`no more than ${fill} bytes of its header came`);
    expect(texts()).toEqual(['{"a":1}']);
  });

  it.each([0, 1, 50, 99])('is a truncation after %i of 100 payload bytes', (fill) => {
    const { decoder, payloads } = decoding();
    decoder.push(Buffer.concat([rawHeader(100), Buffer.alloc(fill, 'x')]));
    const error = framingErrorOf(() => {
      decoder.end();
    });
    expect(error).toMatchObject({
      code: 'ERR_IPC_FRAME_TRUNCATED',
      offset: 0,
      hex: rawHeader(100).toString('hex'),
    });
    expect(error.message).toContain(`${100 - fill} of 100 payload bytes missing`);
    expect(payloads).toEqual([]);
  });
});
