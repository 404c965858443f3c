import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SendQueue } from '../../../../src/ipc/connection/sendQueue.js';
import type { SentBytes } from '../../../../src/ipc/connection/sendQueue.js';
import { IpcError } from '../../../../src/ipc/core/errors.js';
import { FRAME_KIND, dpFraming } from '../../../../src/ipc/framing/dpFrame.js';
import { FrameEncoder } from '../../../../src/ipc/framing/frameEncoder.js';
import { parseFrames } from '../../../support/rawFrames.js';
import { rejectionOf } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';

const MAX_FRAME = 1024 * 1024;

/** A stand-in for a socket. It records the bytes of each system call, which `complete` completes. */
class Kernel extends Duplex {
  readonly calls: Buffer[] = [];
  private readonly completions: (() => void)[] = [];

  override _read(): void {
    // Nothing ever comes.
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.calls.push(chunk);
    this.completions.push(done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.calls.push(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    this.completions.push(done);
  }

  /** The kernel takes the oldest write. */
  complete(): void {
    this.completions.shift()?.();
  }
}

function queueOver(
  socket: Socket | Kernel,
  limits: { maxBufferedBytes?: number; onFull?: 'wait' | 'error' } = {},
) {
  const encoder = new FrameEncoder(dpFraming(FRAME_KIND.event), MAX_FRAME);
  return new SendQueue(socket, encoder, {
    maxBufferedBytes: limits.maxBufferedBytes ?? MAX_FRAME,
    onFull: limits.onFull ?? 'wait',
  });
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A real socket that is connected, and gone when the test ends. */
async function realSocket(): Promise<Socket> {
  const server = createServer((peer) => peer.resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  onTestFinished(async () => {
    socket.destroy();
    server.close();
    await within(once(server, 'close'), 'the server closes');
  });
  return socket;
}

describe('the frames of one turn', () => {
  it('leave in one system call', async () => {
    const kernel = new Kernel();
    const queue = queueOver(kernel);
    for (let number = 0; number < 100; number += 1) void queue.send(`{"number":${number}}`);
    expect(kernel.calls, 'nothing before the turn is over').toHaveLength(0);
    await turn();
    expect(kernel.calls).toHaveLength(1);
    expect(parseFrames(kernel.calls[0] as Buffer)).toHaveLength(100);
  });

  it('leave in one system call when some are too large to share memory', async () => {
    const kernel = new Kernel();
    const queue = queueOver(kernel);
    const sizes = [10, 200_000, 20, 100_000, 30];
    for (const size of sizes) void queue.send(JSON.stringify({ text: 'x'.repeat(size) }));
    await turn();
    expect(kernel.calls).toHaveLength(1);
    const lengths = parseFrames(kernel.calls[0] as Buffer).map(
      (value) => (value as { text: string }).text.length,
    );
    expect(lengths).toEqual(sizes);
  });

  it.each([
    ['all small', [1, 2, 3]],
    ['one large', [1, 200_000, 3]],
  ])('are one write request of a real socket: %s', async (_, sizes) => {
    const socket = await realSocket();
    const write = vi.spyOn(socket, '_write');
    const writev = vi.spyOn(socket as Required<Pick<Socket, '_writev'>>, '_writev');
    const queue = queueOver(socket);
    await within(Promise.all(sizes.map((size) => queue.send(`"${'x'.repeat(size)}"`))), 'the sends');
    expect(write.mock.calls.length + writev.mock.calls.length).toBe(1);
  });

  it('share one promise, which settles when the kernel has them', async () => {
    const kernel = new Kernel();
    const queue = queueOver(kernel);
    const first = queue.send('{"a":1}');
    const second = queue.send('{"b":2}');
    expect(second).toBe(first);
    let sent = false;
    void first.then(() => (sent = true));
    await turn();
    expect([sent, queue.bufferedBytes]).toEqual([false, 30]);
    kernel.complete();
    await within(first, 'the send');
    expect(queue.bufferedBytes).toBe(0);
  });

  it('are counted by their bytes once they are known', async () => {
    const kernel = new Kernel();
    const queue = queueOver(kernel);
    const sent = queue.send('"€"');
    await turn();
    expect(queue.bufferedBytes).toBe(8 + 5);
    kernel.complete();
    await within(sent, 'the send');
    expect(queue.bufferedBytes).toBe(0);
  });

  it('are apart from those of the next turn', async () => {
    const kernel = new Kernel();
    const queue = queueOver(kernel);
    void queue.send('{"a":1}');
    await turn();
    kernel.complete();
    void queue.send('{"b":2}');
    await turn();
    expect(kernel.calls.map((call) => parseFrames(call))).toEqual([[{ a: 1 }], [{ b: 2 }]]);
  });
});

describe('the limit', () => {
  it('lets wait what does not fit, in order, and sends it as room comes', async () => {
    const kernel = new Kernel();
    const queue = queueOver(kernel, { maxBufferedBytes: 100 });
    const sends = Array.from({ length: 9 }, (_, n) =>
      queue.send(JSON.stringify({ n, text: 'x'.repeat(30) })),
    );
    for (let round = 0; round < 9; round += 1) {
      await turn();
      expect(kernel.calls.at(-1)?.length).toBeLessThanOrEqual(100);
      kernel.complete();
    }
    await within(Promise.all(sends), 'every send');
    expect(queue.bufferedBytes).toBe(0);
    const order = parseFrames(Buffer.concat(kernel.calls)).map((value) => (value as { n: number }).n);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('settles what was sent in one turn part by part, as the kernel takes it', async () => {
    const kernel = new Kernel();
    const queue = queueOver(kernel, { maxBufferedBytes: 2 * MAX_FRAME });
    const settled: number[] = [];
    const sends = Array.from({ length: 5_000 }, (_, n) =>
      queue.send(JSON.stringify({ n, text: 'x'.repeat(1_000) })).then(() => settled.push(n)),
    );
    const total = queue.bufferedBytes;
    await turn();
    expect(queue.bufferedBytes, 'what waits for room is told').toBe(total);
    kernel.complete();
    await turn();
    expect(settled.length).toBeGreaterThan(1_000);
    expect(settled.length).toBeLessThan(3_000);
    while (queue.bufferedBytes > 0) {
      kernel.complete();
      await turn();
    }
    await within(Promise.all(sends), 'every send');
    expect(settled).toEqual(settled.toSorted((a, b) => a - b));
    const numbers = parseFrames(Buffer.concat(kernel.calls)).map((value) => (value as { n: number }).n);
    expect(numbers).toEqual(settled);
  });

  it('refuses what does not fit where the caller chose that, and says what to do', async () => {
    const kernel = new Kernel();
    const queue = queueOver(kernel, { maxBufferedBytes: 100, onFull: 'error' });
    const first = queue.send(`"${'x'.repeat(80)}"`);
    const error = await rejectionOf(queue.send(`"${'y'.repeat(80)}"`));
    expect(error.code).toBe('ERR_IPC_BUFFER_FULL');
    expect(error.message).toContain('90 bytes wait');
    expect(error.message).toContain('maxBufferedBytes is 100');
    await turn();
    kernel.complete();
    await within(first, 'the first send');
    const third = queue.send('{"room":"again"}');
    await turn();
    kernel.complete();
    await within(third, 'a send once there is room again');
  });

  it('does not keep one message from going that is larger than it, when nothing else waits', async () => {
    const kernel = new Kernel();
    const queue = queueOver(kernel, { maxBufferedBytes: 10, onFull: 'error' });
    const send = queue.send(`"${'x'.repeat(1_000)}"`);
    await turn();
    kernel.complete();
    await within(send, 'the send');
  });

  it('passes over a message that waited and is too large for a frame', async () => {
    const kernel = new Kernel();
    const queue = queueOver(kernel, { maxBufferedBytes: 10 });
    const first = queue.send('"first"');
    const refused = rejectionOf(queue.send(`"${'x'.repeat(MAX_FRAME)}"`));
    const last = queue.send('"last"');
    for (let round = 0; round < 3; round += 1) {
      await turn();
      kernel.complete();
    }
    expect((await refused).code).toBe('ERR_IPC_FRAME_TOO_LARGE');
    await within(Promise.all([first, last, queue.flush()]), 'the others, and the flush');
    expect(parseFrames(Buffer.concat(kernel.calls))).toEqual(['first', 'last']);
  });
});

describe('a failure', () => {
  it('is told to what is being written, what waits and what comes later', async () => {
    const kernel = new Kernel();
    const queue = queueOver(kernel, { maxBufferedBytes: 50 });
    const cause = new IpcError('ERR_IPC_ABORTED', 'enough');
    const sends = [queue.send(`"${'x'.repeat(40)}"`), queue.send(`"${'y'.repeat(40)}"`)].map(rejectionOf);
    await turn();
    queue.fail(cause);
    queue.fail(new IpcError('ERR_IPC_ABORTED', 'again'));
    // A socket that is destroyed reports the write it dropped as done.
    kernel.complete();
    sends.push(rejectionOf(queue.send('"later"')));
    expect(await Promise.all(sends)).toEqual([cause, cause, cause]);
    expect(await rejectionOf(queue.flush())).toBe(cause);
  });

  it('of a write is told with its cause', async () => {
    const kernel = new Kernel();
    kernel.on('error', () => undefined);
    const cause = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    kernel._write = (_chunk, _encoding, done: (error: Error) => void) => {
      done(cause);
    };
    const queue = queueOver(kernel);
    expect(await rejectionOf(queue.send('{}'))).toMatchObject({ code: 'ERR_IPC_CONNECTION_LOST', cause });
  });
});

describe('the memory of sent frames', () => {
  const FRAME = 20_000;

  /** Sends frames of one letter each, and lets the kernel take them all. @returns what the kernel was given */
  async function sendAll(queue: SendQueue, kernel: Kernel, letters: string): Promise<Buffer[]> {
    const before = kernel.calls.length;
    for (const letter of letters) {
      const sent = queue.send(Buffer.alloc(FRAME, letter));
      await turn();
      kernel.complete();
      await sent;
    }
    return kernel.calls.slice(before);
  }

  const letterOf = (frame: Buffer | undefined): string => String.fromCharCode(frame?.at(-1) ?? 0);

  function queueWith(store?: SentBytes): { kernel: Kernel; queue: SendQueue } {
    const kernel = new Kernel();
    const encoder = new FrameEncoder(dpFraming(FRAME_KIND.event), MAX_FRAME, true);
    return {
      kernel,
      queue: new SendQueue(kernel, encoder, { maxBufferedBytes: MAX_FRAME, onFull: 'wait', store }),
    };
  }

  it('is used again when the kernel has the bytes', async () => {
    const { kernel, queue } = queueWith();
    const [first] = await sendAll(queue, kernel, 'abcdefghijkl');
    expect(letterOf(first)).not.toBe('a');
  });

  it('is not used again before the peer has acknowledged the bytes, if they are kept for it', async () => {
    const store: SentBytes = { hasRoom: () => true, onAcknowledged: undefined, onReplay: undefined };
    const { kernel, queue } = queueWith(store);
    const frames = await sendAll(queue, kernel, 'abcdefghijkl');
    expect(frames.map(letterOf).join('')).toBe('abcdefghijkl');
    store.onAcknowledged?.(12 * (FRAME + 8));
    await sendAll(queue, kernel, 'mnopqrstuvwx');
    expect(frames.map(letterOf).join('')).not.toBe('abcdefghijkl');
  });

  it('is not used again at all once kept bytes were written to a second stream', async () => {
    const store: SentBytes = { hasRoom: () => true, onAcknowledged: undefined, onReplay: undefined };
    const { kernel, queue } = queueWith(store);
    const frames = await sendAll(queue, kernel, 'abcdefghijkl');
    store.onReplay?.();
    store.onAcknowledged?.(12 * (FRAME + 8));
    await sendAll(queue, kernel, 'mnopqrstuvwx');
    expect(frames.map(letterOf).join('')).toBe('abcdefghijkl');
  });
});
