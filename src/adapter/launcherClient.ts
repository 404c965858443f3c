import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { IpcError, isResponse, readLauncherMessage, RequestTracker, toError } from '../ipc/index.js';
import type { CloseInfo, EventEnvelope, IPCManager, Message, ResponseEnvelope } from '../ipc/index.js';
import { debuggeeEnded, launcherUnanswered, refusedByLauncher } from './dapErrors.js';
import { OrderedInbox } from './orderedInbox.js';

type LauncherMessage = ResponseEnvelope | EventEnvelope;

/** How long a command waits for its response, in milliseconds: an expression may take its time to evaluate. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Speaks with a launcher in its own words: commands out, their responses and the launcher's events in. */
class LauncherClient {
  /** Settles when the connection is over and everything that came by it has been handed over. */
  readonly ended: Promise<CloseInfo>;

  private readonly requests = new RequestTracker<ResponseEnvelope>();
  private readonly inbox: OrderedInbox<LauncherMessage>;

  /** @param onEvent takes each event, in order, and behind the responses that came before it */
  constructor(
    private readonly manager: IPCManager,
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
    this.inbox.push(readLauncherMessage(message));
  }

  /**
   * Sends a command and waits for its response.
   *
   * @returns the response's body
   * @throws DapError with the launcher's reason if it refuses; if it is gone; if it does not answer in time
   */
  async request(command: string, args: Message = {}, timeoutMs = REQUEST_TIMEOUT_MS): Promise<Message> {
    const response = await this.exchange(command, args, timeoutMs).catch((thrown: unknown) => {
      throw unanswered(command, toError(thrown));
    });
    if (response.success) return response.body ?? {};
    throw refusedByLauncher(response.message ?? `The launcher refused ${command} and gave no reason.`);
  }

  private async exchange(command: string, args: Message, timeoutMs: number): Promise<ResponseEnvelope> {
    const { id, result } = this.requests.begin({ what: command, timeoutMs });
    const [response] = await Promise.all([
      result,
      this.manager.sendMessage({ command, arguments: args, id }),
    ]);
    return response;
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
  const timedOut = error instanceof IpcError && error.code === 'ERR_IPC_REQUEST_TIMEOUT';
  return timedOut ? launcherUnanswered(command, error) : debuggeeEnded(command, error);
}

export { LauncherClient };
