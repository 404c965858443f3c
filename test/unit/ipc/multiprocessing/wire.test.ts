import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameDecoder } from '../../../../src/ipc/framing/frameDecoder.js';
import { FrameEncoder } from '../../../../src/ipc/framing/frameEncoder.js';
import { lengthPrefixFraming } from '../../../../src/ipc/framing/lengthPrefix.js';
import { bytes } from '../../../../src/ipc/multiprocessing/index.js';
import { readToTheEnd } from '../../../security/support/sessions.js';
import { rejectionOf } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';
import { accepted, listening } from './support/ends.js';
import { connectRawPython, rawLongMessage, rawMessage } from './support/rawPython.js';
import type { RawPython } from './support/rawPython.js';

const GIB = 2 ** 30;

async function pair(limits: { maxFrameBytes?: number } = {}) {
  const listener = await listening(undefined, limits);
  const peer = await connectRawPython(listener.address);
  return { connection: await accepted(listener), peer };
}

/** All payloads of a stream that comes in pieces. */
function decoded(pieces: readonly Buffer[], maxFrameBytes = GIB): Buffer[] {
  const payloads: Buffer[] = [];
  const decoder = new FrameDecoder(lengthPrefixFraming, maxFrameBytes, (source, start, end) => {
    payloads.push(Buffer.from(source.subarray(start, end)));
  });
  for (const piece of pieces) decoder.push(piece);
  decoder.end();
  return payloads;
}

describe('what is sent', () => {
  it('is a length and the bytes, as Python sends them', async () => {
    const { connection, peer } = await pair();
    await connection.send({ a: 1 });
    await connection.sendBytes(Buffer.alloc(0));
    await connection.sendBytes(Buffer.from('ff00', 'hex'));
    void connection.close();
    const hex = (await readToTheEnd(peer.socket)).toString('hex');
    expect(hex).toBe(`00000007${Buffer.from('{"a":1}').toString('hex')}${'00000000'}${'00000002ff00'}`);
  });

  it('has the long form for what is longer than 2 GiB less one byte, and no other', () => {
    const headerOf = (length: number): string => {
      const header = Buffer.alloc(lengthPrefixFraming.headerBytes(length));
      lengthPrefixFraming.writeHeader(header, 0, length);
      return header.toString('hex');
    };
    expect([0, 1, 0x7fffffff].map(headerOf)).toEqual(['00000000', '00000001', '7fffffff']);
    expect(headerOf(0x80000000)).toBe('ffffffff0000000080000000');
    expect(headerOf(2 ** 40 + 1)).toBe('ffffffff0000010000000001');
  });
});

describe('what is received', () => {
  it.each([0, 1, 3, 70_000])('may have the long form for any length: %i bytes', async (length) => {
    const { connection, peer } = await pair();
    const payload = Buffer.alloc(length, 'x');
    peer.write(Buffer.concat([rawLongMessage(payload), rawMessage('"next"')]));
    expect(await within(connection.recvBytes(), 'the message')).toEqual(payload);
    expect(await connection.recv()).toBe('next');
  });

  it('may be cut anywhere', () => {
    const stream = Buffer.concat([
      rawMessage('one'),
      rawMessage(''),
      rawLongMessage('two'),
      rawLongMessage(''),
      rawMessage('three'),
    ]);
    const expected = ['one', '', 'two', '', 'three'];
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const pieces = [stream.subarray(0, cut), stream.subarray(cut)];
      expect(decoded(pieces).map(String)).toEqual(expected);
    }
    expect(decoded([...stream].map((byte) => Buffer.of(byte))).map(String)).toEqual(expected);
  });

  it('is what was sent, whatever the sizes and the pieces', () => {
    const small = [fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 30 })] as const;
    const large = [
      fc.constantFrom(0, 65_531, 65_532, 70_000),
      fc.integer({ min: 1000, max: 70_000 }),
    ] as const;
    const streams = [small, large].map(([size, step]) =>
      fc.tuple(fc.array(size, { maxLength: 8 }), fc.array(step, { minLength: 1 })),
    );
    fc.assert(
      fc.property(fc.oneof(...streams), ([lengths, steps]) => {
        const encoder = new FrameEncoder(lengthPrefixFraming, GIB);
        const payloads = lengths.map((length, number) => Buffer.alloc(length, number + 1));
        for (const payload of payloads) encoder.append(payload);
        const stream = Buffer.concat(encoder.take());
        const pieces: Buffer[] = [];
        for (let at = 0, step = 0; at < stream.length; step += 1) {
          const size = steps[step % steps.length] ?? 1;
          pieces.push(stream.subarray(at, at + size));
          at += size;
        }
        const received = decoded(pieces);
        expect(received.map((payload, number) => payloads[number]?.equals(payload))).toEqual(
          payloads.map(() => true),
        );
      }),
      { numRuns: 100 },
    );
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ['a length of -2', 'fffffffe', 'ERR_IPC_FRAME_HEADER'],
    ['the least length', '80000000', 'ERR_IPC_FRAME_HEADER'],
    ['over the limit', '000003e9', 'ERR_IPC_FRAME_TOO_LARGE'],
    ['the largest short length', '7fffffff', 'ERR_IPC_FRAME_TOO_LARGE'],
    ['over the limit, in the long form', 'ffffffff00000000000003e9', 'ERR_IPC_FRAME_TOO_LARGE'],
    ['2^62 bytes', 'ffffffff4000000000000000', 'ERR_IPC_FRAME_TOO_LARGE'],
    ['2^53 bytes', 'ffffffff0020000000000000', 'ERR_IPC_FRAME_TOO_LARGE'],
    ['-1 in the long form', 'ffffffffffffffffffffffff', 'ERR_IPC_FRAME_TOO_LARGE'],
    ['HTTP', '474554202f20485454502f312e310d0a', 'ERR_IPC_FRAME_TOO_LARGE'],
  ];

  it.each(wrong)('ends the connection behind what was good: %s', async (_, hex, code) => {
    const { connection, peer } = await pair({ maxFrameBytes: 1000 });
    peer.write(Buffer.concat([rawMessage('"good"'), Buffer.from(hex, 'hex'), rawMessage('"never read"')]));
    expect(await within(connection.recv(), 'the good one')).toBe('good');
    const error = await rejectionOf(connection.recv());
    expect([error.code, error.message]).toEqual([code, expect.stringContaining('at byte 10 of the stream')]);
    expect(error.message).toContain(`frame begins ${hex.slice(0, 8)}`);
    expect((await connection.ended).clean).toBe(false);
    expect(await readToTheEnd(peer.socket)).toHaveLength(0);
  });

  it.each([
    ['half a length', '0000'],
    ['half a long length', 'ffffffff000000'],
    ['a length alone', '00000001'],
    ['half a message', '0000000461'],
  ])('is told as cut off where it ends after %s', async (_, hex) => {
    const { connection, peer } = await pair();
    peer.write(Buffer.concat([rawMessage('"good"'), Buffer.from(hex, 'hex')]));
    peer.end();
    expect(await within(connection.recv(), 'the good one')).toBe('good');
    expect((await rejectionOf(connection.recv())).code).toBe('ERR_IPC_FRAME_TRUNCATED');
  });

  it('takes no memory for a length over the limit, and says so where memory is short', () => {
    const allocate = Buffer.allocUnsafeSlow.bind(Buffer);
    const asked: number[] = [];
    Buffer.allocUnsafeSlow = (size: number) => {
      asked.push(size);
      if (size >= GIB) throw new RangeError('Array buffer allocation failed');
      return allocate(size);
    };
    try {
      expect(() => decoded([Buffer.from('7fffffff', 'hex')], 1000)).toThrow(/maxFrameBytes is 1000/);
      expect(Math.max(...asked)).toBeLessThan(1000);
      expect(() => decoded([Buffer.from('7fffffff', 'hex')], 4 * GIB)).toThrow(
        /2147483647 bytes: this process cannot get as much memory at once/,
      );
    } finally {
      Buffer.allocUnsafeSlow = allocate;
    }
  });
});

describe('bytes and values', () => {
  it('can be sent over one connection', async () => {
    const { connection, peer } = await pair();
    await connection.send('value');
    await connection.sendBytes(Buffer.from('bytes'));
    const received = [await receive(peer), await receive(peer)];
    expect(received).toEqual(['"value"', 'bytes']);
    peer.write(Buffer.concat([rawMessage('"value"'), rawMessage('bytes')]));
    expect(await connection.recv()).toBe('value');
    expect((await connection.recvBytes()).toString()).toBe('bytes');
  });

  it('are the same with the codec of bytes', async () => {
    const listener = await listening(undefined, { codec: bytes });
    const peer = await connectRawPython(listener.address);
    const connection = await accepted(listener);
    await connection.send(Buffer.from('bytes'));
    expect(await receive(peer)).toBe('bytes');
  });
});

async function receive(peer: RawPython): Promise<string> {
  return (await peer.receive()).toString();
}
