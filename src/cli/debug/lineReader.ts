import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { printable } from '../../commandLine/printable.js';

/** Reads commands, from a terminal with editing and history, or from a pipe line by line. */
export class LineReader {
  private readonly lines: string[] = [];
  private readonly reader: Interface;
  private deliver: (() => void) | undefined;
  private ended = false;

  /**
   * @param terminal true if a person types. Otherwise the input is echoed, so that the transcript is
   * complete.
   */
  constructor(
    input: Readable,
    private readonly output: Writable,
    private readonly terminal: boolean,
  ) {
    this.reader = createInterface(terminal ? { input, output, terminal } : { input, terminal });
    this.reader.on('line', (line) => {
      this.lines.push(line);
      this.deliver?.();
    });
    this.reader.once('close', () => {
      this.ended = true;
      this.deliver?.();
    });
  }

  /**
   * Calls the handler when Ctrl-C is typed, which a terminal in raw mode delivers as a key, not as a signal.
   */
  onInterrupt(handler: () => void): void {
    this.reader.on('SIGINT', handler);
  }

  /** Returns the next line. Undefined at the end of the input, or if `until` resolves first. */
  async read(prompt: string, until: Promise<void>): Promise<string | undefined> {
    this.showPrompt(prompt);
    await Promise.race([until, this.lineOrEnd()]);
    const line = this.lines.shift();
    if (!this.terminal || line === undefined) this.output.write(`${printable(line ?? '')}\n`);
    return line;
  }

  /** Closes the reader. A pending read resolves to undefined. */
  close(): void {
    this.lines.length = 0;
    this.reader.close();
  }

  private lineOrEnd(): Promise<void> {
    if (this.lines.length > 0 || this.ended) return Promise.resolve();
    return new Promise((resolve) => (this.deliver = resolve));
  }

  private showPrompt(prompt: string): void {
    if (!this.terminal) this.output.write(prompt);
    else {
      this.reader.setPrompt(prompt);
      this.reader.prompt();
    }
  }
}
