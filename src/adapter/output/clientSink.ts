import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { OutputSink } from './outputRelay.js';

/**
 * Sends a program's output to the client, and measures by the client's stream whether it keeps up: the
 * protocol server itself writes without ever looking. The stream is full as soon as it holds anything back
 * that is worth waiting for, so that a response or an event, which is written at once, stands behind little.
 *
 * @param stream what the client reads; undefined before there is a client
 * @param send makes an `output` event of it
 */
export function clientSink(stream: () => Writable | undefined, send: OutputSink['write']): OutputSink {
  return {
    write: send,
    isFull: () => isBehind(stream()),
    hasRoom: () => drainOrEnd(stream()),
  };
}

/** Below the stream's own high-water mark it does not count; above it, `drain` tells when all is with the system. */
function isBehind(stream: Writable | undefined): boolean {
  return stream?.writable === true && stream.writableNeedDrain && stream.writableLength > 0;
}

async function drainOrEnd(stream: Writable | undefined): Promise<void> {
  if (!isBehind(stream) || stream === undefined) return;
  const over = new AbortController();
  const ends = ['drain', 'close', 'error'].map((event) => once(stream, event, { signal: over.signal }));
  await Promise.race(ends).catch(() => undefined);
  over.abort();
  await Promise.allSettled(ends);
}
