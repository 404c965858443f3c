import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { clientSink } from '../../../../src/adapter/output/clientSink.js';
import { settlesSoon } from '../../../support/turns.js';

/** A client that takes each write when the test says so, or at once. */
function slowClient() {
  const waiting: (() => void)[] = [];
  const client = { takesAll: false, stream: new Writable(), takeOne: () => waiting.shift()?.() };
  client.stream = new Writable({
    highWaterMark: 8,
    write: (_chunk, _encoding, taken) => {
      if (client.takesAll) taken();
      else waiting.push(taken);
    },
  });
  return client;
}

function sinkOf(stream: Writable | undefined) {
  return clientSink(
    () => stream,
    (_category, text) => stream?.write(text),
  );
}

describe('clientSink', () => {
  it('is full while what was written waits, and has room when all of it is taken', async () => {
    const client = slowClient();
    const sink = sinkOf(client.stream);
    expect(sink.isFull()).toBe(false);
    sink.write('stdout', 'more than the mark');
    client.stream.write('and a response');
    expect(sink.isFull()).toBe(true);
    const room = sink.hasRoom();
    client.takeOne();
    expect(await settlesSoon(room)).toBe(false);
    client.takeOne();
    await room;
    expect(sink.isFull()).toBe(false);
    await sink.hasRoom();
  });

  it('is not full where the client takes what it is sent at once', () => {
    const client = slowClient();
    client.takesAll = true;
    const sink = sinkOf(client.stream);
    for (let write = 0; write < 100; write += 1) sink.write('stdout', 'more than the mark');
    expect(sink.isFull()).toBe(false);
  });

  it.each([undefined, new Error('a broken pipe')])('waits for no client that is gone: %s', async (error) => {
    const client = slowClient();
    client.stream.on('error', () => undefined);
    const sink = sinkOf(client.stream);
    sink.write('stdout', 'more than the mark');
    const room = sink.hasRoom();
    client.stream.destroy(error);
    await room;
    expect(sink.isFull()).toBe(false);
  });

  it('does not wait before there is a client', async () => {
    const sink = sinkOf(undefined);
    expect(sink.isFull()).toBe(false);
    await sink.hasRoom();
  });
});
