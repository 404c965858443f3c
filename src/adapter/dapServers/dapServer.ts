import { IpcError, isRecord, RequestTracker, toError } from '../../ipc/index.js';
import type { CloseInfo, IPCManager, IpcErrorCode, Message } from '../../ipc/index.js';
import { debuggeeEnded, launcherUnanswered, refusedByLauncher } from '../dap/dapErrors.js';
import type { DapError } from '../dap/dapErrors.js';
import type { SessionServices } from '../debuggee/sessionServices.js';
import { DapRelay } from './dapRelay.js';
import type { Relayed, RequestFailure } from './dapRelay.js';

/** The time in which the server responds to a request of the adapter, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The codes of errors by which a session has ended. */
const END_CODES: readonly IpcErrorCode[] = [
  'ERR_IPC_CLOSED',
  'ERR_IPC_CONNECTION_LOST',
  'ERR_IPC_LAUNCHER_EXITED',
];

/** The connection to a DAP server: relays messages between client and server, and sends the adapter's requests. */
export class DapServer {
  /** Settles when the connection has ended and everything received has been passed on. */
  readonly ended: Promise<CloseInfo>;

  private readonly relay: DapRelay;
  private readonly adapterRequests = new RequestTracker<Message>();
  private gone = false;
  /** The client's request that begins the session. `settle` gets the server's answer. */
  private sessionRequest: { readonly seq: unknown; readonly settle: (accepted: boolean) => void } | undefined;

  constructor(
    private readonly manager: IPCManager,
    private readonly services: Pick<SessionServices, 'writer' | 'logger' | 'faults'>,
  ) {
    this.relay = new DapRelay({ nextClientSeq: () => services.writer.nextSeq() });
    this.ended = this.awaitEnd();
    services.faults.watch(this.ended);
  }

  /** True once the client's pending requests have failed because the server has gone. */
  get hasGone(): boolean {
    return this.gone;
  }

  /** Takes a message of the server. */
  receive(message: Message): void {
    this.route(this.relay.fromServer(message));
  }

  /** Takes a message of the client. Once the server has gone, a request fails. */
  receiveFromClient(message: Message): void {
    const relayed = this.relay.fromClient(message);
    if (!this.hasGone || relayed.to !== 'server') this.route(relayed);
    else this.fail(relayed.message, debuggeeEnded(commandOf(message)));
  }

  /**
   * Passes on the request that begins the session.
   *
   * @param replaced fields of the request that replace the client's fields
   * @returns true if the server accepted the request. The client has its response by then
   */
  startSession(request: Message, replaced: Message): Promise<boolean> {
    return new Promise((settle) => {
      this.sessionRequest = { seq: request.seq, settle };
      this.route(this.relay.fromClient(request, replaced));
    });
  }

  /**
   * Sends a request of the adapter.
   *
   * @returns the response's body
   * @throws DapError with the server's reason if it refuses, if it has gone, or if it does not respond in time
   */
  async request(
    command: string,
    args: Message,
    { timeoutMs = REQUEST_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<Message> {
    const { id, result } = this.adapterRequests.begin({ what: command, timeoutMs });
    const sent = this.manager.sendMessage(this.relay.request(id, command, args));
    const [response] = await Promise.all([result, sent]).catch((thrown: unknown) => {
      throw unanswered(command, toError(thrown));
    });
    if (response.success === true) return isRecord(response.body) ? response.body : {};
    throw refusedByLauncher(textOf(response) ?? `The DAP server refused ${command} and gave no reason.`);
  }

  /** Fails all pending requests of the client: the server has gone. */
  failPending(failure: (command: string) => DapError): void {
    this.gone = true;
    const responses = this.relay.failPending((command) => failureOf(failure(command)));
    for (const message of responses) this.sendToClient(message);
  }

  private route(relayed: Relayed): void {
    const { to, message } = relayed;
    switch (to) {
      case 'client':
        this.sendToClient(message);
        break;
      case 'server':
        this.services.faults.watch(this.sendToServer(message));
        break;
      case 'adapter':
        this.adapterRequests.settle(message.request_seq, message);
        break;
      case 'nobody':
        this.services.logger.warn(
          { type: message.type, why: relayed.why },
          'a message that was not passed on',
        );
    }
  }

  private sendToClient(message: Message): void {
    this.services.writer.write(message);
    if (message.type !== 'response' || message.request_seq !== this.sessionRequest?.seq) return;
    this.sessionRequest?.settle(message.success === true);
    this.sessionRequest = undefined;
  }

  private async sendToServer(message: Message): Promise<void> {
    try {
      await this.manager.sendMessage(message);
    } catch (thrown) {
      this.fail(message, unanswered(commandOf(message), toError(thrown)));
    }
  }

  /** Handles a message that the server does not get: a request of the client fails, other messages are logged. */
  private fail(message: Message, error: DapError): void {
    const response = this.relay.failRequest(message.seq, failureOf(error));
    if (response !== undefined) this.sendToClient(response);
    else
      this.services.logger.warn(
        { err: error, type: message.type },
        'a message that the DAP server does not get',
      );
  }

  private async awaitEnd(): Promise<CloseInfo> {
    const info = await this.manager.closed;
    await this.manager.allRead;
    this.adapterRequests.rejectAll(info.error ?? new IpcError('ERR_IPC_CLOSED', info.reason));
    return info;
  }
}

function unanswered(command: string, error: Error): DapError {
  const isOver = error instanceof IpcError && END_CODES.includes(error.code);
  return isOver ? debuggeeEnded(command, error) : launcherUnanswered(command, error);
}

/** Gives the name of a request for an error's text. */
function commandOf({ command }: Message): string {
  return typeof command === 'string' ? command : 'without a name';
}

function failureOf(error: DapError): RequestFailure {
  return { message: error.message, body: { error: error.toBody() } };
}

/** Gives the text of a refusal: the text for the user, if there is one. */
function textOf({ body, message }: Message): string | undefined {
  const error: unknown = isRecord(body) ? body.error : undefined;
  if (isRecord(error) && typeof error.format === 'string') return error.format;
  return typeof message === 'string' ? message : undefined;
}
