import { describe, expect, it } from 'vitest';
import { FRAME_KIND, dpFraming } from '../../../../src/ipc/framing/dpFrame.js';
import { cpuMsOf } from '../../../support/cpuTime.js';
import { EVENT, rawFrame, rawHeader } from '../../../support/rawFrames.js';
import { MAX, decodingOf, framingConformance, framingErrorOf } from './framingConformance.js';
import type { Malformed } from './framingConformance.js';

const DP = dpFraming(FRAME_KIND.event);
const decoding = (maxFrameBytes = MAX) => decodingOf(DP, maxFrameBytes);

describe('golden vectors', () => {
  it.each([
    [
      'an event with spaced JSON',
      '44500101000000187b226576656e74223a2022696e697469616c697a6564227d',
      '{"event": "initialized"}',
    ],
    [
      'a command with compact JSON',
      '445001020000002e7b22636f6d6d616e64223a22696e697469616c697a65222c22617267756d656e7473223a7b7d2c226964223a317d',
      '{"command":"initialize","arguments":{},"id":1}',
    ],
  ])('reads %s', (_, hex, text) => {
    const { decoder, texts } = decoding();
    decoder.push(Buffer.from(hex, 'hex'));
    decoder.end();
    expect(texts()).toEqual([text]);
  });
});

const MALFORMED: Malformed[] = [
  {
    what: 'the magic of another protocol',
    bytes: rawHeader(5, { magic: 'DQ' }),
    code: 'ERR_IPC_FRAME_MAGIC',
  },
  { what: 'the magic in lower case', bytes: rawHeader(5, { magic: 'dp' }), code: 'ERR_IPC_FRAME_MAGIC' },
  { what: 'eight NULs', bytes: Buffer.alloc(8), code: 'ERR_IPC_FRAME_MAGIC' },
  { what: 'an HTTP request', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n'), code: 'ERR_IPC_FRAME_MAGIC' },
  { what: 'a DAP message', bytes: Buffer.from('Content-Length: 2\r\n\r\n{}'), code: 'ERR_IPC_FRAME_MAGIC' },
  { what: 'version 0', bytes: rawHeader(5, { version: 0 }), code: 'ERR_IPC_FRAME_VERSION' },
  { what: 'version 2', bytes: rawHeader(5, { version: 2 }), code: 'ERR_IPC_FRAME_VERSION' },
  { what: 'kind 0', bytes: rawHeader(5, { kind: 0 }), code: 'ERR_IPC_FRAME_KIND' },
  { what: 'kind 3', bytes: rawHeader(5, { kind: 3 }), code: 'ERR_IPC_FRAME_KIND' },
  { what: 'a kind of a later version', bytes: rawHeader(5, { kind: 0x10 }), code: 'ERR_IPC_FRAME_KIND' },
  { what: 'kind 255', bytes: rawHeader(5, { kind: 255 }), code: 'ERR_IPC_FRAME_KIND' },
  { what: 'no payload', bytes: rawHeader(0), code: 'ERR_IPC_FRAME_EMPTY' },
  { what: 'one byte over the limit', bytes: rawHeader(MAX + 1), code: 'ERR_IPC_FRAME_TOO_LARGE' },
  { what: 'the largest length there is', bytes: rawHeader(0xffff_ffff), code: 'ERR_IPC_FRAME_TOO_LARGE' },
];

framingConformance({
  framing: DP,
  frame: (payload) => rawFrame(payload, EVENT),
  malformed: MALFORMED,
  mayBeEmpty: false,
});

describe('a malformed header', () => {
  it('waits for all eight bytes before it judges', () => {
    const { decoder } = decoding();
    decoder.push(Buffer.from('XXXXXXX'));
    expect(
      framingErrorOf(() => {
        decoder.push(Buffer.from('X'));
      }).code,
    ).toBe('ERR_IPC_FRAME_MAGIC');
  });
});

describe('limits and copies', () => {
  it('allocates nothing for a length over the limit', () => {
    const before = process.memoryUsage().arrayBuffers;
    const { decoder } = decoding(64 * 1024 * 1024);
    const header = rawHeader(0xffff_ffff);
    framingErrorOf(() => {
      decoder.push(header);
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
  });

  it('allocates a spanning payload once, at its own length', () => {
    const length = 8 * 1024 * 1024;
    const piece = Buffer.alloc(64 * 1024, ' ');
    const { decoder, payloads } = decoding(length);
    const before = process.memoryUsage().arrayBuffers;
    decoder.push(rawHeader(length));
    for (let at = 0; at < length; at += piece.length) decoder.push(piece);
    const grown = process.memoryUsage().arrayBuffers - before;
    expect(payloads[0]?.length).toBe(length);
    expect(payloads[0]?.buffer.byteLength).toBe(length);
    expect(grown).toBeLessThan(length + 1024 * 1024);
  });

  it('takes 64 MiB in pieces of 64 KiB in under a second of processor time', async () => {
    const length = 64 * 1024 * 1024;
    const piece = Buffer.alloc(64 * 1024, ' ');
    const { decoder, payloads } = decoding(length);
    const took = await cpuMsOf(() => {
      decoder.push(rawHeader(length));
      for (let at = 0; at < length; at += piece.length) decoder.push(piece);
    });
    expect(took).toBeLessThan(1_000);
    expect(payloads).toHaveLength(1);
  });
});
