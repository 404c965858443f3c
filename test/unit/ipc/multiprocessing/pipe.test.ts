import { describe, expect, it } from 'vitest';
import { pipe } from '../../../../src/ipc/multiprocessing/index.js';
import { rejectionOf, thrownBy } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';
import { piped } from './support/ends.js';

const LARGE_BYTES = 4 * 1024 * 1024;

describe('a pipe of one way', () => {
  it('reads at the first end and writes at the second', async () => {
    const [reader, writer] = piped({ duplex: false });
    expect([reader.readable, reader.writable, writer.readable, writer.writable]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    await writer.send('through');
    expect(await reader.recv()).toBe('through');
    await writer.close();
    expect((await rejectionOf(reader.recv())).code).toBe('ERR_IPC_END');
  });

  it('says which way it goes to who tries the other', async () => {
    const [reader, writer] = piped({ duplex: false });
    for (const attempt of [reader.send(1), reader.sendBytes(Buffer.alloc(1))]) {
      const error = await rejectionOf(attempt);
      expect([error.code, error.message]).toEqual(['ERR_IPC_STATE', expect.stringContaining('read from')]);
    }
    for (const attempt of [writer.recv(), writer.recvBytes(), writer.poll()]) {
      const error = await rejectionOf(attempt);
      expect([error.code, error.message]).toEqual(['ERR_IPC_STATE', expect.stringContaining('written to')]);
    }
  });

  it('tells the writer when the reader has gone', async () => {
    const [reader, writer] = piped({ duplex: false });
    await reader.close();
    await within(writer.ended, 'the writer is told');
    expect((await rejectionOf(writer.send(1))).code).toBe('ERR_IPC_CLOSED');
  });
});

describe('a pipe', () => {
  it('goes both ways unless it is told otherwise', () => {
    for (const end of [...piped(), ...piped({ duplex: true })])
      expect([end.readable, end.writable, end.closed]).toEqual([true, true, false]);
  });

  it('is checked before it is made', () => {
    expect(thrownBy(() => pipe({ maxFrameBytes: 0 })).code).toBe('ERR_IPC_CONFIG');
  });

  it.each(['close', 'destroy'] as const)('tells the other end of a %s', async (how) => {
    const [one, other] = piped();
    const read = rejectionOf(other.recv());
    void one[how]();
    expect((await read).code).toBe('ERR_IPC_END');
    await within(Promise.all([one.ended, other.ended]), 'both have ended');
  });

  it.each([0, 1])('settles a send that nobody read when end %i is dropped', async (dropped) => {
    const [one, other] = piped();
    const sent = rejectionOf(
      Promise.all([
        one.sendBytes(Buffer.alloc(LARGE_BYTES)),
        one.sendBytes(Buffer.alloc(LARGE_BYTES)),
        one.sendBytes(Buffer.alloc(4 * LARGE_BYTES)),
        one.sendBytes(Buffer.alloc(4 * LARGE_BYTES)),
      ]),
    );
    (dropped === 0 ? one : other).destroy();
    expect(['ERR_IPC_CLOSED', 'ERR_IPC_CONNECTION_LOST']).toContain((await sent).code);
    await within(Promise.all([one.ended, other.ended]), 'both have ended');
  });

  it('gives what was sent before a close, however large', async () => {
    const [one, other] = piped();
    void one.sendBytes(Buffer.alloc(LARGE_BYTES, 'a'));
    void one.send('last');
    const closed = one.close();
    expect(await within(other.recvBytes(), 'the large one')).toHaveLength(LARGE_BYTES);
    expect(await other.recv()).toBe('last');
    expect((await rejectionOf(other.recv())).code).toBe('ERR_IPC_END');
    await within(closed, 'it is closed');
    expect((await one.ended).clean).toBe(true);
  });

  it('can be closed at both ends in the same turn', async () => {
    const [one, other] = piped();
    await within(Promise.all([one.close(), other.close()]), 'both are closed');
    expect([(await one.ended).clean, (await other.ended).clean]).toEqual([true, true]);
  });
});
