import { IpcError, RequestTracker, toError } from '../../ipc/index.js';
import type { CloseInfo, IPCManager, Logger, Message } from '../../ipc/index.js';
import { debuggeeEnded, launcherUnanswered, refusedByLauncher } from '../dap/dapErrors.js';
import type { DapError } from '../dap/dapErrors.js';
import { DapRelay } from './dapRelay.js';
import type { Relayed, RequestFailure } from './dapRelay.js';

/** The client, as a relay needs it. */
export interface RelayClient {
  /** The `seq` of the next message; that is written before another one is asked for. */
  nextSeq(): number;
  write(message: Message): void;
}

/** How long an answer to a request of the adapter's own is waited for, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** A DAP server that has connected: the client's messages to it, its messages to the client, and our own requests. */
export class DapServer {
  /** Settles when the connection is over and everything that came by it has been passed on. */
  readonly ended: Promise<CloseInfo>;

  private readonly relay: DapRelay;
  private readonly own = new RequestTracker<Message>();
  private gone = false;
  /** The client's request that begins the session, and who waits for what the server makes of it. */
  private start: { readonly seq: unknown; readonly settle: (accepted: boolean) => void } | undefined;

  constructor(
    private readonly manager: IPCManager,
    private readonly client: RelayClient,
    private readonly logger: Logger,
  ) {
    this.relay = new DapRelay({ nextClientSeq: () => client.nextSeq() });
    this.ended = this.awaitEnd();
  }

  /** Whether it has gone, as far as the client was told. */
  get hasGone(): boolean {
    return this.gone;
  }

  /** Takes a message of the server. */
  receive(message: Message): void {
    this.route(this.relay.fromServer(message));
  }

  /** Takes a message of the client. Once the server has gone, a request fails. */
  pass(message: Message): void {
    const relayed = this.relay.fromClient(message);
    if (!this.hasGone || relayed.to !== 'server') this.route(relayed);
    else this.fail(relayed.message, debuggeeEnded(String(message.command)));
  }

  /**
   * Passes on the request that begins the session.
   *
   * @param instead its fields that the server gets others of
   * @returns whether the server has accepted it; the client has been told by then
   */
  begin(request: Message, instead: Message): Promise<boolean> {
    return new Promise((settle) => {
      this.start = { seq: request.seq, settle };
      this.route(this.relay.fromClient(request, instead));
    });
  }

  /**
   * Asks the server something on the adapter's own account.
   *
   * @returns the response's body
   * @throws DapError with its reason if it refuses; if it is gone; if it does not answer in time
   */
  async request(
    command: string,
    args: Message,
    { timeoutMs = REQUEST_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<Message> {
    const { id, result } = this.own.begin({ what: command, timeoutMs });
    const sent = this.manager.sendMessage(this.relay.request(id, command, args));
    const [response] = await Promise.all([result, sent]).catch((thrown: unknown) => {
      throw unanswered(command, toError(thrown));
    });
    if (response.success === true) return (response.body ?? {}) as Message;
    throw refusedByLauncher(textOf(response) ?? `The DAP server refused ${command} and gave no reason.`);
  }

  /** The server answers no more: fails, each once, what the client has asked and heard nothing of. */
  failPending(failure: (command: string) => DapError): void {
    this.gone = true;
    const responses = this.relay.failPending((command) => failureOf(failure(command)));
    for (const message of responses) this.tell(message);
  }

  private route(relayed: Relayed): void {
    const { to, message } = relayed;
    switch (to) {
      case 'client':
        this.tell(message);
        break;
      case 'server':
        void this.send(message);
        break;
      case 'adapter':
        this.own.settle(message.request_seq, message);
        break;
      case 'nobody':
        this.logger.warn({ type: message.type, why: relayed.why }, 'a message that was not passed on');
    }
  }

  private tell(message: Message): void {
    this.client.write(message);
    if (message.type !== 'response' || message.request_seq !== this.start?.seq) return;
    this.start?.settle(message.success === true);
    this.start = undefined;
  }

  private async send(message: Message): Promise<void> {
    try {
      await this.manager.sendMessage(message);
    } catch (thrown) {
      this.fail(message, unanswered(String(message.command), toError(thrown)));
    }
  }

  /** A message that the server does not get: the client's request fails, anything else is noted. */
  private fail(message: Message, error: DapError): void {
    const response = this.relay.failRequest(message.seq, failureOf(error));
    if (response !== undefined) this.tell(response);
    else this.logger.warn({ err: error, type: message.type }, 'a message that the DAP server does not get');
  }

  private async awaitEnd(): Promise<CloseInfo> {
    const info = await this.manager.closed;
    await this.manager.allRead;
    this.own.rejectAll(new IpcError('ERR_IPC_CLOSED', info.reason));
    return info;
  }
}

function unanswered(command: string, error: Error): DapError {
  const isOver = error instanceof IpcError && error.code === 'ERR_IPC_CLOSED';
  return isOver ? debuggeeEnded(command, error) : launcherUnanswered(command, error);
}

function failureOf(error: DapError): RequestFailure {
  return { message: error.message, body: { error: error.toBody() } };
}

/** What a refusal says: for the user where there is something for the user. */
function textOf({ body, message }: Message): string | undefined {
  const error = (body as { error?: { format?: unknown } } | undefined)?.error;
  if (typeof error?.format === 'string') return error.format;
  return typeof message === 'string' ? message : undefined;
}
