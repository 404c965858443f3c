import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { OutputCategory, OutputSink } from './outputRelay.js';

/** Bytes that may wait for the client before the program's output has to wait, too. */
const MAX_BACKLOG_BYTES = 1024 * 1024;

/**
 * Sends a program's output to the client, and measures by the client's stream whether it keeps up: the
 * protocol server itself writes without ever looking.
 *
 * @param stream what the client reads; undefined before there is a client
 * @param send makes an `output` event of it
 */
function clientSink(
  stream: () => Writable | undefined,
  send: (category: OutputCategory, text: string) => void,
): OutputSink {
  return {
    write: send,
    isFull: () => isBehind(stream()),
    hasRoom: () => drainOrEnd(stream()),
  };
}

function isBehind(stream: Writable | undefined): boolean {
  return stream?.writable === true && stream.writableLength > MAX_BACKLOG_BYTES;
}

async function drainOrEnd(stream: Writable | undefined): Promise<void> {
  if (!isBehind(stream) || stream === undefined) return;
  const over = new AbortController();
  const ends = ['drain', 'close', 'error'].map((event) => once(stream, event, { signal: over.signal }));
  await Promise.race(ends).catch(() => undefined);
  over.abort();
  await Promise.allSettled(ends);
}

export { clientSink };
