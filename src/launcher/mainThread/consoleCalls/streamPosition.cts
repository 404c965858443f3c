/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/** Tracks the offset in one of the process's streams at which the console's next text will be written. */

import recordRing = require('./recordRing.cjs');

/** The properties of a stream that are used here. */
interface ConsoleStream {
  readonly fd?: unknown;
  /** Also counts text that waits to be written, in time proportional to the number of waiting texts. */
  readonly bytesWritten?: unknown;
  /** In characters for strings, in bytes for buffers. */
  readonly writableLength: number;
}

/** The length of a text. */
interface Size {
  readonly chars: number;
  readonly bytes: number;
}

/**
 * Largest amount of waiting text, in characters, for which the stream is asked for its position at each text.
 */
const MAX_COUNTED = 16 * 1024;
/** Shortest time between two such questions if more text waits, in milliseconds. */
const RECOUNT_MS = 100;

class StreamPosition {
  /** The number of characters that wait, if only the console has written since. */
  private waitingChars = 0;
  private endOffset = 0;
  private recountedMs = -RECOUNT_MS;

  /**
   * @param name name of the console's stream
   * @param fd file descriptor of the process's own stream
   */
  constructor(
    private readonly name: '_stdout' | '_stderr',
    private readonly fd: number,
  ) {}

  /**
   * Returns the offset in bytes. Undefined if the console writes to another stream. Also undefined at times
   * while much text waits that others have written: a program that floods its stream makes the text wait, and
   * counting it for every text would take too long.
   */
  nextOffset(): number | undefined {
    const stream = (console as unknown as Record<string, ConsoleStream>)[this.name];
    if (stream?.fd !== this.fd) return undefined;
    const { writableLength } = stream;
    if (writableLength > MAX_COUNTED) {
      if (writableLength === this.waitingChars) return this.endOffset;
      if (!this.mayRecount()) return undefined;
    }
    const { bytesWritten } = stream;
    if (typeof bytesWritten !== 'number') return undefined;
    this.waitingChars = writableLength;
    this.endOffset = bytesWritten;
    return bytesWritten;
  }

  private mayRecount(): boolean {
    const nowMs = recordRing.monotonicMs();
    if (nowMs - this.recountedMs < RECOUNT_MS) return false;
    this.recountedMs = nowMs;
    return true;
  }

  /** Moves the position behind a text of this size, which is written at the offset that was returned last. */
  advance({ chars, bytes }: Size): void {
    this.waitingChars += chars;
    this.endOffset += bytes;
  }
}

export = StreamPosition;
