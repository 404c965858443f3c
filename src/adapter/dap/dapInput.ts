import { finished } from 'node:stream';
import type { Readable } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { contentLengthFraming, FrameDecoder, isRecord, toError } from '../../ipc/index.js';

/** The longest message that is read, in bytes. Messages of clients are far shorter. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** The receiver of a client's messages. */
export interface DapListener {
  /** Takes each message, in order. An error that it throws ends the input. */
  onMessage(message: DebugProtocol.ProtocolMessage): void;
  /** Called once, at the end. @param error the reason if the input ended with an error */
  onEnd(error?: Error): void;
}

/**
 * The client's messages, framed and parsed once. The DAP library's own reader is not used: it skips invalid
 * headers, misreads the bytes after them, and copies all buffered data for each chunk. Here a
 * header is valid, or the input ends with an error.
 */
export class DapInput {
  private readonly decoder: FrameDecoder;
  private hasEnded = false;

  constructor(private readonly listener: DapListener) {
    this.decoder = new FrameDecoder(contentLengthFraming, MAX_BODY_BYTES, (source, start, end) => {
      if (!this.hasEnded) listener.onMessage(readMessage(source.toString('utf8', start, end)));
    });
  }

  /** Reads from the stream until its end, or until the first error. */
  start(stream: Readable): void {
    stream.on('data', (chunk: Buffer) => {
      const error = errorOf(() => this.decoder.push(chunk), 'the client sent what is no DAP');
      if (error === undefined) return;
      stream.pause();
      this.end(error);
    });
    finished(stream, { writable: false }, (error) => {
      this.end(error ?? errorOf(() => this.decoder.end(), 'the client went away in the middle of a message'));
    });
  }

  private end(error: Error | undefined): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.listener.onEnd(error);
  }
}

/** Parses a message. @throws Error for text that is not JSON, or not a message of the protocol */
function readMessage(text: string): DebugProtocol.ProtocolMessage {
  const message: unknown = JSON.parse(text);
  if (isProtocolMessage(message)) return message;
  throw new Error('the client sent JSON that is no protocol message');
}

function isProtocolMessage(message: unknown): message is DebugProtocol.ProtocolMessage {
  if (!isRecord(message)) return false;
  if (message.type !== 'request') return message.type === 'response' || message.type === 'event';
  return Number.isSafeInteger(message.seq) && typeof message.command === 'string';
}

/** Runs the action. Returns the error that it throws, with its meaning in front; undefined if it throws nothing. */
function errorOf(action: () => void, meaning: string): Error | undefined {
  try {
    action();
    return undefined;
  } catch (thrown) {
    const cause = toError(thrown);
    return new Error(`${meaning}: ${cause.message}`, { cause });
  }
}
