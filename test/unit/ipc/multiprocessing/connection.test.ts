import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  BufferTooShortError,
  bytes,
  connect,
  structured,
} from '../../../../src/ipc/multiprocessing/index.js';
import { rejectionOf } from '../../../support/rejection.js';
import { settledValue } from '../../../support/turns.js';
import { eventually, within } from '../../../support/within.js';
import { connectRawPython } from './support/rawPython.js';
import { WAYS, accepted, listening, pairOver, pattern, piped } from './support/ends.js';

const KIB = 1024;
const MIB = 1024 * KIB;
const SHORT_MS = 200;
/** Messages of 64 KiB: more than any kernel keeps for one connection. */
const FLOOD = 512;

describe.each(WAYS)('a connection by $name', (way) => {
  it('carries values both ways, in order', async () => {
    const [one, other] = await pairOver(way);
    const values = [null, 0, '', 'aé✓😀', [], { a: { b: [1.5, true] } }];
    await Promise.all(values.map((value) => one.send(value)));
    for (const value of values) expect(await within(other.recv(), 'a value')).toEqual(value);
    await other.send('back');
    expect(await within(one.recv(), 'an answer')).toBe('back');
  });

  it.each([0, 1, 16 * KIB - 1, 16 * KIB, 16 * KIB + 1, 64 * KIB, 16 * MIB])(
    'carries a message of %i bytes',
    async (size) => {
      const [one, other] = await pairOver(way);
      const sent = one.sendBytes(pattern(size));
      const received = await within(other.recvBytes(), 'the message');
      await within(sent, 'it is sent');
      expect([received.length, received.equals(pattern(size))]).toEqual([size, true]);
    },
  );

  it('keeps messages apart, empty ones too', async () => {
    const [one, other] = await pairOver(way);
    for (const size of [0, 3, 0, 0, 5]) void one.sendBytes(pattern(size));
    await one.close();
    const sizes: number[] = [];
    for (let count = 0; count < 5; count += 1) sizes.push((await other.recvBytes()).length);
    expect(sizes).toEqual([0, 3, 0, 0, 5]);
    expect((await rejectionOf(other.recvBytes())).code).toBe('ERR_IPC_END');
  });

  it('keeps the order of sends that nobody waited for, whatever their sizes', async () => {
    const [one, other] = await pairOver(way, { maxBufferedBytes: MIB });
    const sizes = Array.from({ length: 300 }, (_, number) => (number % 7 === 0 ? 200 * KIB : number));
    const sent = Promise.all(sizes.map((size) => one.sendBytes(pattern(size))));
    for (const size of sizes) expect((await within(other.recvBytes(), 'the next')).length).toBe(size);
    await within(sent, 'all are sent');
  });

  it('answers reads that wait beside each other in their order', async () => {
    const [one, other] = await pairOver(way);
    const reads = Array.from({ length: 50 }, () => one.recv());
    for (let number = 0; number < 50; number += 1) await other.send(number);
    expect(await within(Promise.all(reads), 'all reads')).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('answers all reads that wait at the end', async () => {
    const [one, other] = await pairOver(way);
    const reads = [one.recv(), one.recvBytes(), one.recvBytesInto(Buffer.alloc(1))].map(rejectionOf);
    await other.close();
    for (const read of reads) expect((await read).code).toBe('ERR_IPC_END');
  });

  it('gives what came before the end, and then the end, again and again', async () => {
    const [one, other] = await pairOver(way);
    await Promise.all([other.send(1), other.send(2), other.close()]);
    await within(one.ended, 'the end has come');
    expect([await one.recv(), await one.recv()]).toEqual([1, 2]);
    for (let time = 0; time < 3; time += 1) expect((await rejectionOf(one.recv())).code).toBe('ERR_IPC_END');
    expect([one.closed, other.closed]).toEqual([false, true]);
    expect((await rejectionOf(one.send(3))).code).toBe('ERR_IPC_CLOSED');
  });

  it('iterates over values until the end', async () => {
    const [one, other] = await pairOver<number>(way);
    void other.send(1);
    void other.send(2);
    void other.close();
    const values: number[] = [];
    for await (const value of one) values.push(value);
    expect(values).toEqual([1, 2]);
  });

  it('takes nothing more once it is closed here', async () => {
    const [one, other] = await pairOver(way);
    await other.send('never read');
    await within(Promise.all([one.close(), other.close()]), 'both are closed');
    for (const attempt of [
      one.send(1),
      one.sendBytes(Buffer.alloc(1)),
      one.recv(),
      one.recvBytes(),
      one.recvBytesInto(Buffer.alloc(1)),
      one.poll(),
    ]) {
      expect((await rejectionOf(attempt)).code).toBe('ERR_IPC_CLOSED');
    }
    await one.close();
    await one[Symbol.asyncDispose]();
  });

  it('tells the reads that wait when it is closed or destroyed here', async () => {
    const [one, other] = await pairOver(way);
    const closed = rejectionOf(one.recv());
    await Promise.all([one.close(), other.close()]);
    expect((await closed).code).toBe('ERR_IPC_CLOSED');
    const [third, fourth] = await pairOver(way);
    const reads = [third.recv(), third.recv()].map(rejectionOf);
    third.destroy();
    for (const read of reads) expect((await read).code).toBe('ERR_IPC_CLOSED');
    expect(third.closed).toBe(true);
    expect(['ERR_IPC_END', 'ERR_IPC_CONNECTION_LOST']).toContain((await rejectionOf(fourth.recv())).code);
  });

  it('puts messages into memory that is there', async () => {
    const [one, other] = await pairOver(way);
    const target = Buffer.alloc(8, '.');
    await other.sendBytes(Buffer.from('abc'));
    expect(await one.recvBytesInto(target)).toBe(3);
    await other.sendBytes(Buffer.from('de'));
    expect(await one.recvBytesInto(target, 6)).toBe(2);
    expect(target.toString()).toBe('abc...de');
    await other.sendBytes(Buffer.alloc(0));
    expect(await one.recvBytesInto(target, 8)).toBe(0);
    const floats = new Float64Array(2);
    await other.sendBytes(new Float64Array([1.5]));
    expect(await one.recvBytesInto(floats, 8)).toBe(8);
    expect([...floats]).toEqual([0, 1.5]);
  });

  it('gives a message that does not fit whole, with the error, and goes on', async () => {
    const [one, other] = await pairOver(way);
    await other.sendBytes(Buffer.from('abcd'));
    await other.send('next');
    const target = Buffer.alloc(4, '.');
    const error = await rejectionOf(one.recvBytesInto(target, 1));
    expect([error, error.code, error.name]).toEqual([
      expect.any(BufferTooShortError),
      'ERR_IPC_BUFFER_TOO_SHORT',
      'BufferTooShortError',
    ]);
    expect((error as BufferTooShortError).bytes.toString()).toBe('abcd');
    expect(target.toString()).toBe('....');
    expect(await one.recv()).toBe('next');
  });

  it('ends where a message is longer than was asked for, which both ends are told', async () => {
    const [one, other] = await pairOver(way);
    await other.sendBytes(Buffer.from('abc'));
    await other.sendBytes(Buffer.from('abcd'));
    expect((await one.recvBytes({ maxLength: 3 })).toString()).toBe('abc');
    const waiting = rejectionOf(other.recv());
    const error = await rejectionOf(one.recvBytes({ maxLength: 3 }));
    expect([error.code, error.message]).toEqual([
      'ERR_IPC_FRAME_TOO_LARGE',
      expect.stringContaining('4 bytes'),
    ]);
    expect((await rejectionOf(one.recv())).code).toBe('ERR_IPC_CLOSED');
    expect(one.closed).toBe(true);
    expect(['ERR_IPC_END', 'ERR_IPC_CONNECTION_LOST']).toContain((await waiting).code);
  });

  it('takes an empty message where nothing more was asked for', async () => {
    const [one, other] = await pairOver(way);
    await other.sendBytes(Buffer.alloc(0));
    expect(await one.recvBytes({ maxLength: 0 })).toHaveLength(0);
  });

  it('ends where a message is longer than it may be at all, and says so each time', async () => {
    const [one, other] = await pairOver(way, { maxFrameBytes: 1000 }, {});
    if (way.address === undefined) return;
    await other.sendBytes(Buffer.alloc(1000));
    void other.sendBytes(Buffer.alloc(1001)).catch(() => undefined);
    expect(await one.recvBytes()).toHaveLength(1000);
    for (let time = 0; time < 2; time += 1)
      expect((await rejectionOf(one.recv())).code).toBe('ERR_IPC_FRAME_TOO_LARGE');
    expect((await rejectionOf(one.sendBytes(Buffer.alloc(1001)))).code).not.toBe('ERR_IPC_END');
  });

  it('does not send what is longer than it may be, and goes on', async () => {
    const [one, other] = await pairOver(way, { maxFrameBytes: 1000 });
    const error = await rejectionOf(one.sendBytes(Buffer.alloc(1001)));
    expect(error.code).toBe('ERR_IPC_FRAME_TOO_LARGE');
    await one.send('next');
    expect(await other.recv()).toBe('next');
  });

  it('stops a peer that sends what nobody reads, and loses nothing', async () => {
    const limits = { maxBufferedBytes: 64 * KIB };
    const [one, other] = await pairOver(way, limits);
    let sent = 0;
    const flood = Array.from({ length: FLOOD }, async () => {
      await one.sendBytes(pattern(64 * KIB));
      sent += 1;
    });
    const before = await settledValue(() => sent);
    // The buffers of the kernel come in addition.
    expect(before).toBeLessThan(FLOOD / 2);
    for (let count = 0; count < FLOOD; count += 1)
      expect((await within(other.recvBytes(), 'the next')).length).toBe(64 * KIB);
    await within(Promise.all(flood), 'all are sent');
  });

  it('refuses a send that has no room, where that was asked for', async () => {
    const [one] = await pairOver(way, { maxBufferedBytes: 1000, onFull: 'error' });
    const first = one.sendBytes(Buffer.alloc(1000));
    const error = await rejectionOf(one.sendBytes(Buffer.alloc(1000)));
    expect(error.code).toBe('ERR_IPC_BUFFER_FULL');
    await within(first, 'the first is sent');
  });

  it('drops a peer that never ends its side, at the deadline of the close', async () => {
    const [one, other] = await pairOver(way, { closeTimeoutMs: SHORT_MS, maxBufferedBytes: 1000 });
    // Neither read nor ended: the other end is held back by what it has to be read first.
    void other.sendBytes(Buffer.alloc(100 * KIB)).catch(() => undefined);
    void one.sendBytes(Buffer.alloc(MIB)).catch(() => undefined);
    void one.sendBytes(Buffer.alloc(MIB)).catch(() => undefined);
    await within(one.close(), 'it is closed');
    const { clean } = await one.ended;
    expect(clean).toBe(false);
  });
});

describe('arguments of a connection', () => {
  it.each([
    ['an offset below 0', [-1], 'offset -1'],
    ['an offset behind the end', [5], 'offset 5'],
    ['a size below 0', [0, -1], 'size -1'],
    ['a size beyond the end', [2, 3], 'size 3'],
    ['an offset that is not whole', [0.5], 'offset 0.5'],
    ['a size that is no number', [0, NaN], 'size NaN'],
  ] as const)('are checked: %s', async (_, [offset, size], what) => {
    const [one, other] = piped();
    const error = await rejectionOf(one.sendBytes(Buffer.from('abcd'), offset, size));
    expect([error.code, error.message]).toEqual(['ERR_IPC_ARGUMENT', expect.stringContaining(what)]);
    await one.send('next');
    expect(await other.recv()).toBe('next');
  });

  it.each([
    [[], 'abcd'],
    [[1], 'bcd'],
    [[1, 2], 'bc'],
    [[4], ''],
    [[0, 0], ''],
    [[4, 0], ''],
  ] as const)('choose a part: %j', async ([offset, size], text) => {
    const [one, other] = piped();
    await one.sendBytes(Buffer.from('abcd'), offset, size);
    expect((await other.recvBytes()).toString()).toBe(text);
  });

  it('take any view as the bytes that it has', async () => {
    const [one, other] = piped();
    const buffer = new Uint8Array([9, 1, 0, 2, 0, 9]).buffer;
    for (const view of [
      new Uint8Array(buffer, 1, 4),
      new Uint16Array(buffer, 2, 1),
      new DataView(buffer, 1, 4),
    ]) {
      await one.sendBytes(view);
      const expected = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
      expect(await other.recvBytes()).toEqual(expected);
    }
  });

  it.each([['text'], [undefined], [[1, 2]], [new ArrayBuffer(2)]])('take no other: %j', async (thing) => {
    const [one] = piped();
    const view = thing as unknown as Uint8Array;
    for (const attempt of [one.sendBytes(view), one.recvBytesInto(view)])
      expect((await rejectionOf(attempt)).code).toBe('ERR_IPC_ARGUMENT');
  });

  it('bound what is read: a length below 0, or an offset outside', async () => {
    const [one] = piped();
    for (const maxLength of [-1, NaN])
      expect((await rejectionOf(one.recvBytes({ maxLength }))).code).toBe('ERR_IPC_ARGUMENT');
    for (const offset of [-1, 3, 0.5, NaN])
      expect((await rejectionOf(one.recvBytesInto(Buffer.alloc(2), offset))).code).toBe('ERR_IPC_ARGUMENT');
  });
});

describe('memory of a message', () => {
  it('is not shared with the sender, whatever the size', async () => {
    for (const size of [10, 100 * KIB]) {
      const [one, other] = piped<Uint8Array>({ codec: bytes });
      const mine = pattern(size);
      const sent = one.send(mine);
      const received = await within(other.recv(), 'the message');
      await sent;
      mine.fill(0);
      expect(Buffer.from(received).equals(pattern(size))).toBe(true);
    }
  });
});

describe('a peer that sends empty messages', () => {
  it('is stopped by a reader that is behind, like any other, and loses nothing', async () => {
    const listener = await listening(undefined, { maxBufferedBytes: 64 * KIB });
    const peer = await connectRawPython(listener.address);
    const one = await accepted(listener);
    const count = 300_000;
    let written = false;
    peer.socket.write(Buffer.alloc(4 * count), () => (written = true));
    expect(await settledValue(() => peer.socket.bytesWritten)).toBe(4 * count);
    expect(written).toBe(false);
    for (let read = 0; read < count; read += 1) expect((await one.recvBytes()).length).toBe(0);
    await eventually(() => written, 'all is sent');
  });
});

describe('a peer that dies', () => {
  it('ends the connection, behind what it sent', async () => {
    const listener = await listening(['127.0.0.1', 0]);
    const [one, other] = await Promise.all([accepted(listener), connect(listener.address)]);
    await other.send('last words');
    await eventually(() => other.readable, 'sent');
    other.destroy();
    expect(await within(one.recv(), 'its last words')).toBe('last words');
    expect(['ERR_IPC_END', 'ERR_IPC_CONNECTION_LOST']).toContain((await rejectionOf(one.recv())).code);
  });

  it('in the middle of a message is told as that, each time', async () => {
    const listener = await listening();
    const peer = await connectRawPython(listener.address);
    const one = await accepted(listener);
    peer.write(Buffer.from('00000004616263', 'hex'));
    peer.end();
    for (let time = 0; time < 2; time += 1) {
      const error = await rejectionOf(one.recv());
      expect([error.code, error.message]).toEqual([
        'ERR_IPC_FRAME_TRUNCATED',
        expect.stringContaining('1 of 4 payload bytes'),
      ]);
    }
    if (!peer.socket.closed) await within(once(peer.socket.resume(), 'close'), 'the peer is dropped');
  });
});

describe('structured values', () => {
  it('arrive as they were', async () => {
    const [one, other] = piped({ codec: structured });
    const cycle: Record<string, unknown> = {
      date: new Date(0),
      map: new Map([[1, new Set(['a'])]]),
      big: 2n ** 70n,
    };
    cycle.self = cycle;
    await one.send(cycle);
    const received = (await other.recv()) as typeof cycle;
    expect(received.self).toBe(received);
    expect([received.date, received.map, received.big]).toEqual([cycle.date, cycle.map, cycle.big]);
  });
});
