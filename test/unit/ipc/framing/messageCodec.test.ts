import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/ipc/core/messages.js';
import { IpcError } from '../../../../src/ipc/core/errors.js';
import { MessageCodec, decodeMessage, encodeMessage } from '../../../../src/ipc/framing/messageCodec.js';
import { thrownBy } from '../../../support/rejection.js';

function decoded(payload: string | Buffer): Message | IpcError {
  return decodeMessage(Buffer.from(payload as string));
}

function refusalOf(payload: string | Buffer): IpcError {
  const result = decoded(payload);
  if (result instanceof IpcError) return result;
  throw new Error('a message was made of it');
}

describe('decodeMessage', () => {
  it.each([
    ['compact', '{"event":"output","body":{"output":"hi"}}'],
    ['spaced', '{"event": "output", "body": {"output": "hi"}}'],
    ['spread over lines', '\n{\r\n\t"event" : "output" ,\n "body":{"output":"hi"} }\n'],
  ])('reads %s JSON', (_, text) => {
    expect(decoded(text)).toEqual({ event: 'output', body: { output: 'hi' } });
  });

  it.each([
    ['raw UTF-8', '{"text":"zwölf ✓ 😀"}'],
    ['ASCII escapes', '{"text":"zw\\u00f6lf \\u2713 \\ud83d\\ude00"}'],
    ['a mix', '{"text":"zw\\u00f6lf ✓ \\ud83d\\ude00"}'],
  ])('reads %s', (_, text) => {
    expect(decoded(text)).toEqual({ text: 'zwölf ✓ 😀' });
  });

  it('reads a replacement character that was really sent', () => {
    expect(decoded('{"text":"\ufffd"}')).toEqual({ text: '\ufffd' });
  });

  it.each([
    ['a lone continuation byte', '80'],
    ['a sequence cut short', 'e282'],
    ['an overlong slash', 'c0af'],
    ['a surrogate in UTF-8', 'eda080'],
    ['a byte that never occurs', 'ff'],
  ])('refuses %s, and does not put another character there', (_, hex) => {
    const payload = Buffer.concat([Buffer.from('{"text":"'), Buffer.from(hex, 'hex'), Buffer.from('"}')]);
    const error = refusalOf(payload);
    expect(error.code).toBe('ERR_IPC_BAD_MESSAGE');
    expect(error.message).toContain('is not UTF-8');
  });

  it.each(['{', '{"a":}', 'nonsense', '{}{}', "{'a':1}", '\ufeff{}', '   '])(
    'refuses %j as no JSON',
    (text) => {
      const error = refusalOf(text);
      expect(error.code).toBe('ERR_IPC_BAD_MESSAGE');
      expect(error.message).toContain('is not JSON');
      expect(error.cause).toBeInstanceOf(SyntaxError);
    },
  );

  it.each(['[]', '[{"event":"x"}]', '1', '"text"', 'null', 'true'])('refuses %s as no object', (text) => {
    const error = refusalOf(text);
    expect(error.code).toBe('ERR_IPC_BAD_MESSAGE');
    expect(error.message).toContain('is not a JSON object');
  });

  it('shows the beginning of what came, and no more than that', () => {
    const error = refusalOf(`oops ${'x'.repeat(10_000)}`);
    expect(error.message).toContain('oops xxx');
    expect(error.message.length).toBeLessThan(200);
  });

  it('gives a plain object for a "__proto__" key, and touches no prototype', () => {
    const message = decoded('{"__proto__":{"polluted":true}}');
    expect(Object.keys(message)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('encodeMessage', () => {
  it('writes compact JSON with raw characters', () => {
    expect(encodeMessage({ text: 'zwölf ✓', list: [1, null] })).toBe('{"text":"zwölf ✓","list":[1,null]}');
  });

  it('escapes a lone surrogate, so that the bytes are UTF-8', () => {
    expect(encodeMessage({ text: '\ud800' })).toBe('{"text":"\\ud800"}');
  });

  it('leaves out what JSON cannot say', () => {
    expect(encodeMessage({ a: undefined, b: () => 1, c: Number.NaN })).toBe('{"c":null}');
  });

  it('refuses a cycle, with the cause', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const error = thrownBy(() => encodeMessage(cycle));
    expect(error.code).toBe('ERR_IPC_UNSERIALIZABLE');
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it('refuses a BigInt, with the cause', () => {
    const error = thrownBy(() => encodeMessage({ big: 1n }));
    expect(error.code).toBe('ERR_IPC_UNSERIALIZABLE');
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it('refuses a toJSON that throws, with the cause', () => {
    const cause = new Error('not today');
    const fail = (): never => {
      throw cause;
    };
    const error = thrownBy(() => encodeMessage({ body: { toJSON: fail } }));
    expect(error).toMatchObject({ code: 'ERR_IPC_UNSERIALIZABLE', cause });
  });

  it('refuses a message whose toJSON gives nothing', () => {
    expect(thrownBy(() => encodeMessage({ toJSON: () => undefined })).code).toBe('ERR_IPC_UNSERIALIZABLE');
  });
});

describe('MessageCodec', () => {
  const texts = ['{"n":1}', '{"text":"two"}', '{"n":[3]}', 'no JSON', '[5]', '{"text":"\\u2713"}'];

  /** Decodes texts from one chunk. @param between is put before each text, like a header */
  function decodedFromChunk(codec: MessageCodec, contents: readonly (string | Buffer)[], between = 'DP') {
    const pieces = contents.map((content) => Buffer.from(content as string));
    const gap = Buffer.from(between, 'latin1');
    const chunk = Buffer.concat(pieces.flatMap((piece) => [gap, piece]));
    let at = 0;
    const results = pieces.map((piece) => {
      at += gap.length + piece.length;
      return codec.decode(chunk, at - piece.length, at);
    });
    codec.releaseChunk();
    return results;
  }

  it.each([
    ['ASCII headers', 'DP'],
    ['headers with other bytes', '\x80\xff'],
  ])('reads many payloads of one chunk as one by one, behind %s', (_, between) => {
    expect(decodedFromChunk(new MessageCodec(), texts, between)).toEqual(texts.map(decoded));
  });

  it('reads payloads that are not ASCII, and tells those that are not UTF-8', () => {
    const contents = [
      '{"n":1}',
      '{"text":"zwölf ✓ 😀"}',
      Buffer.from([0x22, 0xff, 0x22]),
      '{"n":2}',
      '{"n":3}',
    ];
    expect(decodedFromChunk(new MessageCodec(), contents)).toEqual(contents.map(decoded));
  });

  it('never reads a chunk as the one before it, not even in the same memory', () => {
    const codec = new MessageCodec();
    const chunk = Buffer.from('{"n":1}{"n":2}{"n":3}{"n":4}{"n":5}');
    expect(codec.decode(chunk, 7, 14)).toEqual({ n: 2 });
    codec.releaseChunk();
    chunk.write('{"n":9}', 7);
    expect(codec.decode(chunk, 7, 14)).toEqual({ n: 9 });
  });

  const MIB = 1024 * 1024;

  /** A large payload in memory of the codec's, as a decoder puts it together. */
  function largePayload(codec: MessageCodec, begin: string, end: string): Buffer {
    const payload = codec.allocate(2 * MIB).fill('x');
    payload.write(begin);
    payload.write(end, payload.length - end.length, 'latin1');
    return payload;
  }

  it('gives the memory of a large payload back as soon as it is text', () => {
    const codec = new MessageCodec();
    const payload = largePayload(codec, '{"text":"', '"}');
    const message = codec.decode(payload, 0, payload.length) as { text: string };
    expect(message.text).toHaveLength(2 * MIB - 11);
    expect(payload.buffer.byteLength).toBe(0);
  });

  it.each([
    ['is not UTF-8', '{"text":"', '\xff"}'],
    ['is not JSON', '{"text":"', '!'],
    ['is not a JSON object', '"', '"'],
  ])('says of a large payload that it %s, and gives its memory back too', (why, begin, end) => {
    const codec = new MessageCodec();
    const payload = largePayload(codec, begin, end);
    expect(codec.decode(payload, 0, payload.length)).toMatchObject({
      code: 'ERR_IPC_BAD_MESSAGE',
      message: expect.stringContaining(why) as string,
    });
    expect(payload.buffer.byteLength).toBe(0);
  });

  it('leaves a large payload alone that lies in memory of somebody else', () => {
    const payload = Buffer.from(`{"text":"${'x'.repeat(MIB)}"}`);
    expect(new MessageCodec().decode(payload, 0, payload.length)).toEqual({ text: 'x'.repeat(MIB) });
    expect(payload.length).toBe(MIB + 11);
  });
});
