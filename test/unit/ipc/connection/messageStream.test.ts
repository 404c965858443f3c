import { duplexPair } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MessageStream } from '../../../../src/ipc/connection/messageStream.js';
import { DEFAULT_LIMITS } from '../../../../src/ipc/core/limits.js';
import { framingOf } from '../../../../src/ipc/framing/framingOf.js';
import { MessageCodec } from '../../../../src/ipc/framing/messageCodec.js';
import { wireOf } from '../../../support/wires.js';
import { within } from '../../../support/within.js';

const PAD = 'x'.repeat(600);

describe('a message stream that is closing', () => {
  it('gives its reader nothing more after a message that was dropped', async () => {
    const [ours, theirs] = duplexPair();
    theirs.resume();
    const stream = new MessageStream(ours, {
      ...DEFAULT_LIMITS,
      maxBufferedBytes: 1_000,
      onFull: 'wait',
      framing: framingOf('dp', 'listener'),
      codec: new MessageCodec(DEFAULT_LIMITS),
    });
    const send = (number: number): Promise<void> =>
      new Promise((resolve) => theirs.write(wireOf('dp').frame({ number, pad: PAD }), () => resolve()));
    const closed = stream.close();
    // There is room for the first two. The reader makes room again, too late for the third.
    for (const number of [0, 1, 2]) await within(send(number), 'a write');
    expect(await within(stream.read(), 'the first message')).toMatchObject({ number: 0 });
    await within(send(3), 'the last write');
    theirs.end();
    expect(await within(stream.read(), 'the second message')).toMatchObject({ number: 1 });
    expect(await within(stream.read(), 'the end')).toBeNull();
    const { clean, reason } = await within(closed, 'the close');
    expect(clean).toBe(false);
    expect(reason).toContain('messages that nobody read');
  });
});
