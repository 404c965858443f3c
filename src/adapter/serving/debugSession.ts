import type { Readable, Writable } from 'node:stream';
import { DebugSession } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { guardedLogger, isRecord, readLimits } from '../../ipc/index.js';
import type { Logger, Message } from '../../ipc/index.js';
import { DAP_ERROR_IDS } from '../dap/dapErrors.js';
import { DapInput, isInitialize } from '../dap/dapInput.js';
import { DapWriter } from '../dap/dapWriter.js';
import { ReverseRequests } from '../dap/reverseRequests.js';
import { SessionFaults } from '../dap/sessionFaults.js';
import { startsDapServer } from '../dapServers/dapLaunch.js';
import { SessionTrace } from '../debuggee/sessionTrace.js';
import { REQUESTS } from '../handlers/requestTable.js';
import { clientSink } from '../output/clientSink.js';
import type { WarmLaunchers } from '../process/warmLaunchers.js';
import { respond } from '../session/respond.js';
import type { RequestTable } from '../session/respond.js';
import { SessionContext } from '../session/sessionContext.js';
import type { TraceTarget } from '../../trace/recording/traceFile.js';
import { ClientPatience } from './clientPatience.js';

/** Settings of a session that its embedder chooses. */
export interface SessionOptions {
  /** Logs state changes. Default: no log. */
  readonly logger?: Logger | undefined;
  /** Takes errors, one line each, that no client is there to get. Default: they are logged. */
  readonly reportError?: ((message: string) => void) | undefined;
  /**
   * The longest message of the client and of each launcher, in bytes. `ipc.limits` of a launch can lower it for that
   * launch. Default: `maxFrameBytes` of `DEFAULT_LIMITS`.
   */
  readonly maxFrameBytes?: number | undefined;
  /** Launchers that are started already, which sessions share. Their owner closes them. Default: each launch starts one. */
  readonly warmLaunchers?: WarmLaunchers | undefined;
  /** Records the session, as `TraceFile` does. Default: a session is recorded only if its launch asks for it. */
  readonly trace?: TraceTarget | undefined;
}

/** The bounds of a client until its `initialize` has arrived. */
export interface InitializeBounds {
  /** The bytes that are read until then. */
  readonly maxInitializeBytes: number;
  /** Called when `initialize` has arrived. */
  readonly onInitialize: () => void;
}

/** The longest text of a fault that the client gets, in characters. */
const FAULT_CHARACTERS = 300;

/** The body of a response that is not sent: the request was passed on to a DAP server, which responds. */
const PASSED_ON = {};

/**
 * One client's session: takes its requests, owns its debuggee, ends once. An error that nothing else handles ends this
 * session, and does not affect the process.
 *
 * The client is behind a pair of streams, given to `start`; or it is in this process, as an editor is that gets the
 * session in a `DebugAdapterInlineImplementation`: it calls `handleMessage`, listens to `onDidSendMessage`, and calls
 * `dispose` when it has gone.
 */
export class NodeDebugSession extends DebugSession {
  private readonly context: SessionContext;
  private readonly logger: Logger;
  private readonly report: (message: string) => void;
  private readonly maxFrameBytes: number;
  private readonly unanswered = new Set<Promise<void>>();
  private output: Writable | undefined;
  private readonly trace: SessionTrace;
  private readonly writer = new DapWriter();
  private readonly reverseRequests = new ReverseRequests(this.writer);
  private readonly faults = new SessionFaults((error) => this.endByFault(error));
  private readonly patience = new ClientPatience();
  private hasFault = false;
  private ending: Promise<void> | undefined;
  private settleEnded: () => void = () => undefined;

  /** Settles when the session is over and nothing of it is left. Never rejects. */
  readonly ended = new Promise<void>((resolve) => {
    this.settleEnded = resolve;
  });

  constructor(options: SessionOptions = {}) {
    super();
    this.logger = guardedLogger(options.logger);
    this.report = options.reportError ?? ((message) => this.logger.error({}, message));
    this.maxFrameBytes = readLimits({ maxFrameBytes: options.maxFrameBytes }).maxFrameBytes;
    this.trace = new SessionTrace(options.trace, this.writer, () => this.output?.writableLength ?? 0);
    const { writer, reverseRequests, logger, maxFrameBytes, faults, trace } = this;
    const output = clientSink(
      () => this.output,
      (category, text, details) => writer.sendEvent('output', { category, output: text, ...details }),
    );
    const { warmLaunchers } = options;
    const services = { writer, reverseRequests, output, logger, maxFrameBytes, faults, trace, warmLaunchers };
    this.context = new SessionContext(services, async (command, args) =>
      REQUESTS[command]?.(this.context, args, new AbortController().signal),
    );
  }

  /**
   * Serves the client behind the two streams. The session ends when the client closes its side.
   *
   * @param bounds the bounds of a client that is not known yet. Default: no bounds
   */
  override start(input: Readable, output: Writable, bounds?: InitializeBounds): void {
    this.output = output;
    this.writer.attach(output);
    const { faults } = this;
    const onError = faults.guard((error: Error) => this.fail(error));
    output.on('error', onError);
    const listener = {
      onMessage: faults.guard((message: DebugProtocol.ProtocolMessage) => {
        if (isInitialize(message)) bounds?.onInitialize();
        this.handleMessage(message);
      }),
      onEnd: (error?: Error) => (error === undefined ? this.shutdown() : onError(error)),
    };
    const { maxFrameBytes } = this;
    new DapInput(listener, { maxFrameBytes, maxInitializeBytes: bounds?.maxInitializeBytes }).start(input);
  }

  /** Adds a listener to the messages for the client. Returns an object whose `dispose` removes the listener. */
  override onDidSendMessage = (
    listener: (message: object) => unknown,
    thisArg?: unknown,
  ): { dispose: () => void } => {
    const remove = this.writer.addListener(
      this.faults.guard((message: Message) => void listener.call(thisArg, message)),
    );
    return { dispose: remove };
  };

  /** Ends the session: the client in this process has gone. `ended` settles when nothing of it is left. */
  override dispose(): void {
    this.shutdown();
  }

  /** Ends the session. The library's own method would end the process. */
  override shutdown(): void {
    void this.end('the client has gone');
  }

  /** Ends the session and its debuggee. Resolves when nothing of it is left. Repeatable. */
  end(reason: string): Promise<void> {
    this.ending ??= this.finish(reason);
    return this.ending;
  }

  override handleMessage(message: DebugProtocol.ProtocolMessage): void {
    this.trace.message('received', message);
    if (isResponse(message) && this.reverseRequests.settle(message)) return;
    if (isDisconnect(message) || !this.context.passToServer(message)) super.handleMessage(message);
  }

  override sendEvent(event: DebugProtocol.Event): void {
    this.writer.send(event);
  }

  override sendResponse(response: DebugProtocol.Response): void {
    this.writer.send(response);
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    const answered = this.answer(request).catch(this.faults.report);
    this.unanswered.add(answered);
    void answered.then(() => this.unanswered.delete(answered));
  }

  private async answer(request: DebugProtocol.Request): Promise<void> {
    const isServerStart = startsDapServer(request);
    const requests = isServerStart ? this.serverStart(request) : REQUESTS;
    const { signal, done } = this.context.running.add(request.seq);
    const replacement = this.context.replacement(request.command);
    // Without a restart there is nothing to await: requests of one chunk start in their order.
    if (replacement !== undefined) await replacement;
    const response = await respond(request, requests, this.context, signal);
    done();
    if (response.body === PASSED_ON) return;
    this.context.breakpoints.record(request, response);
    this.logger.debug({ command: request.command, success: response.success }, 'request answered');
    this.sendResponse(response);
    // `terminated` is how a client learns that there is no program to wait for.
    const isStart = isServerStart || request.command === 'launch' || request.command === 'attach';
    if (isStart && !response.success) this.writer.sendEvent('terminated');
    if (request.command === 'disconnect' && !isRefusedDetach(response)) {
      void this.end('the client has disconnected');
    }
  }

  /** Makes the handlers of the requests that begin a session which a DAP server serves. */
  private serverStart(request: DebugProtocol.Request): RequestTable<SessionContext> {
    const start = async (context: SessionContext, args: Message): Promise<object> => {
      await context.launchServer(request, args);
      return PASSED_ON;
    };
    return { launch: start, attach: start };
  }

  private async finish(reason: string): Promise<void> {
    this.reverseRequests.end(reason);
    try {
      this.logger.info({ reason }, 'session ends');
      await this.endDebuggee();
    } catch (error) {
      this.tryToLog(error, 'ending the program');
    }
    await this.patience.settles(Promise.all(this.unanswered));
    if (this.hasFault) this.tryToSend('terminated');
    await this.closeOutput();
    this.trace.end(reason);
    this.settleEnded();
  }

  /** Logs a fault, reports it to the client in one line, and ends the session. Later faults are only logged. */
  private endByFault(error: Error): void {
    this.tryToLog(error, 'a fault in the session');
    if (this.hasFault) return;
    this.hasFault = true;
    const [reason = ''] = error.message.slice(0, FAULT_CHARACTERS).split('\n', 1);
    const output = `The debug adapter failed, and ends this session: ${reason}\n`;
    this.tryToSend('output', { category: 'important', output });
    void this.end('a fault in the session');
  }

  /** Sends an event. An error is logged: this is used when the session has failed already. */
  private tryToSend(event: string, body?: object): void {
    try {
      this.writer.sendEvent(event, body);
    } catch (error) {
      this.tryToLog(error, 'an event that cannot be sent');
    }
  }

  private tryToLog(error: unknown, what: string): void {
    try {
      this.logger.error({ err: error }, what);
    } catch {
      // The logger itself may be what has failed.
    }
  }

  private async endDebuggee(): Promise<void> {
    const debuggee = await this.context.close();
    if (debuggee === undefined) return;
    if (this.output?.writable !== true) debuggee.discardOutput();
    await debuggee.abandon();
    if (!(await this.patience.settles(debuggee.ended))) debuggee.discardOutput();
    await debuggee.ended;
  }

  private async closeOutput(): Promise<void> {
    const { output } = this;
    if (output === undefined || output.destroyed) return;
    // The process's stdout cannot be closed; it ends with the process.
    if (output === process.stdout) {
      await this.patience.settles(new Promise((resolve) => output.write('', resolve)));
      return;
    }
    if (!(await this.patience.settles(new Promise((resolve) => output.end(resolve))))) output.destroy();
  }

  private fail({ message }: Error): void {
    if (this.ending === undefined) this.report(`session ended: ${message}`);
    this.shutdown();
  }
}

function isResponse(message: DebugProtocol.ProtocolMessage): message is DebugProtocol.Response {
  return message.type === 'response';
}

/** True for `disconnect`: the adapter handles it itself, also if a DAP server has the session. */
function isDisconnect(message: DebugProtocol.ProtocolMessage): boolean {
  return message.type === 'request' && (message as DebugProtocol.Request).command === 'disconnect';
}

/** True for a `disconnect` that did not end the session, because the program would have ended with it. */
function isRefusedDetach({ body }: DebugProtocol.Response): boolean {
  const error: unknown = isRecord(body) ? body.error : undefined;
  return isRecord(error) && error.id === DAP_ERROR_IDS.cannotDetach;
}
