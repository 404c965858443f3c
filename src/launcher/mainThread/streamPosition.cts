/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/** Where the console's next text will stand in one of the process's streams. */

import NoteRing = require('./recordRing.cjs');

/** The parts of a stream that matter here. */
interface ConsoleStream {
  readonly fd?: unknown;
  /** Counts what waits, too, and takes time for each text that does. */
  readonly bytesWritten?: unknown;
  /** Characters of strings, bytes of others. */
  readonly writableLength: number;
}

/** How long a text is. */
interface Size {
  readonly chars: number;
  readonly bytes: number;
}

/** What may wait to be written for the stream to be asked where it stands; in characters. */
const MAX_COUNTED = 16 * 1024;
/** Beyond that, it is asked no more often than this. In milliseconds. */
const RECOUNT_MS = 100;

class StreamPosition {
  /** Where the stream stands if nobody else has written to it since. */
  private waiting = 0;
  private end = 0;
  private recountedMs = -RECOUNT_MS;

  /**
   * @param name of the console's stream
   * @param fd the stream's, where it is the process's own
   */
  constructor(
    private readonly name: '_stdout' | '_stderr',
    private readonly fd: number,
  ) {}

  /**
   * In bytes; undefined where the console writes elsewhere, and now and then where much waits to be written, by
   * others too: a program that floods its stream makes it wait, and counting that again for every text would take
   * for ever.
   */
  next(): number | undefined {
    const stream = (console as unknown as Record<string, ConsoleStream>)[this.name];
    if (stream?.fd !== this.fd) return undefined;
    const { writableLength } = stream;
    if (writableLength > MAX_COUNTED) {
      if (writableLength === this.waiting) return this.end;
      if (!this.mayRecount()) return undefined;
    }
    const { bytesWritten } = stream;
    if (typeof bytesWritten !== 'number') return undefined;
    this.waiting = writableLength;
    this.end = bytesWritten;
    return bytesWritten;
  }

  private mayRecount(): boolean {
    const nowMs = NoteRing.monotonicMs();
    if (nowMs - this.recountedMs < RECOUNT_MS) return false;
    this.recountedMs = nowMs;
    return true;
  }

  /** A text of this size is written at the place that was told last. */
  moved({ chars, bytes }: Size): void {
    this.waiting += chars;
    this.end += bytes;
  }
}

export = StreamPosition;
//# sourceURL=node:debug-adapter-ipc/streamPosition
