import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { setImmediate as turnOfLoop } from 'node:timers/promises';

/** The two streams of a program, by the names that `output` events have for them. */
type OutputCategory = 'stdout' | 'stderr';

/** Where a program's output goes. */
interface OutputSink {
  write(category: OutputCategory, text: string): void;
  /** Whether what was written last still waits to be sent: then the rest has to wait, too. */
  isFull(): boolean;
  /** Settles when there is room again, or will never be. */
  hasRoom(): Promise<void>;
}

/** The most that is handed over at once, in bytes: what is sent next stands behind no more than this. */
const PIECE_BYTES = 16 * 1024;

interface Source {
  readonly stream: Readable;
  readonly closed: Promise<void>;
}

/**
 * Carries a program's stdout and stderr to the client, in whole UTF-8 characters, in pieces, and no faster
 * than the client takes them: meanwhile the streams are paused, and the program itself waits on its full
 * pipe. What is read and cannot be handed over yet, one chunk at most, is held here and not in the client's
 * stream, so that what else the client is told goes past it.
 */
class OutputRelay {
  private readonly sources: readonly Source[];
  /** What is read and not handed over yet, in the order in which it was read. */
  private readonly held: (() => void)[] = [];
  private lastActivity = performance.now();
  private paused = false;
  private discarding = false;

  constructor(
    streams: Readonly<Record<OutputCategory, Readable>>,
    private readonly sink: OutputSink,
  ) {
    this.sources = [this.carry('stdout', streams.stdout), this.carry('stderr', streams.stderr)];
  }

  /**
   * Settles when all output is handed to the sink: both streams ended, or neither has given anything for
   * `silenceMs` milliseconds though it could (a grandchild holds them open and has nothing to say).
   * Meant for after the program's own end, when all that it wrote is in the pipes already.
   */
  async drained(silenceMs: number): Promise<void> {
    this.lastActivity = performance.now();
    const closed = Promise.all(this.sources.map((source) => source.closed));
    const silence = new AbortController();
    await Promise.race([closed, this.silent(silenceMs, silence.signal)]);
    silence.abort();
  }

  /** Nobody wants the rest: it is read and dropped, so that whoever writes it is not held up. */
  discard(): void {
    this.discarding = true;
    this.resume();
  }

  private carry(category: OutputCategory, stream: Readable): Source {
    const decoder = new StringDecoder('utf8');
    const hand = (text: string): void => {
      if (text !== '' && !this.discarding) this.sink.write(category, text);
    };
    stream.on('data', (chunk: Buffer) => {
      this.lastActivity = performance.now();
      for (const piece of piecesOf(chunk)) this.held.push(() => hand(decoder.write(piece)));
      this.handOver();
    });
    stream.on('error', () => undefined); // a broken pipe is an end like any other; 'close' follows
    const closed = new Promise<void>((resolve) => {
      stream.once('close', () => {
        this.held.push(() => hand(decoder.end()), resolve);
        this.handOver();
      });
    });
    return { stream, closed };
  }

  /** @returns whether nothing is left, and more can be read */
  private handOver(): boolean {
    if (this.paused) return false;
    while (this.held.length > 0) {
      if (this.sink.isFull() && !this.discarding) {
        void this.waitForRoom();
        return false;
      }
      this.held.shift()?.();
    }
    return true;
  }

  private async waitForRoom(): Promise<void> {
    this.paused = true;
    for (const { stream } of this.sources) stream.pause();
    await this.sink.hasRoom();
    this.resume();
  }

  private resume(): void {
    this.paused = false;
    if (!this.handOver()) return;
    this.lastActivity = performance.now();
    for (const { stream } of this.sources) stream.resume();
  }

  private async silent(silenceMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const quietMs = this.paused ? 0 : performance.now() - this.lastActivity;
      if (quietMs >= silenceMs || signal.aborted) return;
      await interruptibleDelay(silenceMs - quietMs, signal);
      await turnOfLoop(); // timers come before input: what lies in the pipe since a busy spell is read first
    }
  }
}

function* piecesOf(chunk: Buffer): Generator<Buffer> {
  for (let at = 0; at < chunk.length; at += PIECE_BYTES) yield chunk.subarray(at, at + PIECE_BYTES);
}

function interruptibleDelay(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delayMs);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}

export { OutputRelay };
export type { OutputCategory, OutputSink };
