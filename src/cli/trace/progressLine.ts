import type { WriteStream } from 'node:tty';

/** The time until the line first appears, and between two changes of it, in milliseconds. */
const CHANGE_MS = 250;

/** A line of a terminal that says how far something has come. Nothing is written to what is no terminal. */
export class ProgressLine {
  private changed = performance.now();
  private isShown = false;

  constructor(private readonly stream: Pick<WriteStream, 'isTTY' | 'write'>) {}

  /** Shows a text in place of the one before, if that has been there for a while. */
  show(text: string): void {
    if (!this.stream.isTTY || performance.now() - this.changed < CHANGE_MS) return;
    this.changed = performance.now();
    this.clear();
    this.stream.write(text);
    this.isShown = true;
  }

  /** Removes the line. */
  end(): void {
    if (this.isShown) this.clear();
    this.isShown = false;
  }

  private clear(): void {
    this.stream.write('\r\u001b[K');
  }
}
