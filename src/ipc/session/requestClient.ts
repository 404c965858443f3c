import { rejectQuietly } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import { CANCELLED, isResponse, readLauncherMessage } from '../core/messages.js';
import type { Command, EventEnvelope, Message, ResponseEnvelope } from '../core/messages.js';
import type { CloseInfo } from '../connection/closeInfo.js';
import { RequestTracker } from './requestTracker.js';

/** Milliseconds in which a launcher responds, unless a request says otherwise. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** The part of an `IPCManager` that a `RequestClient` uses. */
export interface RequestChannel {
  sendMessage(message: object): Promise<void>;
  readonly closed: Promise<CloseInfo>;
}

/** Options of a `RequestClient`. */
export interface RequestClientOptions {
  /** Receives each event of the launcher, in order. Default: events are dropped. */
  readonly onEvent?: ((event: EventEnvelope) => unknown) | undefined;
  /** Milliseconds in which the launcher responds. Default 30,000. `Infinity` waits until the end. */
  readonly timeoutMs?: number | undefined;
  /** Requests that may wait at the same time. Default 10,000. */
  readonly maxPendingRequests?: number | undefined;
}

/** Options of one request. */
export interface RequestOptions {
  /** Milliseconds for the response. Default: that of the client. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the request: the launcher gets the command `cancel`, and the request rejects at once. */
  readonly signal?: AbortSignal | undefined;
}

/** A launcher's refusal of a command. `body` is what the response has beside its message. */
export class RequestRefusedError extends IpcError {
  override readonly name: string = 'RequestRefusedError';

  constructor(
    message: string,
    readonly body: Message | undefined,
  ) {
    super('ERR_IPC_REQUEST_REFUSED', message);
  }
}

/**
 * Requests and responses in plain envelopes, on the adapter's side: sends commands, matches their responses and
 * passes events on. Every request settles: by its response, its deadline, its signal or the end of the session.
 *
 * Pass `handler` to `startReader` of the same manager.
 */
export class RequestClient {
  private readonly requests: RequestTracker<ResponseEnvelope>;

  constructor(
    private readonly channel: RequestChannel,
    private readonly options: RequestClientOptions = {},
  ) {
    this.requests = new RequestTracker({ maxPendingRequests: options.maxPendingRequests });
    void channel.closed.then(({ error, reason }) => {
      this.requests.rejectAll(error ?? new IpcError('ERR_IPC_CLOSED', `the session is over: ${reason}`));
    });
  }

  /** The number of requests that wait for their responses. */
  get pending(): number {
    return this.requests.size;
  }

  /** Takes each message of the launcher. @throws IpcError `ERR_IPC_BAD_MESSAGE` for one without an `event` name */
  readonly handler = (message: Message): unknown => {
    const envelope = readLauncherMessage(message);
    if (!isResponse(envelope)) return this.options.onEvent?.(envelope);
    return this.requests.settle(envelope.id, envelope) || this.requests.rejectTextId(envelope.id);
  };

  /**
   * Sends a command and waits for its response.
   *
   * @returns the response's body
   * @throws RequestRefusedError with the launcher's message, if it refuses
   * @throws IpcError `ERR_IPC_REQUEST_TIMEOUT`, `ERR_IPC_ABORTED`, `ERR_IPC_TOO_MANY_REQUESTS`,
   *   `ERR_IPC_BAD_MESSAGE` for a response that has the id as text; the error that ended the session; and as
   *   `IPCManager.sendMessage`
   */
  async request(command: string, args: object = {}, options: RequestOptions = {}): Promise<Message> {
    const { signal, timeoutMs = this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS } = options;
    if (signal?.aborted === true) throw aborted(command, signal);
    const { id, result } = this.requests.begin({ what: command, timeoutMs });
    const cancel = (): void => {
      if (signal === undefined || !this.requests.reject(id, aborted(command, signal))) return;
      void this.send('cancel', { requestId: id }, null).catch(() => undefined);
    };
    signal?.addEventListener('abort', cancel);
    try {
      const sent = this.send(command, args, id).catch((error: unknown) => {
        this.requests.reject(id, error as Error);
        return rejectQuietly(error as Error);
      });
      const [response] = await Promise.all([result, sent]);
      return bodyOf(command, response);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  private send(command: string, args: object, id: number | null): Promise<void> {
    return this.channel.sendMessage({ command, arguments: args as Message, id } satisfies Command);
  }
}

function bodyOf(command: string, { success, message, body }: ResponseEnvelope): Message {
  if (success) return body ?? {};
  if (message === CANCELLED)
    throw new IpcError('ERR_IPC_ABORTED', `${command} was cancelled by the launcher`);
  throw new RequestRefusedError(message ?? `the launcher refused ${command} and gave no reason`, body);
}

function aborted(command: string, { reason }: AbortSignal): IpcError {
  return new IpcError('ERR_IPC_ABORTED', `${command} was cancelled`, { cause: reason });
}
