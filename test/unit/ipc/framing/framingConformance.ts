import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FramingError } from '../../../../src/ipc/core/errors.js';
import { FrameDecoder } from '../../../../src/ipc/framing/frameDecoder.js';
import { FrameEncoder } from '../../../../src/ipc/framing/frameEncoder.js';
import type { Framing } from '../../../../src/ipc/framing/framing.js';

export const MAX = 1024;

/** An invalid header, and the code of its error. */
export interface Malformed {
  readonly what: string;
  readonly bytes: Buffer;
  readonly code: string;
}

/** A framing as it is described, by hand, so that a mistake in the code under test cannot hide behind itself. */
export interface FramingCase {
  readonly framing: Framing;
  readonly frame: (payload: Buffer) => Buffer;
  readonly malformed: readonly Malformed[];
  /** True if a frame may be empty. */
  readonly mayBeEmpty: boolean;
}

/** A decoder, the payloads that it decoded, and its last result. */
export function decodingOf(framing: Framing, maxFrameBytes = MAX) {
  const payloads: Buffer[] = [];
  const decoder = new FrameDecoder(framing, maxFrameBytes, (source, start, end) =>
    payloads.push(source.subarray(start, end)),
  );
  return { decoder, payloads, texts: () => payloads.map((payload) => payload.toString()) };
}

export function framingErrorOf(action: () => void): FramingError {
  try {
    action();
  } catch (error) {
    if (error instanceof FramingError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The behaviour of decoder and encoder with any framing. */
export function framingConformance(subject: FramingCase): void {
  describe(`${subject.framing.name}: reassembly`, () => {
    reassembly(subject);
  });
  describe(`${subject.framing.name}: a malformed header`, () => {
    malformedHeaders(subject);
  });
  describe(`${subject.framing.name}: the end of the stream`, () => {
    endOfStream(subject);
  });
  describe(`${subject.framing.name}: encoding`, () => {
    encoding(subject);
  });
}

const TEXTS = ['{"event":"one"}', '{"event":"zwölf ✓"}', '{"command":"three","arguments":{"deep":[1,2,3]}}'];

function reassembly({ framing, frame, mayBeEmpty }: FramingCase): void {
  const stream = Buffer.concat(TEXTS.map((text) => frame(Buffer.from(text))));

  it('gives the same payloads for every place where a stream of three frames can be cut in two', () => {
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const { decoder, texts } = decodingOf(framing);
      decoder.push(stream.subarray(0, cut));
      decoder.push(stream.subarray(cut));
      decoder.end();
      expect(texts(), `cut at ${cut}`).toEqual(TEXTS);
    }
  });

  it('gives the same payloads for every two places where it can be cut in three', () => {
    const short = Buffer.concat([frame(Buffer.from('{}')), frame(Buffer.from('{"a":1}'))]);
    for (let first = 0; first <= short.length; first += 1) {
      for (let second = first; second <= short.length; second += 1) {
        const { decoder, texts } = decodingOf(framing);
        decoder.push(short.subarray(0, first));
        decoder.push(short.subarray(first, second));
        decoder.push(short.subarray(second));
        expect(texts(), `cut at ${first} and ${second}`).toEqual(['{}', '{"a":1}']);
      }
    }
  });

  it('gives the same payloads for pieces of one byte', () => {
    const { decoder, texts } = decodingOf(framing);
    for (const byte of stream) decoder.push(Buffer.from([byte]));
    decoder.end();
    expect(texts()).toEqual(TEXTS);
  });

  it('gives the same payloads for any frames in any pieces', () => {
    const minLength = mayBeEmpty ? 0 : 1;
    const frames = fc.array(fc.uint8Array({ minLength, maxLength: 300 }), { maxLength: 12 });
    const pieceSizes = fc.infiniteStream(fc.integer({ min: 1, max: 90 }));
    fc.assert(
      fc.property(frames, pieceSizes, (contents, sizes) => {
        const { decoder, payloads } = decodingOf(framing);
        const bytes = Buffer.concat(contents.map((content) => frame(Buffer.from(content))));
        for (let at = 0; at < bytes.length;) {
          const size = sizes.next().value as number;
          decoder.push(bytes.subarray(at, at + size));
          at += size;
        }
        decoder.end();
        expect(payloads.map((payload) => [...payload])).toEqual(contents.map((content) => [...content]));
      }),
      { numRuns: 300 },
    );
  });

  it('takes an empty chunk for nothing', () => {
    const { decoder, payloads } = decodingOf(framing);
    decoder.push(Buffer.alloc(0));
    decoder.end();
    expect(payloads).toEqual([]);
  });

  it('takes a frame of exactly the limit, and none above it', () => {
    const { decoder, payloads } = decodingOf(framing);
    decoder.push(frame(Buffer.alloc(MAX, 'x')));
    expect(payloads.map((payload) => payload.length)).toEqual([MAX]);
    const error = framingErrorOf(() => {
      decoder.push(frame(Buffer.alloc(MAX + 1, 'x')));
    });
    expect(error.code).toBe('ERR_IPC_FRAME_TOO_LARGE');
  });

  it('hands on a payload inside one chunk as a view of that chunk', () => {
    const { decoder, payloads } = decodingOf(framing);
    const chunk = Buffer.concat([frame(Buffer.from('{"a":1}')), frame(Buffer.from('{"b":2}'))]);
    decoder.push(chunk);
    expect(payloads.map((payload) => payload.buffer)).toEqual([chunk.buffer, chunk.buffer]);
  });
}

function malformedHeaders({ framing, frame, malformed }: FramingCase): void {
  const good = frame(Buffer.from('{"event":"before"}'));
  const after = frame(Buffer.from('{"event":"after"}'));

  it.each(malformed)('is told with code, offset and bytes: $what', ({ bytes, code }) => {
    const { decoder, texts } = decodingOf(framing);
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

  it.each(malformed)('is told the same when it comes byte by byte: $what', ({ bytes, code }) => {
    const { decoder, texts } = decodingOf(framing);
    const error = framingErrorOf(() => {
      for (const byte of Buffer.concat([good, bytes, after])) decoder.push(Buffer.from([byte]));
    });
    expect(error).toMatchObject({ code, offset: good.length });
    expect(error.hex.length).toBeGreaterThan(0);
    expect(Buffer.concat([bytes, after]).toString('hex').startsWith(error.hex)).toBe(true);
    expect(texts()).toEqual(['{"event":"before"}']);
  });

  it.each(malformed)('leaves the decoder dead: $what', ({ bytes, code }) => {
    for (const pieces of [[bytes], [bytes.subarray(0, 3), bytes.subarray(3)]]) {
      const { decoder, payloads } = decodingOf(framing);
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
}

function endOfStream({ framing, frame }: FramingCase): void {
  const first = frame(Buffer.from('{"a":1}'));
  const last = frame(Buffer.alloc(100, 'x'));
  const headerBytes = last.length - 100;

  it('is clean before the first frame and between frames', () => {
    const { decoder } = decodingOf(framing);
    decoder.end();
    decoder.push(Buffer.concat([first, last]));
    decoder.end();
  });

  it('is a truncation anywhere else, told with place and bytes', () => {
    for (let length = 1; length < last.length; length += 1) {
      const { decoder, texts } = decodingOf(framing);
      decoder.push(Buffer.concat([first, last.subarray(0, length)]));
      const error = framingErrorOf(() => {
        decoder.end();
      });
      expect(error).toMatchObject({ code: 'ERR_IPC_FRAME_TRUNCATED', offset: first.length });
      expect(error.hex).toBe(last.subarray(0, Math.min(length, headerBytes, 16)).toString('hex'));
      expect(error.message).toContain(
        length < headerBytes
          ? `no more than ${length} bytes of its header came`
          : `${last.length - length} of 100 payload bytes missing`,
      );
      expect(texts()).toEqual(['{"a":1}']);
    }
  });
}

function encoding({ framing, frame }: FramingCase): void {
  const MIB = 1024 * 1024;

  it('writes text of any length as described, also where characters are not bytes', () => {
    const encoder = new FrameEncoder(framing, MIB);
    const texts = [1, 2, 9, 10, 11, 99, 100, 998, 999, 1000, 9_999, 21_000, 22_000, 99_999, 100_000].flatMap(
      (length) => ['x'.repeat(length), `${'x'.repeat(length - 1)}é`, '✓'.repeat(Math.ceil(length / 3))],
    );
    for (const text of texts) encoder.append(text);
    const expected = texts.map((text) => frame(Buffer.from(text)));
    expect(Buffer.concat(encoder.take()).equals(Buffer.concat(expected))).toBe(true);
  });

  it('writes any texts and bytes as described, wherever a buffer of it ends', () => {
    const ascii = fc.integer({ min: 1, max: 9_000 }).map((length) => 'x'.repeat(length));
    const wide = fc
      .tuple(fc.integer({ min: 0, max: 3_000 }), fc.constantFrom('é', '✓', '😀', '\ud800'))
      .map(([length, last]) => 'y'.repeat(length) + last);
    const content = fc.integer({ min: 1, max: 70_000 }).map((length) => Buffer.alloc(length, length % 251));
    const payloads = fc.oneof({ weight: 8, arbitrary: ascii }, { weight: 2, arbitrary: wide }, content);
    fc.assert(
      fc.property(fc.array(payloads, { minLength: 1, maxLength: 60 }), fc.nat(10), (sent, takeEvery) => {
        const encoder = new FrameEncoder(framing, MIB);
        const taken = sent.flatMap((payload, index) => {
          encoder.append(payload);
          return index % (takeEvery + 1) === 0 ? encoder.take() : [];
        });
        const expected = Buffer.concat(sent.map((payload) => frame(Buffer.from(payload as string))));
        expect(Buffer.concat([...taken, ...encoder.take()]).equals(expected)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('writes bytes of any length as described, the large ones without a copy', () => {
    const encoder = new FrameEncoder(framing, MIB);
    const contents = [1, 10, 65_000, 65_536, 100_000].map((length) => Buffer.alloc(length, length % 251));
    for (const content of contents) encoder.append(content);
    const segments = encoder.take();
    expect(Buffer.concat(segments).equals(Buffer.concat(contents.map(frame)))).toBe(true);
    expect(segments.some((segment) => segment.buffer === contents.at(-1)?.buffer)).toBe(true);
  });

  it('refuses what is over the limit and adds nothing', () => {
    const encoder = new FrameEncoder(framing, 10);
    for (const payload of ['x'.repeat(11), 'é'.repeat(6), Buffer.alloc(11)]) {
      expect(() => encoder.append(payload)).toThrow(
        expect.objectContaining({ code: 'ERR_IPC_FRAME_TOO_LARGE' }) as Error,
      );
    }
    encoder.append('1234567890');
    expect(Buffer.concat(encoder.take())).toEqual(frame(Buffer.from('1234567890')));
  });
}
