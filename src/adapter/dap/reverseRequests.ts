import type { DebugProtocol } from '@vscode/debugprotocol';
import { isRecord, RequestTracker, toError } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { clientRefused } from './dapErrors.js';
import type { DapWriter } from './dapWriter.js';

/** The time in which a client responds, in milliseconds: it may have to ask the user. */
const RESPONSE_TIMEOUT_MS = 60_000;

/** The fields of a response that an answer to an event does not have. */
const EMPTY_RESPONSE = { type: 'response', seq: 0, request_seq: 0, command: '' } as const;

/** The adapter's requests to its client. Each settles: by its response, its deadline, or the client's end. */
export class ReverseRequests {
  private readonly pending = new RequestTracker<DebugProtocol.Response>();
  private readonly idBySeq = new Map<number, number>();

  constructor(private readonly writer: DapWriter) {}

  /**
   * Sends the client a request and waits for its response.
   *
   * @param timeoutMs the time for the response, in milliseconds. Default: 60 s
   * @returns the response's body
   * @throws DapError with the client's reason if it refuses, if it does not respond in time, or if it has gone
   */
  async send(command: string, args: Message, timeoutMs = RESPONSE_TIMEOUT_MS): Promise<Message> {
    const { id, result } = this.pending.begin({ what: `the client's ${command}`, timeoutMs });
    const request: Omit<DebugProtocol.Request, 'seq'> = { type: 'request', command, arguments: args };
    this.idBySeq.set(this.writer.send(request), id);
    try {
      return bodyOf(await result);
    } catch (thrown) {
      throw clientRefused(command, toError(thrown).message, thrown);
    }
  }

  /**
   * Sends the client an event, which it answers by a request that is passed on to {@link ReverseRequests.answerEvent}.
   *
   * @param body gets a `requestId` for the answer
   * @throws DapError as `send`
   */
  async sendAsEvent(event: string, body: Message, timeoutMs = RESPONSE_TIMEOUT_MS): Promise<void> {
    const { id, result } = this.pending.begin({ what: `the client's ${event}`, timeoutMs });
    this.writer.sendEvent(event, { ...body, requestId: id });
    try {
      bodyOf(await result);
    } catch (thrown) {
      throw clientRefused(event, toError(thrown).message, thrown);
    }
  }

  /** Settles the event that an answer belongs to: `{ requestId, success, message }`. Others are ignored. */
  answerEvent({ requestId, success, message }: Message): void {
    if (typeof requestId !== 'number') return;
    const response = { success: success === true, message, ...EMPTY_RESPONSE } as DebugProtocol.Response;
    this.pending.settle(requestId, response);
  }

  /** Settles the request that a response belongs to. Returns false if the response belongs to no such request. */
  settle(response: DebugProtocol.Response): boolean {
    const id = this.idBySeq.get(response.request_seq);
    this.idBySeq.delete(response.request_seq);
    return this.pending.settle(id, response);
  }

  /** Rejects all pending and later requests: the client has gone. */
  end(reason: string): void {
    this.pending.rejectAll(new Error(reason));
  }
}

function bodyOf(response: DebugProtocol.Response): Message {
  const { success } = response;
  const body: unknown = response.body;
  const message: unknown = response.message; // The client's: not what the type says, necessarily.
  if (success) return isRecord(body) ? body : {};
  const error: unknown = isRecord(body) ? body.error : undefined;
  const format: unknown = isRecord(error) ? error.format : undefined;
  const reason = typeof format === 'string' ? format : message;
  throw new Error(typeof reason === 'string' ? reason : 'it gave no reason');
}
