import type { Readable, Writable } from 'node:stream';
import { contentLengthFraming, encodeContentLength, FrameDecoder, toError } from '../../ipc/index.js';
import { failureText, readDapMessage } from './dapMessages.js';
import type { DapEvent, DapMessage, DapResponse } from './dapMessages.js';

/** Longest time for a request, in milliseconds, unless the request sets another. */
export const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Largest size of a message from the adapter. A larger message is refused before memory is allocated for it.
 */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Thrown when the adapter responds to a request with a failure. The connection stays usable. */
export class DapRequestError extends Error {
  override readonly name = 'DapRequestError';
}

export type EventListener = (event: DapEvent) => void;
/** Called with each message that is sent or received. */
export type MessageObserver = (direction: 'sent' | 'received', message: DapMessage) => void;

interface Waiter {
  accept(message: DapResponse): void;
  fail(error: Error): void;
}

/**
 * The client's end of a DAP conversation over two streams. The owner of the streams calls {@link
 * DapConnection.fail} when the adapter has ended. From then on each request, also an earlier one, is rejected
 * with that error.
 */
export class DapConnection {
  /** Resolves with the reason when the conversation has ended. Never rejects. */
  readonly ended: Promise<Error>;
  private readonly decoder = new FrameDecoder(contentLengthFraming, MAX_BODY_BYTES, (source, start, end) => {
    this.dispatch(source.toString('utf8', start, end));
  });
  private readonly waiters = new Map<number, Waiter>();
  private readonly listeners = new Set<EventListener>();
  private lastSeq = 0;
  private failure: Error | undefined;
  private settleEnded: (error: Error) => void = () => undefined;

  constructor(
    input: Readable,
    private readonly output: Writable,
    private readonly observe: MessageObserver = () => undefined,
  ) {
    this.ended = new Promise((resolve) => (this.settleEnded = resolve));
    input.on('data', (chunk: Buffer) => this.receive(chunk));
    // A broken pipe means that the adapter has ended. The owner of the process reports that with its cause.
    output.on('error', () => undefined);
  }

  /**
   * Sends a request and returns the body of the response.
   *
   * @throws DapRequestError on failure or timeout; the error that ended the conversation otherwise
   */
  request<Body = Record<string, unknown>>(
    command: string,
    args: object = {},
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<Body> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const seq = ++this.lastSeq;
    const answer = this.awaitResponse<Body>(seq, command, timeoutMs);
    this.send({ type: 'request', seq, command, arguments: args });
    return answer;
  }

  /** Sends a request and returns its response, which may be a refusal. Undefined if none comes in time. */
  exchange(command: string, args: object, timeoutMs: number): Promise<DapResponse | undefined> {
    if (this.failure !== undefined) return Promise.resolve(undefined);
    const seq = ++this.lastSeq;
    const answer = new Promise<DapResponse | undefined>((resolve) => {
      const settle = (response?: DapResponse): void => {
        clearTimeout(deadline);
        this.waiters.delete(seq);
        resolve(response);
      };
      const deadline = setTimeout(settle, timeoutMs);
      this.waiters.set(seq, { accept: settle, fail: () => settle() });
    });
    this.send({ type: 'request', seq, command, arguments: args });
    return answer;
  }

  /** Calls the listener with each event from now on. Returns a function that removes the listener. */
  onEvent(listener: EventListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Ends the conversation and rejects all open requests. Further calls do nothing. */
  fail(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    for (const waiter of this.waiters.values()) waiter.fail(error);
    this.waiters.clear();
    this.settleEnded(error);
  }

  private awaitResponse<Body>(seq: number, command: string, timeoutMs: number): Promise<Body> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        clearTimeout(deadline);
        reject(error);
      };
      const deadline = setTimeout(() => {
        this.waiters.delete(seq);
        reject(new DapRequestError(`${command}: no answer within ${String(timeoutMs)} ms`));
      }, timeoutMs);
      const accept = (response: DapResponse): void => {
        if (!response.success) return fail(new DapRequestError(failureText(response)));
        clearTimeout(deadline);
        resolve((response.body ?? {}) as Body);
      };
      this.waiters.set(seq, { accept, fail });
    });
  }

  private send(message: DapMessage): void {
    this.observe('sent', message);
    this.output.write(encodeContentLength(JSON.stringify(message)));
  }

  private receive(chunk: Buffer): void {
    if (this.failure !== undefined) return;
    try {
      this.decoder.push(chunk);
    } catch (thrown) {
      const cause = toError(thrown);
      this.fail(new Error(`The adapter sent what is not DAP: ${cause.message}`, { cause }));
    }
  }

  private dispatch(body: string): void {
    const message = readDapMessage(JSON.parse(body));
    if (message === undefined) throw new Error(`not a message: ${body.slice(0, 60)}`);
    this.observe('received', message);
    if (message.type === 'response') this.settle(message as DapResponse);
    else if (message.type === 'event') this.emitEvent(message);
    else this.refuse(message);
  }

  private settle(response: DapResponse): void {
    const waiter = this.waiters.get(response.request_seq);
    this.waiters.delete(response.request_seq);
    waiter?.accept(response);
  }

  private emitEvent(message: DapMessage): void {
    const body = (message['body'] ?? {}) as Record<string, unknown>;
    for (const listener of this.listeners) listener({ event: String(message['event']), body });
  }

  /** Refuses requests from the adapter, such as for a terminal: this client supports no such request. */
  private refuse(request: DapMessage): void {
    const { seq, command } = request;
    const message = `${String(command)} is not supported by this client`;
    this.send({ type: 'response', seq: ++this.lastSeq, request_seq: seq, command, success: false, message });
  }
}
