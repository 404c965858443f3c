import type { Writable } from 'node:stream';
import type { DapEvent, DapMessage } from './dapMessages.js';
import { printable, printableJson, printableText } from '../../commandLine/printable.js';

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
   * Names and values of the program in it are shown as text, because they may contain terminal sequences.
   */
  printLine(line: string): void {
    this.ownStream.write(`${this.midLine ? '\n' : ''}${printable(line)}\n`);
    this.midLine = false;
  }

  /** Prints a DAP message if `json` is set. */
  showMessage(direction: 'sent' | 'received', message: DapMessage): void {
    if (!this.json) return;
    this.streams.stdout.write(`${printableJson(JSON.stringify({ direction, message }))}\n`);
  }

  /**
   * Prints the text of an `output` event: the program's stdout to stdout, all other text to stderr. The output
   * of the program stays as it is. Texts of the adapter may quote names of the program, so they are shown as
   * text.
   */
  showOutput({ event, body }: DapEvent): void {
    if (event !== 'output' || this.json || body['category'] === 'telemetry') return;
    const text = typeof body['output'] === 'string' ? body['output'] : '';
    if (body['category'] === 'stderr') this.streams.stderr.write(text);
    else if (body['category'] !== 'stdout') this.streams.stderr.write(printableText(text));
    else if (text !== '') {
      this.streams.stdout.write(text);
      this.midLine = !text.endsWith('\n');
    }
  }
}
