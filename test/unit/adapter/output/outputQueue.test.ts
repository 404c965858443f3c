import { describe, expect, it } from 'vitest';
import { OutputQueue } from '../../../../src/adapter/output/outputQueue.js';
import type { OrderedStream } from '../../../../src/adapter/output/outputQueue.js';

interface Stream extends OrderedStream {
  missingOrder: number | undefined;
}

function streams(): { stdout: Stream; stderr: Stream; queue: OutputQueue<Stream> } {
  const [stdout, stderr]: [Stream, Stream] = [{ missingOrder: undefined }, { missingOrder: undefined }];
  return { stdout, stderr, queue: new OutputQueue<Stream>([stdout, stderr]) };
}

/** A piece of text, of the call with this number if one is given. */
function piece(source: Stream, text: string, order?: number) {
  const call = { offset: 0, length: text.length, head: Buffer.from(text), details: {}, depth: undefined };
  const bytes = Buffer.from(text);
  return { source, piece: { bytes, ...(order !== undefined && { call: { ...call, order } }) } };
}

function event(order: number, sent: string[], isReady = true) {
  return { order, isReady, send: () => void sent.push(`event ${order}`) };
}

/** Takes everything that may be written now. */
function takeAll(queue: OutputQueue<Stream>, taken: string[] = []): string[] {
  for (let next = queue.next(); next !== undefined; next = queue.next()) {
    if ('send' in next) next.send();
    else taken.push(next.piece?.bytes.toString() ?? 'end');
  }
  return taken;
}

describe('OutputQueue', () => {
  it('orders the texts of calls on both streams, with the text before them', () => {
    const { stdout, stderr, queue } = streams();
    queue.push([piece(stdout, 'a', 1), piece(stdout, 'plain'), piece(stdout, 'd', 4)]);
    queue.push([piece(stderr, 'b', 2), piece(stderr, 'c', 3)]);
    expect(takeAll(queue)).toEqual(['a', 'b', 'c', 'plain', 'd']);
    expect(queue.isEmpty).toBe(true);
  });

  it('writes text without calls as it arrived', () => {
    const { stdout, stderr, queue } = streams();
    queue.push([piece(stdout, 'a'), piece(stderr, 'b'), piece(stdout, 'c'), { source: stdout }]);
    expect(takeAll(queue)).toEqual(['a', 'b', 'c', 'end']);
  });

  it('holds a text until that of an earlier call has arrived, and no longer than it is told', () => {
    const { stdout, stderr, queue } = streams();
    stderr.missingOrder = 1;
    queue.push([piece(stdout, 'second', 2)]);
    expect(takeAll(queue)).toEqual([]);
    queue.push([piece(stderr, 'first', 1)]);
    stderr.missingOrder = 3;
    expect(takeAll(queue)).toEqual(['first', 'second']);
    queue.push([piece(stdout, 'fourth', 4)]);
    expect(takeAll(queue)).toEqual([]);
    queue.abandonMissing();
    expect(takeAll(queue)).toEqual(['fourth']);
  });

  it('sends an event between the calls, once it is ready', () => {
    const { stdout, queue } = streams();
    const order: string[] = [];
    queue.pushEvent(event(2, order));
    const stop = event(4, order, false);
    queue.pushEvent(stop);
    queue.push([piece(stdout, 'one', 1), piece(stdout, 'three', 3)]);
    expect(takeAll(queue, order)).toEqual(['one', 'event 2', 'three']);
    expect(queue.hasEvents).toBe(true);
    stop.isReady = true;
    expect(takeAll(queue, order)).toEqual(['one', 'event 2', 'three', 'event 4']);
  });

  it('gives out the events that have waited long enough, in their order', () => {
    const { stdout, queue } = streams();
    const order: string[] = [];
    stdout.missingOrder = 1;
    const [first, second, third] = [event(2, order), event(3, order), event(4, order)];
    for (const one of [first, second, third]) queue.pushEvent(one);
    expect(takeAll(queue, order)).toEqual([]);
    expect(queue.takeEvents(second)).toEqual([first, second]);
    expect(queue.takeEvents(second)).toEqual([]);
    expect(queue.takeEvents()).toEqual([third]);
  });
});
