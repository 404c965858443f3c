import { pipeline } from 'node:stream';
import type { Readable, Writable } from 'node:stream';
import {
  Event,
  Logger as AdapterLogger,
  LoggingDebugSession,
  logger as adapterLog,
} from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { isRecord, silentLogger, settlesWithin } from '../../ipc/index.js';
import type { Logger, Message } from '../../ipc/index.js';
import { DapWriter } from '../dap/dapWriter.js';
import { ReverseRequests } from '../dap/reverseRequests.js';
import { clientSink } from '../output/clientSink.js';
import { DAP_ERROR_IDS } from '../dap/dapErrors.js';
import { DapInput } from '../dap/dapInput.js';
import { startsDapServer } from '../dapServers/dapLaunch.js';
import { REQUESTS } from '../handlers/requestTable.js';
import { respond } from '../session/respond.js';
import type { RequestTable } from '../session/respond.js';
import { SessionContext } from '../session/sessionContext.js';

/** Settings of a session that are not the client's. */
export interface SessionOptions {
  /** Where state changes are logged. Default: nowhere. */
  readonly logger?: Logger | undefined;
  /** Takes what has to be said without a client to say it to: one line. Default: it is logged. */
  readonly reportError?: ((message: string) => void) | undefined;
}

/** How long an ending session waits for the client to take what is left for it, in milliseconds. */
const LAST_MESSAGES_MS = 1_000;

/** The body of a response that is not to be sent: the request was passed on, and is answered elsewhere. */
const PASSED_ON = {};

/** One client's session over a pair of streams: takes its requests, owns its debuggee, ends once. */
export class NodeDebugSession extends LoggingDebugSession {
  private readonly context: SessionContext;
  private readonly logger: Logger;
  private readonly report: (message: string) => void;
  private readonly unanswered = new Set<Promise<void>>();
  private output: Writable | undefined;
  private readonly outlet = new DapWriter(() => this.output);
  private readonly asked = new ReverseRequests(this.outlet);
  private ending: Promise<void> | undefined;
  private settleEnded: () => void = () => undefined;

  /** Settles when the session is over and nothing of it is left. Never rejects. */
  readonly ended = new Promise<void>((resolve) => {
    this.settleEnded = resolve;
  });

  constructor(options: SessionOptions = {}) {
    super();
    this.logger = options.logger ?? silentLogger;
    this.report = options.reportError ?? ((message) => this.logger.error({}, message));
    this.prependListener('error', (event: DebugProtocol.Event) => this.streamFailed(String(event.body)));
    this.context = new SessionContext({
      send: (event, body) => this.sendEvent(new Event(event, body)),
      request: (command, args) => this.doOwn(command, args),
      ask: (command, args, timeoutMs) => this.asked.ask(command, args, timeoutMs),
      output: clientSink(
        () => this.output,
        (category, text, details) =>
          this.sendEvent(new Event('output', { category, output: text, ...details })),
      ),
      client: this.outlet,
      logger: this.logger,
    });
  }

  /** Serves the client behind the two streams; a client that closes its side ends the session. */
  override start(input: Readable, output: Writable): void {
    this.output = output;
    // Errors reach the session through the checked input, as they reach the protocol server.
    super.start(
      pipeline(input, new DapInput(), () => undefined),
      output,
    );
    // The library's own log is one for all sessions and holds every message back until it is set up: off.
    adapterLog.setup(AdapterLogger.LogLevel.Stop, false);
  }

  /** Called where the streams have ended or failed. The library would end the whole process here. */
  override shutdown(): void {
    void this.end('the client has gone');
  }

  /** Ends the session and its debuggee; repeatable. Resolves when nothing is left. */
  end(reason: string): Promise<void> {
    this.ending ??= this.finish(reason);
    return this.ending;
  }

  override handleMessage(message: DebugProtocol.ProtocolMessage): void {
    if (!isProtocolMessage(message)) throw new Error('the client sent JSON that is no protocol message');
    if (isResponse(message) && this.asked.take(message)) return;
    if (isDisconnect(message) || !this.context.pass(message)) super.handleMessage(message);
  }

  override sendEvent(event: DebugProtocol.Event): void {
    this.outlet.send(event);
  }

  override sendResponse(response: DebugProtocol.Response): void {
    this.outlet.send(response);
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    const answered = this.answer(request);
    this.unanswered.add(answered);
    void answered.then(() => this.unanswered.delete(answered));
  }

  private async answer(request: DebugProtocol.Request): Promise<void> {
    const isServerStart = startsDapServer(request);
    const requests = isServerStart ? this.serverStart(request) : REQUESTS;
    const { signal, done } = this.context.running.begin(request.seq);
    const replacement = this.context.replacement(request.command);
    // Only then: requests that came together are begun in their order.
    if (replacement !== undefined) await replacement;
    const response = await respond(request, requests, this.context, signal);
    done();
    if (response.body === PASSED_ON) return;
    this.context.settings.note(request, response);
    this.logger.debug({ command: request.command, success: response.success }, 'request answered');
    this.sendResponse(response);
    // Without a program there is nothing to wait for: this is how a client is told.
    const isStart = isServerStart || request.command === 'launch' || request.command === 'attach';
    if (isStart && !response.success) this.sendEvent(new Event('terminated'));
    if (request.command === 'disconnect' && !isRefusedDetach(response)) {
      void this.end('the client has disconnected');
    }
  }

  /** A request that the client has sent before, for another program. */
  private async doOwn(command: string, args: Message): Promise<object | undefined> {
    return REQUESTS[command]?.(this.context, args, new AbortController().signal);
  }

  /** Requests to begin a session that a DAP server is to answer. */
  private serverStart(request: DebugProtocol.Request): RequestTable<SessionContext> {
    const start = async (context: SessionContext, args: Message): Promise<object> => {
      await context.launchServer(request, args);
      return PASSED_ON;
    };
    return { launch: start, attach: start };
  }

  private async finish(reason: string): Promise<void> {
    this.logger.info({ reason }, 'session ends');
    this.asked.end(reason);
    try {
      await this.endDebuggee();
    } catch (error) {
      this.logger.error({ err: error }, 'ending the program');
    }
    await settlesWithin(Promise.all(this.unanswered), LAST_MESSAGES_MS);
    await this.closeOutput();
    this.settleEnded();
  }

  private async endDebuggee(): Promise<void> {
    const debuggee = await this.context.settle();
    if (debuggee === undefined) return;
    if (!this.canSend()) debuggee.discardOutput();
    await debuggee.leave();
    if (!(await settlesWithin(debuggee.ended, LAST_MESSAGES_MS))) debuggee.discardOutput();
    await debuggee.ended;
  }

  private async closeOutput(): Promise<void> {
    const { output } = this;
    if (output === undefined || output.destroyed) return;
    // The process's own stdout refuses to be closed, and ends with the process.
    if (output === process.stdout) {
      await settlesWithin(new Promise((resolve) => output.write('', resolve)), LAST_MESSAGES_MS);
      return;
    }
    if (!(await settlesWithin(new Promise((resolve) => output.end(resolve)), LAST_MESSAGES_MS)))
      output.destroy();
  }

  private streamFailed(message: string): void {
    if (this.ending === undefined) this.report(`session ended: ${message}`);
  }

  private canSend(): boolean {
    return this.output?.writable === true;
  }
}

function isResponse(message: DebugProtocol.ProtocolMessage): message is DebugProtocol.Response {
  return message.type === 'response';
}

/** What ends a session is for the adapter to do, which has the server to end. */
function isDisconnect(message: DebugProtocol.ProtocolMessage): boolean {
  return message.type === 'request' && (message as DebugProtocol.Request).command === 'disconnect';
}

/** The one `disconnect` that ends nothing: its program would have died of it, against the client's wish. */
function isRefusedDetach({ body }: DebugProtocol.Response): boolean {
  const error: unknown = isRecord(body) ? body.error : undefined;
  return isRecord(error) && error.id === DAP_ERROR_IDS.cannotDetach;
}

function isProtocolMessage(message: unknown): boolean {
  if (!isRecord(message)) return false;
  if (message.type !== 'request') return message.type === 'response' || message.type === 'event';
  return Number.isSafeInteger(message.seq) && typeof message.command === 'string';
}
