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
import { expectCalls } from '../output/consoleCalls.js';
import type { ProgramOutput } from '../output/programOutput.js';
import type { LauncherProcess } from '../process/launcherProcess.js';
import type { LauncherDialect, LauncherMessage } from '../profiles/launcherProfile.js';
import type { ClientView, DapEvent } from '../translation/clientView.js';
import { withTypedBody } from './launcherFields.js';
import { OrderedInbox } from './orderedInbox.js';
import type { SessionServices } from './sessionServices.js';

/** The time in which a launcher responds to a command, in milliseconds: an expression may take long. */
const REQUEST_TIMEOUT_MS = 30_000;
/** The time in which a launcher responds to `cancel`, in milliseconds. After it, the command counts as cancelled. */
const CANCEL_TIMEOUT_MS = 1_000;

/** A launcher that has connected. */
export interface ConnectedLauncher {
  readonly manager: IPCManager;
  readonly launcher: LauncherProcess;
  readonly output: ProgramOutput;
}

/** Options of a command. */
interface CommandOptions {
  /** The time for its response, in milliseconds. Default: the dialect's time for the command, else 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the command. The launcher is asked to cancel, and its answer is waited for up to 1 s. */
  readonly signal?: AbortSignal | undefined;
}

/** The adapter's side of the connection to one launcher: sends commands, takes responses, passes events on. */
export class LauncherConnection {
  /** Settles when the connection has ended and everything received has been passed on. */
  readonly ended: Promise<CloseInfo>;

  /** True if events keep their place in the program's output, which the launcher can describe. */
  private ordersEvents = false;
  private readonly requests = new RequestTracker<ResponseEnvelope>();
  private readonly inbox: OrderedInbox<LauncherMessage>;

  /**
   * @param dialect of this one connection
   * @param view translates the launcher's events for the client
   */
  constructor(
    private readonly connected: ConnectedLauncher,
    private readonly dialect: LauncherDialect,
    private readonly view: ClientView,
    private readonly services: Pick<SessionServices, 'send' | 'logger' | 'faults'>,
  ) {
    const handle = services.faults.guard((message: LauncherMessage) => this.handle(message));
    this.inbox = new OrderedInbox<LauncherMessage>(handle, isResponse);
    this.ended = this.awaitEnd();
    services.faults.watch(this.ended);
  }

  /**
   * Takes one message from the reader loop, and validates it.
   *
   * @throws IpcError `ERR_IPC_BAD_MESSAGE` for a message that is neither a response nor an event
   */
  readonly receive = (message: Message): void => {
    const read = this.dialect.read(withTypedBody(message));
    if (!isList(read) && !this.inbox.isBusy && !isResponse(read)) this.onEvent(read);
    else this.passOn(isList(read) ? read : [read]);
  };

  /** Sends stops and lines of output after the output before them from now on, if the output comes to this process. */
  orderEvents(): void {
    this.ordersEvents = this.connected.output.sendInOrder !== undefined;
  }

  /**
   * Sends a command and waits for its response.
   *
   * @returns the response's body
   * @throws DapError with the launcher's reason if it refuses, if it is gone, if it does not respond in time, or if
   *   the command was cancelled
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
    const cancel = (): void => this.services.faults.watch(this.cancel(id));
    options.signal?.addEventListener('abort', cancel);
    try {
      const sent = this.connected.manager.sendMessage(this.dialect.write({ command, args, id }));
      const [response] = await Promise.all([result, sent]);
      return response;
    } finally {
      options.signal?.removeEventListener('abort', cancel);
      this.passOn(this.dialect.forget(id));
    }
  }

  /**
   * Cancels a command. A launcher that supports `cancel` responds to the command itself, and its response says
   * whether the command was done. Otherwise the command counts as cancelled at once.
   */
  private async cancel(id: number): Promise<void> {
    if (this.dialect.supportsCancel && (await this.isCancelAccepted(id))) return;
    this.requests.reject(id, requestCancelled());
  }

  private async isCancelAccepted(requestId: number): Promise<boolean> {
    try {
      return (await this.exchange('cancel', { requestId }, { timeoutMs: CANCEL_TIMEOUT_MS })).success;
    } catch {
      return false;
    }
  }

  private passOn(messages: readonly LauncherMessage[]): void {
    for (const message of messages) this.inbox.push(message);
  }

  private handle(message: LauncherMessage): void {
    if (!isResponse(message)) this.onEvent(message);
    else if (!this.requests.settle(message.id, message)) this.requests.rejectTextId(message.id);
  }

  private onEvent(event: EventEnvelope): void {
    const { launcher, output } = this.connected;
    launcher.onEvent?.(event);
    if (event.event === 'consoleCalls') {
      expectCalls(output, this.view.toClient('consoleCalls', event.body));
      return;
    }
    const translated = this.view.eventToClient(event);
    if (translated !== undefined) this.sendEvent(translated);
    else this.services.logger.debug({ event: event.event }, 'launcher event that the client does not get');
  }

  private sendEvent({ event, body }: DapEvent): void {
    const { services } = this;
    const { output } = this.connected;
    const isOrdered = event === 'stopped' || event === 'output' || output.holdsEvents === true;
    if (!this.ordersEvents || !isOrdered) services.send(event, body);
    else output.sendInOrder?.(() => services.send(event, body), event === 'stopped');
  }

  private async awaitEnd(): Promise<CloseInfo> {
    const info = await this.connected.manager.closed;
    await turnOfLoop(); // The reader loop passes on what arrived together with the end.
    await this.inbox.idle();
    this.requests.rejectAll(info.error ?? new IpcError('ERR_IPC_CLOSED', info.reason));
    this.connected.launcher.onDisconnect?.();
    return info;
  }
}

function isList(read: LauncherMessage | readonly LauncherMessage[]): read is readonly LauncherMessage[] {
  return Array.isArray(read);
}

function unanswered(command: string, error: Error): Error {
  if (error instanceof DapError) return error;
  const timedOut = error instanceof IpcError && error.code === 'ERR_IPC_REQUEST_TIMEOUT';
  return timedOut ? launcherUnanswered(command, error) : debuggeeEnded(command, error);
}
