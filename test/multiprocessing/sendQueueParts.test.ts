import { Writable } from 'node:stream';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { SendQueue } from '../../src/ipc/connection/sendQueue.js';
import { FrameEncoder } from '../../src/ipc/framing/frameEncoder.js';
import { lengthPrefixFraming } from '../../src/ipc/framing/lengthPrefix.js';
import { rejectionOf } from '../support/rejection.js';

const MIB = 2 ** 20;
const MOST_BYTES = 256 * MIB;
const LIMITS = { maxBufferedBytes: 4 * 1024 * MIB, onFull: 'wait' as const };

/** Takes all, and keeps how much came in which calls; of each a piece of the beginning. */
class Calls extends Writable {
  readonly calls: { bytes: number; first: number | undefined }[] = [];
  broken = false;

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error) => void): void {
    const bytes = chunks.reduce((sum, { chunk }) => sum + chunk.length, 0);
    this.calls.push({ bytes, first: chunks[0]?.chunk[0] });
    setImmediate(done, this.broken ? new Error('broken') : undefined);
  }
}

function queueOver(calls: Calls): SendQueue {
  return new SendQueue(calls as unknown as Duplex, new FrameEncoder(lengthPrefixFraming, 2 ** 32), LIMITS);
}

describe('a message larger than one write may be', () => {
  // Never written to: the system gives no memory for it.
  const large = Buffer.alloc(2 * MOST_BYTES + 5);

  it('is given in parts, in order, with nothing between them', async () => {
    const calls = new Calls();
    const queue = queueOver(calls);
    const first = queue.send(large);
    await new Promise((resolve) => setImmediate(resolve));
    const second = queue.send(Buffer.from('b'));
    await Promise.all([first, second]);
    expect(calls.calls.map(({ bytes }) => bytes)).toEqual([4, MOST_BYTES, MOST_BYTES, 5, 5]);
    expect(queue.bufferedBytes).toBe(0);
  });

  it('fails with what follows it, where the connection breaks', async () => {
    const calls = new Calls();
    calls.on('error', () => undefined);
    calls.broken = true;
    const queue = queueOver(calls);
    const first = rejectionOf(queue.send(large));
    expect((await first).code).toBe('ERR_IPC_CONNECTION_LOST');
  });
});
