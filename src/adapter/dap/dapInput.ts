import { finished } from 'node:stream';
import type { Readable } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import {
  contentLengthFraming,
  DEFAULT_LIMITS,
  FrameDecoder,
  IpcError,
  isRecord,
  jsonExcess,
  toError,
} from '../../ipc/index.js';
import { PEER_JSON_BOUNDS } from './jsonBounds.js';

/** The limits of a client's messages. */
export interface DapInputLimits {
  /** The longest message that is read, in bytes. Default: `maxFrameBytes` of `DEFAULT_LIMITS`. */
  readonly maxFrameBytes?: number | undefined;
  /** The bytes that are read until `initialize` has arrived. Default: no limit but that of each message. */
  readonly maxInitializeBytes?: number | undefined;
}

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
  private readonly maxFrameBytes: number;
  /** Bytes that may still come before `initialize`. Infinite once `initialize` has arrived. */
  private initializeBytes: number;
  private hasEnded = false;
  private removeListeners: () => void = () => undefined;

  constructor(
    private readonly listener: DapListener,
    limits: DapInputLimits = {},
  ) {
    this.maxFrameBytes = limits.maxFrameBytes ?? DEFAULT_LIMITS.maxFrameBytes;
    this.initializeBytes = limits.maxInitializeBytes ?? Infinity;
    const firstBytes = Math.min(this.maxFrameBytes, this.initializeBytes);
    this.decoder = new FrameDecoder(contentLengthFraming, firstBytes, (source, start, end) => {
      if (!this.hasEnded) this.receive(readMessage(source, start, end));
    });
  }

  /** Reads from the stream until its end, or until the first error. */
  start(stream: Readable): void {
    const onData = (chunk: Buffer): void => {
      const error = errorOf(() => this.push(chunk), 'the client sent what is no DAP');
      if (error === undefined) return;
      stream.off('data', onData).pause();
      this.end(error);
    };
    stream.on('data', onData);
    const removeFinished = finished(stream, { writable: false }, (error) => {
      this.end(error ?? errorOf(() => this.decoder.end(), 'the client went away in the middle of a message'));
    });
    this.removeListeners = () => {
      stream.off('data', onData);
      removeFinished();
    };
  }

  /** Takes no more messages, and does not report the end. The stream is left to its owner. */
  stop(): void {
    this.hasEnded = true;
    this.removeListeners();
  }

  private push(chunk: Buffer): void {
    this.initializeBytes -= chunk.length;
    try {
      this.decoder.push(chunk);
    } catch (cause) {
      const isTooLarge = cause instanceof IpcError && cause.code === 'ERR_IPC_FRAME_TOO_LARGE';
      if (!isTooLarge || this.initializeBytes === Infinity) throw cause;
      throw new Error(`a message too large to come before "initialize": ${cause.message}`, { cause });
    }
    if (this.initializeBytes < 0) throw new Error('too many bytes came before "initialize"');
  }

  private receive(message: DebugProtocol.ProtocolMessage): void {
    if (isInitialize(message)) {
      this.initializeBytes = Infinity;
      this.decoder.setMaxFrameBytes(this.maxFrameBytes);
    }
    this.listener.onMessage(message);
  }

  private end(error: Error | undefined): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.listener.onEnd(error);
  }
}

/**
 * Parses a message. @throws Error for text that is not JSON, is nested too deep or has too many values, or is not a
 * message of the protocol
 */
function readMessage(source: Buffer, start: number, end: number): DebugProtocol.ProtocolMessage {
  const excess = jsonExcess(source, start, end, PEER_JSON_BOUNDS);
  if (excess !== undefined) throw new Error(`the client sent a message that ${excess}`);
  const message: unknown = JSON.parse(source.toString('utf8', start, end));
  if (isProtocolMessage(message)) return message;
  throw new Error('the client sent JSON that is no protocol message');
}

/** True if the message has what the adapter relies on. A response to no request is dropped later. */
function isProtocolMessage(message: unknown): message is DebugProtocol.ProtocolMessage {
  if (!isRecord(message)) return false;
  if (message.type !== 'request') return message.type === 'response' || message.type === 'event';
  return Number.isSafeInteger(message.seq) && typeof message.command === 'string';
}

/** True for the request `initialize`, with which a session begins. */
export function isInitialize(message: DebugProtocol.ProtocolMessage): boolean {
  return message.type === 'request' && (message as DebugProtocol.Request).command === 'initialize';
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
