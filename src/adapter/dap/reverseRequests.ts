import type { DebugProtocol } from '@vscode/debugprotocol';
import { isRecord, RequestTracker, toError } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import type { DapWriter } from './dapWriter.js';
import { clientRefused } from './dapErrors.js';

/** How long a client may take to answer, in milliseconds: it may have to ask a person. */
const ANSWER_TIMEOUT_MS = 60_000;

/** The adapter's own requests to the client. Every one settles: by its response, its deadline or the client's end. */
export class ReverseRequests {
  private readonly waiting = new RequestTracker<DebugProtocol.Response>();
  private readonly idBySeq = new Map<number, number>();

  constructor(private readonly outlet: DapWriter) {}

  /**
   * Asks the client for something.
   *
   * @param timeoutMs how long its answer may take, in milliseconds. Default: 60 s
   * @returns the response's body
   * @throws DapError with the client's reason if it refuses; if it does not answer in time; if it has gone
   */
  async ask(command: string, args: Message, timeoutMs = ANSWER_TIMEOUT_MS): Promise<Message> {
    const { id, result } = this.waiting.begin({ what: `the client's ${command}`, timeoutMs });
    const request: Omit<DebugProtocol.Request, 'seq'> = { type: 'request', command, arguments: args };
    this.idBySeq.set(this.outlet.send(request), id);
    try {
      return bodyOf(await result);
    } catch (thrown) {
      throw clientRefused(command, toError(thrown).message, thrown);
    }
  }

  /** Takes a response of the client. @returns false where it answers nothing that was asked here */
  take(response: DebugProtocol.Response): boolean {
    const id = this.idBySeq.get(response.request_seq);
    this.idBySeq.delete(response.request_seq);
    return this.waiting.settle(id, response);
  }

  /** The client has gone: nothing will be answered any more. */
  end(reason: string): void {
    this.waiting.rejectAll(new Error(reason));
  }
}

function bodyOf({ success, message, body }: DebugProtocol.Response): Message {
  if (success) return isRecord(body) ? body : {};
  const error: unknown = isRecord(body) ? body.error : undefined;
  const format: unknown = isRecord(error) ? error.format : undefined;
  throw new Error(typeof format === 'string' ? format : (message ?? 'it gave no reason'));
}
