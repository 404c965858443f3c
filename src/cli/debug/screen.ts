import type { Writable } from 'node:stream';
import type { DapEvent, DapMessage } from './dapMessages.js';

/** The output streams of a front-end. */
export interface ScreenStreams {
  stdout: Writable;
  stderr: Writable;
}

/**
 * Prints the front-end's own lines and the program's output. With `json`, stdout carries only the DAP
 * messages, which contain the program's output, and the front-end's own lines go to stderr.
 */
export class Screen {
  /** Stream for prompts and for the front-end's own lines. */
  readonly ownStream: Writable;
  private midLine = false;

  constructor(
    private readonly streams: ScreenStreams,
    private readonly json: boolean,
  ) {
    this.ownStream = json ? streams.stderr : streams.stdout;
  }

  /**
   * Prints a line of the front-end. Starts a new line first if the program's output has not ended its line.
   */
  printLine(line: string): void {
    this.ownStream.write(`${this.midLine ? '\n' : ''}${line}\n`);
    this.midLine = false;
  }

  /** Prints a DAP message if `json` is set. */
  showMessage(direction: 'sent' | 'received', message: DapMessage): void {
    if (this.json) this.streams.stdout.write(`${JSON.stringify({ direction, message })}\n`);
  }

  /** Prints the text of an `output` event: the program's stdout to stdout, all other text to stderr. */
  showOutput({ event, body }: DapEvent): void {
    if (event !== 'output' || this.json || body['category'] === 'telemetry') return;
    const text = typeof body['output'] === 'string' ? body['output'] : '';
    if (body['category'] !== 'stdout') this.streams.stderr.write(text);
    else if (text !== '') {
      this.streams.stdout.write(text);
      this.midLine = !text.endsWith('\n');
    }
  }
}
