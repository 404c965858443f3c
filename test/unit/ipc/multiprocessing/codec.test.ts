import { describe, expect, it } from 'vitest';
import { bytes, json, structured } from '../../../../src/ipc/multiprocessing/index.js';
import type { Codec } from '../../../../src/ipc/multiprocessing/index.js';
import { rejectionOf } from '../../../support/rejection.js';
import { piped } from './support/ends.js';

/** As `pickle.dumps([1, 'a'], protocol)` makes it. */
const PICKLES = [
  [2, '80025d7100284b0158010000006171016 52e'.replace(' ', '')],
  [3, '80035d7100284b0158010000006171016 52e'.replace(' ', '')],
  [4, '80049509000000000000005d94284b018c016194652e'],
  [5, '80059509000000000000005d94284b018c016194652e'],
] as const;

describe.each([
  ['json', json],
  ['structured', structured],
])('codec %s', (_, codec) => {
  it.each(PICKLES)(
    'never loads a pickle, of protocol %i, and the connection goes on',
    async (_protocol, hex) => {
      const [one, other] = piped({ codec });
      await other.sendBytes(Buffer.from(hex, 'hex'));
      await other.send('next');
      const error = await rejectionOf(one.recv());
      expect([error.code, error.message]).toEqual([
        'ERR_IPC_BAD_MESSAGE',
        expect.stringContaining('send_bytes(json.dumps(value).encode())'),
      ]);
      expect(await one.recv()).toBe('next');
    },
  );

  it.each([
    ['no bytes', ''],
    ['no value', 'ff'],
    ['half a value', '7b2261'],
    ['no UTF-8', 'c328'],
  ])('tells what it cannot read, and the connection goes on: %s', async (_what, hex) => {
    const [one, other] = piped({ codec });
    await other.sendBytes(Buffer.from(hex, 'hex'));
    await other.send('next');
    const error = await rejectionOf(one.recv());
    expect([error.code, error.cause]).toEqual(['ERR_IPC_BAD_MESSAGE', expect.any(Error)]);
    expect(await one.recv()).toBe('next');
  });
});

const doNothing = (): void => undefined;

describe('a value that cannot be sent', () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  it.each([
    ['a cycle, as JSON', json, cycle],
    ['a big integer, as JSON', json, 1n],
    ['nothing, as JSON', json, undefined],
    ['a function, as JSON', json, doNothing],
    ['a function, structured', structured, doNothing],
    ['a number, as bytes', bytes, 5],
    ['a view of other numbers, as bytes', bytes, new Uint16Array(1)],
  ] as const)('is told so, and the connection goes on: %s', async (_, codec, value) => {
    const [one, other] = piped({ codec: codec });
    const error = await rejectionOf(one.send(value));
    expect([error.code, error.cause]).toEqual(['ERR_IPC_UNSERIALIZABLE', expect.any(Error)]);
    await one.sendBytes(Buffer.from('next'));
    expect((await other.recvBytes()).toString()).toBe('next');
  });
});

describe('a codec of the user', () => {
  const lines: Codec<string[]> = {
    encode: (value) => value.join('\n'),
    decode: (message) => message.toString().split('\n'),
  };

  it('has its own values', async () => {
    const [one, other] = piped({ codec: lines });
    await one.send(['a', 'b']);
    expect(await other.recv()).toEqual(['a', 'b']);
  });

  it('that throws, or makes nothing that can be sent, is told by what it did', async () => {
    const broken = {
      encode: (value: unknown) => {
        if (value === 'throw') throw new Error('no');
        return value as string;
      },
      decode: () => {
        throw new Error('not this');
      },
    };
    const [one, other] = piped({ codec: broken });
    expect((await rejectionOf(one.send('throw'))).message).toContain('no');
    for (const [value, what] of [
      [{}, 'a Object'],
      [undefined, 'undefined'],
      [null, 'null'],
    ] as const) {
      const error = await rejectionOf(one.send(value));
      expect([error.code, error.message]).toEqual(['ERR_IPC_UNSERIALIZABLE', expect.stringContaining(what)]);
    }
    await one.send('text');
    expect((await rejectionOf(other.recv())).message).toContain('not this');
  });

  it('without any, bytes are bytes', async () => {
    const [one, other] = piped({ codec: bytes });
    await one.send(Buffer.from('8002', 'hex'));
    expect(await other.recv()).toEqual(Buffer.from('8002', 'hex'));
  });
});
