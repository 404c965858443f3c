import { Duplex } from 'node:stream';

/** How long a pipe whose writing side has ended is silent before its reading side ends too, in milliseconds. */
const SILENCE_MS = 50;

/**
 * One end of a pipe as Node.js has it on Windows: a pipe cannot end in one direction. After `end` the other side is
 * not told, and this side reads until nothing has come for 50 ms; then it closes.
 */
class PipeEnd extends Duplex {
  other: PipeEnd | undefined;
  private waitingWrite: (() => void) | undefined;
  private silence: NodeJS.Timeout | undefined;

  /** @param writeMs how long each write takes, in milliseconds */
  constructor(private readonly writeMs: number) {
    super({ allowHalfOpen: true });
  }

  override _read(): void {
    const written = this.other?.waitingWrite;
    if (this.other !== undefined) this.other.waitingWrite = undefined;
    written?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // The pace of a peer that is busy.
    setTimeout(() => {
      const { other } = this;
      if (other === undefined || other.destroyed || other.readableEnded)
        done(new Error('EPIPE: broken pipe'));
      else if (other.receive(chunk)) done();
      else this.waitingWrite = done;
    }, this.writeMs);
  }

  override _final(done: () => void): void {
    this.waitForSilence();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.silence);
    if (this.other?.destroyed === false) this.other.push(null);
    done(error);
  }

  private receive(chunk: Buffer): boolean {
    if (this.silence !== undefined) this.waitForSilence();
    return this.push(chunk);
  }

  private waitForSilence(): void {
    clearTimeout(this.silence);
    // The rule of libuv, no deadline of the test.
    this.silence = setTimeout(() => this.push(null), SILENCE_MS);
  }
}

/** Makes both ends of a pipe of Windows. @param writeMs how long each write of the first end takes, in milliseconds */
export function pipePair(writeMs = 0): [Duplex, Duplex] {
  const [first, second] = [new PipeEnd(writeMs), new PipeEnd(0)];
  first.other = second;
  second.other = first;
  return [first, second];
}
