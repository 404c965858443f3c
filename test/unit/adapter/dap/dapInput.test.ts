import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DapInput } from '../../../../src/adapter/dap/dapInput.js';
import { cpuMsOf } from '../../../support/cpuTime.js';
import { frame } from '../../../support/dapClient.js';

interface Read {
  readonly messages: unknown[];
  readonly error?: Error;
}

/** Reads the chunks to their end, or to the first error. */
function read(chunks: readonly (string | Buffer)[]): Promise<Read> {
  const messages: unknown[] = [];
  return new Promise((resolve) => {
    const input = new DapInput({
      onMessage: (message) => messages.push(message),
      onEnd: (error) => resolve({ messages, ...(error && { error }) }),
    });
    input.start(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));
  });
}

const bodies = [
  '{"seq":1,"type":"event"}',
  '{"seq":2,"type":"request","command":"hé ✓ 𝄞"}',
  '{"type":"response"}',
];
const BODY = '{"seq":9,"type":"event"}';
const stream = Buffer.from(bodies.map(frame).join(''));

describe('DapInput', () => {
  it('passes whole messages on at every split point', async () => {
    for (let at = 0; at <= stream.length; at += 1) {
      const { messages, error } = await read([stream.subarray(0, at), stream.subarray(at)]);
      expect(error).toBeUndefined();
      expect(messages.map((message) => JSON.stringify(message))).toEqual(bodies);
    }
  });

  it('passes whole messages on in random pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20 })), async (sizes) => {
        const chunks: Buffer[] = [];
        let at = 0;
        for (const size of sizes) chunks.push(stream.subarray(at, (at += size)));
        const { messages } = await read([...chunks, stream.subarray(at)]);
        expect(messages.map((message) => JSON.stringify(message))).toEqual(bodies);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['lower case and no space', `content-length:24\r\n\r\n${BODY}`],
    ['another header before it', `Content-Type: application/json\r\nContent-Length: 24\r\n\r\n${BODY}`],
    ['another header behind it', `CONTENT-LENGTH: 24 \r\nX: y\r\n\r\n${BODY}`],
  ])('reads a header with %s', async (_what, text) => {
    expect(await read([text])).toEqual({ messages: [JSON.parse(BODY)] });
  });

  it.each([
    ['no length', 'X: 1\r\n\r\n{}', '0 lengths in one message header'],
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}', '2 lengths in one message header'],
    ['an empty length', 'Content-Length: \r\n\r\n{}', 'its length is no number'],
    ['a negative length', 'Content-Length: -5\r\n\r\n{}', 'its length is no number'],
    ['a hexadecimal length', 'Content-Length: 0x10\r\n\r\n{}', 'its length is no number'],
    ['an exponent', 'Content-Length: 1e3\r\n\r\n{}', 'its length is no number'],
    ['letters behind the digits', 'Content-Length: 5abc\r\n\r\n{}', 'its length is no number'],
    ['length 0', 'Content-Length: 0\r\n\r\n', 'a frame without a payload'],
  ])('ends with an error at a header with %s, what came before it passed on', async (_what, text, why) => {
    const { messages, error } = await read([frame(BODY) + text + frame(BODY)]);
    expect(messages).toEqual([JSON.parse(BODY)]);
    expect(error?.message).toContain('the client sent what is no DAP');
    expect(error?.message).toContain(why);
  });

  it('refuses a length beyond the limit before it comes', async () => {
    const { error } = await read(['Content-Length: 99999999999\r\n\r\n{']);
    expect(error?.message).toContain('a frame of 99999999999 bytes: maxFrameBytes is 67108864');
  });

  it('ends with an error when no header comes, however it is cut', async () => {
    const junk = 'GET / HTTP/1.1 '.repeat(400);
    for (const chunks of [[junk], junk.match(/.{1,100}/gs) ?? []]) {
      expect((await read(chunks)).error?.message).toContain('no message header has ended within 4096 bytes');
    }
  });

  it.each(['Content-Le', 'Content-Length: 5\r\n\r\n{"a'])(
    'tells an end inside a message: %j',
    async (text) => {
      expect((await read([text])).error?.message).toContain('in the middle of a message');
    },
  );

  it('takes time in proportion to the bytes', async () => {
    const body = JSON.stringify({ type: 'event', text: 'x'.repeat(16 * 1024 * 1024) });
    const bytes = Buffer.from(frame(body));
    const pieces = Array.from({ length: Math.ceil(bytes.length / 4096) }, (_, index) =>
      bytes.subarray(index * 4096, (index + 1) * 4096),
    );
    const took = await cpuMsOf(async () => {
      const { messages } = await read(pieces);
      expect(JSON.stringify(messages[0])).toBe(body);
    });
    expect(took).toBeLessThan(3_000);
  });
});
