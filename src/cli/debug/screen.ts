import type { Writable } from 'node:stream';
import type { DapEvent, DapMessage } from './dapMessages.js';

/** The streams that a front-end shows things on. */
export interface ScreenStreams {
  stdout: Writable;
  stderr: Writable;
}

/**
 * What a person sees: our own lines and the program's output, kept apart from each other. With `json`,
 * stdout carries the DAP messages and nothing else, so that our own lines go to stderr; the program's output
 * is then in those messages.
 */
export class Screen {
  /** Where prompts and our own lines go. */
  readonly talk: Writable;
  private midLine = false;

  constructor(
    private readonly streams: ScreenStreams,
    private readonly json: boolean,
  ) {
    this.talk = json ? streams.stderr : streams.stdout;
  }

  /** Prints a line of our own, on a line of its own. */
  say(line: string): void {
    this.talk.write(`${this.midLine ? '\n' : ''}${line}\n`);
    this.midLine = false;
  }

  /** Prints a DAP message, if asked to. */
  showMessage(direction: 'sent' | 'received', message: DapMessage): void {
    if (this.json) this.streams.stdout.write(`${JSON.stringify({ direction, message })}\n`);
  }

  /** Prints what an `output` event carries: the program's stdout to stdout, all else to stderr. */
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
