import { describe, expect, it } from 'vitest';
import { CONTROL_KIND, controlFrame, dpFraming, FRAME_KIND } from '../../../../src/ipc/framing/dpFrame.js';
import { FrameDecoder } from '../../../../src/ipc/framing/frameDecoder.js';
import { rawFrame } from '../../../support/rawFrames.js';

const BYE = Buffer.from('4450011400000000', 'hex');

function decoder() {
  const payloads: string[] = [];
  const controls: (readonly [number, string])[] = [];
  const made = new FrameDecoder(
    dpFraming(FRAME_KIND.event),
    1_000,
    (source, start, end) => payloads.push(source.toString('utf8', start, end)),
    {
      onBye: () => payloads.push('bye'),
      onControl: (kind, payload) => controls.push([kind, payload.toString('hex')]),
    },
  );
  return { made, payloads, controls };
}

const FIRST = rawFrame('{"a":1}');
const SECOND = rawFrame('{"b":2}');
const ACKNOWLEDGEMENT = controlFrame(CONTROL_KIND.acknowledgement, 2 ** 40);
const PING = controlFrame(CONTROL_KIND.ping, 7);
const ABORT = controlFrame(CONTROL_KIND.abort);
const ALL = Buffer.concat([FIRST, ACKNOWLEDGEMENT, SECOND, PING, BYE, ABORT]);

describe('control frames', () => {
  it('have the bytes of the protocol', () => {
    expect(ACKNOWLEDGEMENT.toString('hex')).toBe('4450011a000000080000010000000000');
    expect(PING.toString('hex')).toBe('4450011b0000000400000007');
    expect(ABORT.toString('hex')).toBe('4450011d00000000');
  });

  it.each([1, 3, 8, ALL.length])('are found between messages in chunks of %i bytes', (bytes) => {
    const { made, payloads, controls } = decoder();
    for (let at = 0; at < ALL.length; at += bytes) made.push(ALL.subarray(at, at + bytes));
    expect(payloads).toEqual(['{"a":1}', '{"b":2}', 'bye']);
    expect(controls).toEqual([
      [CONTROL_KIND.acknowledgement, '0000010000000000'],
      [CONTROL_KIND.ping, '00000007'],
      [CONTROL_KIND.abort, ''],
    ]);
    expect(made.position).toBe(FIRST.length + SECOND.length + BYE.length);
  });

  it('leave the position of any cut at a place from which another stream goes on', () => {
    const stream = Buffer.concat([FIRST, SECOND, BYE]);
    for (let cut = 0; cut <= ALL.length; cut += 1) {
      const { made, payloads } = decoder();
      made.push(ALL.subarray(0, cut));
      made.restart();
      made.push(stream.subarray(made.position));
      expect(payloads, `cut at ${cut}`).toEqual(['{"a":1}', '{"b":2}', 'bye']);
    }
  });

  it('do not allow a message behind the goodbye', () => {
    const { made } = decoder();
    made.push(Buffer.concat([BYE, PING]));
    expect(() => made.push(FIRST)).toThrow(expect.objectContaining({ code: 'ERR_IPC_FRAME_HEADER' }));
  });

  it('are faults with another length than theirs', () => {
    const { made } = decoder();
    const longer = rawFrame(Buffer.alloc(5), CONTROL_KIND.ping);
    expect(() => made.push(longer)).toThrow(expect.objectContaining({ code: 'ERR_IPC_FRAME_KIND' }));
  });
});
