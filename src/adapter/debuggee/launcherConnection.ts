import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { CANCELLED, IpcError, isResponse, RequestTracker, toError } from '../../ipc/index.js';
import type { CloseInfo, EventEnvelope, IPCManager, Message, ResponseEnvelope } from '../../ipc/index.js';
import {
  DapError,
  debuggeeEnded,
  launcherUnanswered,
  refusedByLauncher,
  requestCancelled,
} from '../dap/dapErrors.js';
import { OrderedInbox } from './orderedInbox.js';
import type { LauncherDialect, LauncherMessage } from '../profiles/launcherProfile.js';

/** How long a command waits for its response, in milliseconds: an expression may take its time to evaluate. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How long a launcher may take to take note of a `cancel`, in milliseconds; then it is done without. */
const CANCEL_TIMEOUT_MS = 1_000;

/** How a command is sent. */
interface CommandOptions {
  /** How long its response may take, in milliseconds. Default: as the launcher's dialect has it, else 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Cancels it: its response is not waited for beyond what the launcher makes of that. */
  readonly signal?: AbortSignal | undefined;
}

/** Speaks with a launcher in its own dialect: commands out, their responses and the launcher's events in. */
export class LauncherConnection {
  /** Settles when the connection is over and everything that came by it has been handed over. */
  readonly ended: Promise<CloseInfo>;

  private readonly requests = new RequestTracker<ResponseEnvelope>();
  private readonly inbox: OrderedInbox<LauncherMessage>;

  /**
   * @param dialect of this one connection
   * @param onEvent takes each event, in order, and behind the responses that came before it
   */
  constructor(
    private readonly manager: IPCManager,
    private readonly dialect: LauncherDialect,
    onEvent: (event: EventEnvelope) => void,
  ) {
    this.inbox = new OrderedInbox<LauncherMessage>((message) => {
      if (isResponse(message)) this.requests.settle(message.id, message);
      else onEvent(message);
    }, isResponse);
    this.ended = this.awaitEnd();
  }

  /**
   * Takes a message from the connection's reader.
   *
   * @throws IpcError `ERR_IPC_BAD_MESSAGE` for what is neither response nor event
   */
  receive(message: Message): void {
    this.handOver(this.dialect.read(message));
  }

  /**
   * Sends a command and waits for its response.
   *
   * @returns the response's body
   * @throws DapError with the launcher's reason if it refuses; if it is gone; if it does not answer in time;
   *   if it was cancelled
   */
  async request(command: string, args: Message = {}, options: CommandOptions = {}): Promise<Message> {
    if (options.signal?.aborted === true) throw requestCancelled();
    const response = await this.exchange(command, args, options).catch((thrown: unknown) => {
      throw unanswered(command, toError(thrown));
    });
    if (response.success) return response.body ?? {};
    if (response.message === CANCELLED) throw requestCancelled();
    throw refusedByLauncher(response.message ?? `The launcher refused ${command} and gave no reason.`);
  }

  private async exchange(command: string, args: Message, options: CommandOptions): Promise<ResponseEnvelope> {
    const timeoutMs = options.timeoutMs ?? this.dialect.timeoutMs(command) ?? REQUEST_TIMEOUT_MS;
    const { id, result } = this.requests.begin({ what: command, timeoutMs });
    const cancel = (): void => void this.cancel(id);
    options.signal?.addEventListener('abort', cancel);
    try {
      const sent = this.manager.sendMessage(this.dialect.write({ command, args, id }));
      const [response] = await Promise.all([result, sent]);
      return response;
    } finally {
      options.signal?.removeEventListener('abort', cancel);
      this.handOver(this.dialect.forget(id));
    }
  }

  /**
   * A launcher that takes note answers the command itself, and tells by that whether it was done. Where it
   * does not, the command counts as cancelled whatever becomes of it: nobody is kept waiting.
   */
  private async cancel(id: number): Promise<void> {
    if (this.dialect.knowsCancel && (await this.isCancelTaken(id))) return;
    this.requests.reject(id, requestCancelled());
  }

  private async isCancelTaken(requestId: number): Promise<boolean> {
    try {
      return (await this.exchange('cancel', { requestId }, { timeoutMs: CANCEL_TIMEOUT_MS })).success;
    } catch {
      return false;
    }
  }

  private handOver(messages: readonly LauncherMessage[]): void {
    for (const message of messages) this.inbox.push(message);
  }

  private async awaitEnd(): Promise<CloseInfo> {
    const info = await this.manager.closed;
    await turnOfLoop(); // the reader hands over what came with the end
    await this.inbox.idle();
    this.requests.rejectAll(new IpcError('ERR_IPC_CLOSED', info.reason));
    return info;
  }
}

function unanswered(command: string, error: Error): Error {
  if (error instanceof DapError) return error;
  const timedOut = error instanceof IpcError && error.code === 'ERR_IPC_REQUEST_TIMEOUT';
  return timedOut ? launcherUnanswered(command, error) : debuggeeEnded(command, error);
}
