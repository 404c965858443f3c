import type { DebugProtocol } from '@vscode/debugprotocol';
import { describeExit, settlesWithin, toError } from '../../ipc/index.js';
import type { Message, ProcessExit } from '../../ipc/index.js';
import { debuggeeEnded, launchFailed } from '../dap/dapErrors.js';
import type { DapError } from '../dap/dapErrors.js';
import type { ConnectedLauncher } from '../debuggee/launcherConnection.js';
import { reportExit } from '../debuggee/reportExit.js';
import type { SessionServices } from '../debuggee/sessionServices.js';
import { Termination } from '../debuggee/termination.js';
import type { DapLaunch } from './dapLaunch.js';
import type { DapServer } from './dapServer.js';
import type { EventHold } from './eventHold.js';
import { serverCapabilities } from './serverCapabilities.js';

/** The time in which a server whose connection broke off may exit, in milliseconds. Then its exit is the reason. */
const EXIT_AFTER_DISCONNECT_MS = 500;
/** The time that the server's last messages are waited for after its exit, in milliseconds. */
const LAST_MESSAGES_MS = 1_000;
/**
 * The time that `terminated` waits for the exit of the server, in milliseconds. If the program runs in the server's
 * process, the last output and the exit code come before `terminated`, because clients disconnect on it.
 */
const TERMINATED_HOLD_MS = 1_000;

/** Everything that the launch of a DAP server has made. */
interface DapParts extends ConnectedLauncher {
  readonly launch: DapLaunch;
  readonly server: DapServer;
  readonly events: EventHold;
}

/** One DAP server that has connected: its session with the client, its process and its end. */
export class DapDebuggee {
  /** Settles when the end was reported to the client, or the server was detached, and nothing is left here. */
  readonly ended: Promise<void>;

  private readonly termination: Termination;
  private isInitialized = false;
  /** True once the server was asked to exit: its exit code is then not the program's. */
  private wasAskedToExit = false;
  private hasSentTerminated = false;
  private disconnectArguments: Message = {};

  constructor(
    private readonly parts: DapParts,
    private readonly services: SessionServices,
  ) {
    const { manager, launcher, launch } = parts;
    const report = (output: string): void => services.send('output', { category: 'important', output });
    this.termination = new Termination(
      { manager, launcher, connection: { request: this.requestExit.bind(this) }, report },
      // The server decides at `disconnect` what becomes of its program.
      { terminateTimeoutMs: launch.terminateTimeoutMs, firstStep: 'asked', endsOwnTree: true },
      services,
      () => settlesWithin(this.ended, 0),
    );
    this.ended = Promise.race([this.awaitEnd(), this.termination.detached]);
    const work = [this.ended, this.watchConnection(), this.watchTerminated()];
    for (const promise of work) services.faults.watch(promise);
  }

  /**
   * Initializes the server with the client's arguments, sends the client the server's capabilities, and passes on the
   * request that begins the session. The server responds to that request itself.
   *
   * @throws DapError if the server exits, refuses or does not respond to `initialize`; it is ended by then
   */
  async start(request: DebugProtocol.Request): Promise<void> {
    const { server, launch, events } = this.parts;
    try {
      const capabilities = await server.request('initialize', this.services.initializeArguments, {
        timeoutMs: launch.launchTimeoutMs,
      });
      this.services.send('capabilities', { capabilities: serverCapabilities(capabilities) });
    } catch (thrown) {
      throw await this.failedStart(toError(thrown));
    }
    this.isInitialized = true;
    this.services.faults.watch(this.startSession(request));
    events.releaseInitialized();
  }

  /** Takes a message of the client. Returns false before the server is initialized: the message is not for it. */
  receiveFromClient(message: DebugProtocol.ProtocolMessage): boolean {
    if (!this.isInitialized) return false;
    this.parts.server.receiveFromClient({ ...message });
    return true;
  }

  /**
   * Ends or detaches the server because its client has finished. Resolves when that is done. Repeatable: the first
   * call decides.
   *
   * @param terminate true: the program ends too. Default: as the launch asks (`keepRunning`)
   * @param args the client's arguments of `disconnect`
   */
  disconnect(terminate = !this.parts.launch.keepRunning, args: Message = {}): Promise<void> {
    if (!this.termination.isUnderWay()) this.disconnectArguments = args;
    return terminate ? this.termination.stop() : this.termination.detach();
  }

  /** Ends or detaches the server because its client has gone, also if the client has not said so. */
  abandon(): Promise<void> {
    return this.disconnect();
  }

  /** Drops the output from now on: the client reads no more. */
  discardOutput(): void {
    this.parts.output.discard();
  }

  /** Begins the session. A server that refuses is ended. */
  private async startSession(request: DebugProtocol.Request): Promise<void> {
    const { launch, server } = this.parts;
    const replaced = { command: launch.request, arguments: launch.arguments };
    const isAccepted = await server.startSession({ ...request }, replaced);
    if (!isAccepted && !server.hasGone) await this.termination.stop();
  }

  /**
   * Sends the server `terminate` or `disconnect`. If the client asked for `attach`, the client and the server decide
   * whether the program ends.
   */
  private requestExit(
    command: string,
    wanted: Message = {},
    options?: { timeoutMs?: number },
  ): Promise<Message> {
    this.wasAskedToExit ||= !this.parts.launcher.hasExited;
    const isLaunched = this.parts.launch.asked === 'launch' || wanted.terminateDebuggee === false;
    const args = { ...this.disconnectArguments, ...(isLaunched && wanted) };
    return this.parts.server.request(command, args, options);
  }

  private async awaitEnd(): Promise<void> {
    const { launcher, output } = this.parts;
    const end = { exited: this.exitAndLastMessages(), output, lastEvent: Promise.resolve() };
    try {
      const exit = await reportExit(end, (event, body) => this.sendEndEvent(event, body));
      this.services.logger.info({ pid: launcher.pid, ...exit }, 'the DAP server has ended');
    } finally {
      launcher.abandonOutput();
      await this.termination.closeConnection();
    }
  }

  private async exitAndLastMessages(): Promise<ProcessExit> {
    const { launcher, server } = this.parts;
    const exit = await launcher.exited;
    await settlesWithin(server.ended, LAST_MESSAGES_MS);
    this.failPending(describeExit(exit, launcher.stderrTail()));
    return exit;
  }

  private sendEndEvent(event: string, body?: Message): void {
    if (this.termination.isDetaching) return;
    if (event === 'terminated') this.sendTerminated();
    else if (event !== 'exited' || !(this.wasAskedToExit || this.parts.events.hasSentExitCode))
      this.services.send(event, body);
  }

  private sendTerminated(): void {
    if (this.hasSentTerminated) return;
    this.hasSentTerminated = true;
    if (!this.parts.events.releaseTerminated()) this.services.send('terminated');
  }

  private async watchTerminated(): Promise<void> {
    const { events, launcher } = this.parts;
    await events.terminated;
    if (!(await settlesWithin(launcher.exited, TERMINATED_HOLD_MS))) this.sendTerminated();
  }

  /** Ends a server that lost its connection, unless it is ending already. */
  private async watchConnection(): Promise<void> {
    const { launcher, server } = this.parts;
    const { reason } = await server.ended;
    if (await settlesWithin(launcher.exited, EXIT_AFTER_DISCONNECT_MS)) return; // Its exit gives the reason.
    this.failPending(`closed its connection: ${reason}`);
    if (this.termination.isUnderWay()) return;
    if (await this.termination.exitsInTime()) return;
    if (this.termination.isUnderWay()) return;
    const output = `The connection to the DAP server is lost (${reason}): it is being ended.\n`;
    this.services.send('output', { category: 'important', output });
    await this.termination.stop('SIGTERM');
  }

  private failPending(reason: string): void {
    const { launch, server } = this.parts;
    server.failPending((command) =>
      command === launch.asked ? serverFailed(reason) : debuggeeEnded(command),
    );
  }

  private async failedStart(error: Error): Promise<Error> {
    const { launcher } = this.parts;
    const hasExited = await settlesWithin(launcher.exited, EXIT_AFTER_DISCONNECT_MS);
    await this.termination.stop('SIGTERM');
    if (hasExited) return serverFailed(describeExit(await launcher.exited, launcher.stderrTail()));
    return serverFailed(`did not begin: ${toError(error.cause ?? error).message}`);
  }
}

function serverFailed(reason: string): DapError {
  return launchFailed(`the DAP server ${reason}`);
}
