import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DapConnection } from '../../../../src/cli/debug/dapConnection.js';
import { frame } from '../../../support/dapClient.js';
import { within } from '../../../support/within.js';

/**
 * Returns the events that a connection reads from an adapter's bytes, and the error that ended the
 * conversation.
 */
async function read(chunks: Iterable<Buffer>): Promise<{ events: unknown[]; failure: Error | undefined }> {
  const input = new PassThrough();
  const connection = new DapConnection(input, new PassThrough());
  const events: unknown[] = [];
  let failure: Error | undefined;
  void connection.ended.then((error) => (failure = error));
  connection.onEvent(({ body }) => events.push(body));
  for (const chunk of chunks) input.write(chunk);
  const ended = new Promise((resolve) => input.once('end', resolve));
  input.end();
  await within(ended, 'the end of the input');
  return { events, failure };
}

const bodies = [{ text: 'größer' }, {}, { text: 'x'.repeat(3000) }];
const stream = encode(bodies);

describe('reading an adapter', () => {
  it('gives its messages, from one piece and byte by byte', async () => {
    expect(await read([stream])).toEqual({ events: bodies, failure: undefined });
    const bytes = [...stream].map((byte) => Buffer.of(byte));
    expect(await read(bytes)).toEqual({ events: bodies, failure: undefined });
  });

  it('gives any messages from any pieces', async () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 });
    const anyBodies = fc.array(fc.record({ text: fc.string() }, { noNullPrototype: true }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(anyBodies, pieces, async (sent, sizes) => {
        const { events, failure } = await read(cut(encode(sent), sizes));
        expect(failure).toBeUndefined();
        expect(events).toEqual(sent);
      }),
      { numRuns: 100 },
    );
  });

  it('reads other headers past, and any case', async () => {
    const json = '{"seq":1,"type":"event","event":"e","body":{}}';
    const text = `Content-Type: x\r\ncontent-length:${json.length}\r\n\r\n${json}`;
    expect(await read([Buffer.from(text)])).toEqual({ events: [{}], failure: undefined });
  });

  it.each([
    ['no length', 'Content-Type: x\r\n\r\n', /0 lengths in one message header: "Content-Type: x/],
    ['a length that is not a number', 'Content-Length: ten\r\n\r\n', /its length is no number/],
    ['a negative length', 'Content-Length: -1\r\n\r\n', /its length is no number/],
    ['a length of nothing', 'Content-Length: 0\r\n\r\n', /a frame without a payload/],
    ['a length past the limit', 'Content-Length: 99999999999\r\n\r\n', /maxFrameBytes is 67108864/],
    ['a header without an end', 'x'.repeat(4096), /no message header has ended within 4096 bytes/],
    ['what is no message', frame('[]'), /not a message/],
  ])('ends the conversation at %s', async (_what, text, why) => {
    const { events, failure } = await read([stream, Buffer.from(text)]);
    expect(events).toEqual(bodies);
    expect(failure?.message).toMatch(why);
  });
});

function encode(sent: readonly object[]): Buffer {
  const messages = sent.map((body) => frame(JSON.stringify({ seq: 1, type: 'event', event: 'e', body })));
  return Buffer.from(messages.join(''));
}

function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
