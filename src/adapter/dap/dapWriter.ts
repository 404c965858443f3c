import type { Writable } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { encodeContentLength } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/** Receives the messages for the client. */
export type MessageListener = (message: Message) => void;

/**
 * Writes all messages for one client, and numbers them by one counter. The DAP library numbers only the messages
 * that it sends itself, but a relay needs to know the number of a server's request.
 */
export class DapWriter {
  private stream: Writable | undefined;
  private readonly listeners = new Set<MessageListener>();
  private lastSeq = 0;
  private hasSentTerminated = false;

  /** Sees each message, with its text if it has been written as one. Undefined: no observer. */
  observer: ((message: Message, json?: string) => void) | undefined;

  /** Sets the stream that the client reads. Messages before that are dropped. */
  attach(stream: Writable): void {
    this.stream = stream;
  }

  /**
   * Passes each message to a listener too, for a client in the same process.
   *
   * @returns a function that removes the listener
   */
  addListener(listener: MessageListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Gives the `seq` of the next message. That message is written before another `seq` is asked for. */
  nextSeq(): number {
    this.lastSeq += 1;
    return this.lastSeq;
  }

  /**
   * Numbers and sends a message. `terminated` is sent once per session.
   *
   * @returns the message's `seq`
   */
  send(message: Omit<DebugProtocol.ProtocolMessage, 'seq'>): number {
    if (this.hasSentTerminated && isTerminated(message)) return 0;
    const seq = this.nextSeq();
    this.write({ ...message, seq });
    return seq;
  }

  /** Numbers and sends an event. */
  readonly sendEvent = (event: string, body?: object): void => {
    const message: Omit<DebugProtocol.Event, 'seq'> = { type: 'event', event, ...(body && { body }) };
    this.send(message);
  };

  /** Writes a message that has its `seq`. */
  write(message: Message): void {
    const { stream } = this;
    this.hasSentTerminated ||= isTerminated(message);
    for (const listener of this.listeners) listener(message);
    if (stream?.writable !== true) {
      this.observer?.(message);
      return;
    }
    const json = JSON.stringify(message);
    this.observer?.(message, json);
    stream.write(encodeContentLength(json));
  }
}

function isTerminated(message: object): boolean {
  const { type, event } = message as Message;
  return type === 'event' && event === 'terminated';
}
