import type { Writable } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { contentLengthFraming, encodeFrame } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/** Where messages for the client go, one counter for all of them: in place of the library's, which numbers by itself. */
export class DapWriter {
  private lastSeq = 0;
  private toldTerminated = false;

  /** @param stream what the client reads; undefined before there is a client */
  constructor(private readonly stream: () => Writable | undefined) {}

  /** The `seq` of the next message: it is to be written before another one is asked for. */
  nextSeq(): number {
    this.lastSeq += 1;
    return this.lastSeq;
  }

  /**
   * Sends a message of this adapter's own, and numbers it. `terminated` is told once, whoever tells it.
   *
   * @returns its `seq`
   */
  send(message: Omit<DebugProtocol.ProtocolMessage, 'seq'>): number {
    if (this.toldTerminated && isTerminated(message)) return 0;
    const seq = this.nextSeq();
    this.write({ ...message, seq });
    return seq;
  }

  /** Writes a message that has its `seq`. */
  write(message: Message): void {
    const stream = this.stream();
    this.toldTerminated ||= isTerminated(message);
    if (stream?.writable === true) stream.write(encodeFrame(contentLengthFraming, JSON.stringify(message)));
  }
}

function isTerminated(message: object): boolean {
  const { type, event } = message as Message;
  return type === 'event' && event === 'terminated';
}
