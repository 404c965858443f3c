import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { OutgoingBytes } from '../../../../src/ipc/resume/outgoingBytes.js';

const [A, B, C] = [Buffer.from('aaaa'), Buffer.from('bbbb'), Buffer.from('cccc')];

/** Everything that was written to a stream: one read has one chunk or all, by the version of Node.js. */
function sentTo(stream: PassThrough): string {
  const chunks: Buffer[] = [];
  for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

describe('bytes that are not acknowledged', () => {
  it.each([
    [0, 'aaaabbbbcccc'],
    [3, 'abbbbcccc'],
    [4, 'bbbbcccc'],
    [9, 'ccc'],
    [12, ''],
  ])('are sent again from position %i', (position, expected) => {
    const outgoing = new OutgoingBytes(100);
    for (const segment of [A, B, C]) outgoing.write(undefined, segment);
    expect(outgoing.acknowledge(position)).toBe(true);
    const next = new PassThrough();
    expect(outgoing.writeAgain(next)).toBe(expected.length);
    expect(sentTo(next)).toBe(expected);
    expect(outgoing.bytes).toBe(expected.length);
  });

  it('cannot be acknowledged beyond the end, nor backwards', () => {
    const outgoing = new OutgoingBytes(100);
    outgoing.write(undefined, A);
    expect(outgoing.acknowledge(5)).toBe(false);
    expect(outgoing.acknowledge(4)).toBe(true);
    expect(outgoing.acknowledge(3)).toBe(false);
    expect(outgoing.acknowledge(4)).toBe(true);
  });

  it('are bounded, but for a first segment that is larger than the bound', () => {
    const outgoing = new OutgoingBytes(8);
    expect(outgoing.hasRoom(9)).toBe(true);
    outgoing.write(undefined, A);
    expect([outgoing.hasRoom(4), outgoing.hasRoom(5)]).toEqual([true, false]);
    let room = 0;
    outgoing.onAcknowledged = () => (room += 1);
    outgoing.acknowledge(4);
    expect([room, outgoing.hasRoom(9)]).toEqual([1, true]);
  });

  it('settle a write when a later stream has taken it, and at the end', async () => {
    const outgoing = new OutgoingBytes(100);
    const results: unknown[] = [];
    const taken = new Promise((resolve) => {
      outgoing.write(undefined, A, (error) => resolve(results.push(error?.message)));
    });
    outgoing.writeAgain(new PassThrough());
    await taken;
    outgoing.write(undefined, B, (error) => results.push(error?.message));
    outgoing.clear();
    outgoing.write(undefined, C, (error) => results.push(error?.message));
    expect(results).toEqual([undefined, 'the stream is gone', 'the stream is gone']);
  });
});
