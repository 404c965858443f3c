import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/ipc/core/messages.js';
import { FRAME_KIND, dpFraming } from '../../../../src/ipc/framing/dpFrame.js';
import { FrameDecoder } from '../../../../src/ipc/framing/frameDecoder.js';
import { FrameEncoder } from '../../../../src/ipc/framing/frameEncoder.js';
import { decodeMessage, encodeMessage } from '../../../../src/ipc/framing/messageCodec.js';
import { COMMAND, EVENT, parseFrames, rawFrame } from '../../../support/rawFrames.js';
import { thrownBy } from '../../../support/rejection.js';

const MAX = 1024 * 1024;

describe('FrameEncoder', () => {
  it.each([
    [
      FRAME_KIND.event,
      '{"event": "initialized"}',
      '44500101000000187b226576656e74223a2022696e697469616c697a6564227d',
    ],
    [
      FRAME_KIND.command,
      '{"command":"initialize","arguments":{},"id":1}',
      '445001020000002e7b22636f6d6d616e64223a22696e697469616c697a65222c22617267756d656e7473223a7b7d2c226964223a317d',
    ],
  ])('writes the golden vector of kind %i', (kind, json, hex) => {
    const encoder = new FrameEncoder(dpFraming(kind), MAX);
    expect(encoder.append(json)).toBe(hex.length / 2);
    expect(Buffer.concat(encoder.take()).toString('hex')).toBe(hex);
  });

  it('puts the frames of one turn behind each other in one buffer', () => {
    const encoder = new FrameEncoder(dpFraming(FRAME_KIND.event), MAX);
    const texts = Array.from({ length: 50 }, (_, index) => `{"number":${index}}`);
    for (const text of texts) encoder.append(text);
    const segments = encoder.take();
    expect(segments).toHaveLength(1);
    expect(segments[0]).toEqual(Buffer.concat(texts.map((text) => rawFrame(text, EVENT))));
  });

  it('counts bytes in the header, and characters in what it says at first', () => {
    const encoder = new FrameEncoder(dpFraming(FRAME_KIND.command), MAX);
    const json = '{"text":"é€😀"}';
    expect(encoder.append(json)).toBe(8 + json.length);
    expect(Buffer.concat(encoder.take())).toEqual(rawFrame(json, COMMAND));
  });

  it('keeps the order of small frames and of those too large to share a buffer', () => {
    const encoder = new FrameEncoder(dpFraming(FRAME_KIND.event), MAX);
    const messages = ['a', 'B'.repeat(100_000), 'c', 'd', 'E'.repeat(70_000), 'f'].map((text) => ({ text }));
    for (const message of messages) encoder.append(JSON.stringify(message));
    expect(parseFrames(Buffer.concat(encoder.take()))).toEqual(messages);
  });

  it.each([
    ['kept', false],
    ['used again', true],
  ])('never writes over a frame that somebody may need, if memory is %s', (_, reuses) => {
    const encoder = new FrameEncoder(dpFraming(FRAME_KIND.event), MAX, reuses);
    const needed: { segment: Buffer; copy: Buffer; end: number }[] = [];
    const memory = new Set<unknown>();
    let position = 0;
    for (let round = 0; round < 20_000; round += 1) {
      encoder.append(`{"round":${round},"text":"${(round % 13 === 0 ? 'é' : 'e').repeat(round % 90)}"}`);
      if (round % 500 === 0) encoder.append(`"${'L'.repeat(70_000)}"`);
      if (round % 7 !== 0) continue;
      for (const segment of encoder.take()) {
        position += segment.length;
        memory.add(segment.buffer);
        needed.push({ segment, copy: Buffer.from(segment), end: position });
      }
      while (needed.length > 200) {
        const first = needed.shift();
        expect(first?.segment.equals(first.copy)).toBe(true);
        encoder.release(first?.end ?? 0);
      }
    }
    for (const { segment, copy } of needed) expect(segment.equals(copy)).toBe(true);
    // 40 large frames have memory of their own. The others share chunks of 64 KiB, of which few are needed at once.
    const chunks = memory.size - 40;
    if (reuses) expect(chunks).toBeLessThan(12);
    else expect(chunks).toBeGreaterThan(20);
  });

  it('uses no memory again once it is told so', () => {
    const encoder = new FrameEncoder(dpFraming(FRAME_KIND.event), MAX, true);
    const memory = new Set<unknown>();
    encoder.stopReuse();
    let position = 0;
    for (let round = 0; round < 100; round += 1) {
      encoder.append(Buffer.alloc(60_000));
      for (const segment of encoder.take()) {
        position += segment.length;
        memory.add(segment.buffer);
      }
      encoder.release(position);
    }
    expect(memory.size).toBe(100);
  });

  it('gives nothing twice', () => {
    const encoder = new FrameEncoder(dpFraming(FRAME_KIND.event), MAX);
    encoder.append('{}');
    expect(encoder.take()).toHaveLength(1);
    expect(encoder.take()).toEqual([]);
  });

  it.each([
    ['a small one', 100],
    ['one too large to share a buffer', 200_000],
  ])('refuses a frame over the limit and adds nothing of it: %s', (_, max) => {
    const encoder = new FrameEncoder(dpFraming(FRAME_KIND.event), max);
    encoder.append('{"a":1}');
    const error = thrownBy(() => encoder.append(`"${'x'.repeat(max)}"`));
    encoder.append('{"b":2}');
    expect(error.code).toBe('ERR_IPC_FRAME_TOO_LARGE');
    expect(error.message).toContain(String(max + 2));
    expect(error.message).toContain(`maxFrameBytes is ${max}`);
    expect(Buffer.concat(encoder.take())).toEqual(Buffer.concat([rawFrame('{"a":1}'), rawFrame('{"b":2}')]));
  });

  it('measures the limit in bytes', () => {
    const encoder = new FrameEncoder(dpFraming(FRAME_KIND.event), 10);
    encoder.append('"€€"');
    expect(thrownBy(() => encoder.append('"€€€"')).code).toBe('ERR_IPC_FRAME_TOO_LARGE');
    expect(Buffer.concat(encoder.take())).toEqual(rawFrame('"€€"'));
  });
});

describe('from encoder to decoder', () => {
  it('any messages arrive as they were, in any pieces', () => {
    const messages = fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(messages, fc.infiniteStream(fc.integer({ min: 1, max: 200 })), (sent, sizes) => {
        const encoder = new FrameEncoder(dpFraming(FRAME_KIND.event), MAX);
        for (const message of sent) encoder.append(encodeMessage(message));
        const received: unknown[] = [];
        const decoder = new FrameDecoder(dpFraming(FRAME_KIND.event), MAX, (source, start, end) =>
          received.push(decodeMessage(source, start, end)),
        );
        const stream = Buffer.concat(encoder.take());
        for (let at = 0; at < stream.length;) {
          const size = sizes.next().value as number;
          decoder.push(stream.subarray(at, at + size));
          at += size;
        }
        decoder.end();
        expect(received).toEqual(sent.map((message) => JSON.parse(JSON.stringify(message)) as Message));
      }),
      { numRuns: 200 },
    );
  });
});
