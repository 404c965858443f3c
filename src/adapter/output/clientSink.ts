import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { OutputSink } from './outputSink.js';

/**
 * Sends a program's output to the client, as fast as the client reads. Responses and other events are written without
 * waiting, so the sink is full as soon as the client's stream is above its high-water mark: they then wait behind little
 * output.
 *
 * @param stream the stream to the client; undefined before there is a client
 * @param send sends a text as an `output` event
 */
export function clientSink(stream: () => Writable | undefined, send: OutputSink['write']): OutputSink {
  return {
    write: send,
    isFull: () => isBehind(stream()),
    hasRoom: () => drainOrEnd(stream()),
  };
}

/** True if the stream is above its high-water mark. It then emits `drain` once the system has all the data. */
function isBehind(stream: Writable | undefined): boolean {
  return stream?.writable === true && stream.writableNeedDrain && stream.writableLength > 0;
}

async function drainOrEnd(stream: Writable | undefined): Promise<void> {
  if (!isBehind(stream) || stream === undefined) return;
  const settled = new AbortController();
  const ends = ['drain', 'close', 'error'].map((event) => once(stream, event, { signal: settled.signal }));
  await Promise.race(ends).catch(() => undefined);
  settled.abort();
  await Promise.allSettled(ends);
}
