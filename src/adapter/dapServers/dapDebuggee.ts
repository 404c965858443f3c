import type { DebugProtocol } from '@vscode/debugprotocol';
import { describeExit, settlesWithin, toError } from '../../ipc/index.js';
import type { Message, ProcessExit } from '../../ipc/index.js';
import { debuggeeEnded, launchFailed } from '../dap/dapErrors.js';
import type { DapError } from '../dap/dapErrors.js';
import { reportExit } from '../debuggee/reportExit.js';
import type { DebuggeeHost } from '../debuggee/debuggeeHost.js';
import type { Connected } from '../starting/launchConnected.js';
import { Termination } from '../debuggee/termination.js';
import type { DapLaunch } from './dapLaunch.js';
import type { DapServer, RelayClient } from './dapServer.js';
import type { EventGate } from './eventGate.js';
import { serverCapabilities } from './serverCapabilities.js';

/** How long a server that broke off may take to die of it, in milliseconds: then its death is the reason. */
const DYING_MS = 500;
/** How long the server's last messages are waited for once its process is gone, in milliseconds. */
const LAST_MESSAGES_MS = 1_000;
/**
 * How long `terminated` waits for the server's process to end, in milliseconds: where the program runs in it,
 * its last output and its exit code come first, for a client disconnects on `terminated`.
 */
const TERMINATED_HOLD_MS = 1_000;

/** What a session with a DAP server needs of the session. */
export interface DapHost extends DebuggeeHost {
  readonly client: RelayClient;
  /** The client's own arguments of `initialize`. */
  readonly initializeArguments: Message;
}

interface DapParts extends Connected {
  readonly launch: DapLaunch;
  readonly server: DapServer;
  readonly gate: EventGate;
}

/** One DAP server that was started and has connected: its session with the client, its process and its one end. */
export class DapDebuggee {
  /** Settles when its end has been told to the client, or it was let go, and nothing of it is left here. */
  readonly ended: Promise<void>;

  private readonly parting: Termination;
  private begun = false;
  /** The server was asked to go: its exit code is then no word on the program's. */
  private askedToGo = false;
  private toldTerminated = false;
  /** The client's arguments of `disconnect`. */
  private partingWords: Message = {};

  constructor(
    private readonly parts: DapParts,
    private readonly host: DapHost,
  ) {
    const client = { request: this.askToGo.bind(this) };
    this.parting = new Termination({ ...parts, client, profile: { firstStep: 'asked' } }, host, () =>
      settlesWithin(this.ended, 0),
    );
    this.ended = Promise.race([this.awaitEnd(), this.parting.letGo]);
    void this.watchConnection();
    void this.watchTerminated();
  }

  /**
   * Greets the server as the client has greeted us, tells the client what the server can do, and passes on the
   * request that begins the session: the server answers that itself.
   *
   * @throws DapError if the server dies of the greeting, refuses it or stays silent; it is ended by then
   */
  async begin(request: DebugProtocol.Request): Promise<void> {
    const { server, launch, gate } = this.parts;
    try {
      const told = await server.request('initialize', this.host.initializeArguments, {
        timeoutMs: launch.launchTimeoutMs,
      });
      this.host.send('capabilities', { capabilities: serverCapabilities(told) });
    } catch (thrown) {
      throw await this.failedBegin(toError(thrown));
    }
    this.begun = true;
    void this.start(request);
    gate.open();
  }

  /** Takes a message of the client. @returns false before the server was greeted: it is not for the server then */
  take(message: DebugProtocol.ProtocolMessage): boolean {
    if (!this.begun) return false;
    this.parts.server.pass({ ...message });
    return true;
  }

  /**
   * The client's part in this is over; resolves when the server is ended, or let go. Repeatable: the first
   * decides.
   *
   * @param terminate whether the program is over too; as the launch asked for, unless given
   * @param words the client's arguments of `disconnect`
   */
  leave(terminate = !this.parts.launch.keepRunning, words: Message = {}): Promise<void> {
    if (!this.parting.isUnderWay()) this.partingWords = words;
    return terminate ? this.parting.stop() : this.parting.detach();
  }

  /** Nobody takes the output any more. */
  discardOutput(): void {
    this.parts.output.discard();
  }

  /** A server that refuses to begin has nothing more to do. */
  private async start(request: DebugProtocol.Request): Promise<void> {
    const { launch, server } = this.parts;
    const instead = { command: launch.request, arguments: launch.arguments };
    const isAccepted = await server.begin({ ...request }, instead);
    if (!isAccepted && !server.hasGone) await this.parting.stop();
  }

  /** Where the client asked for an attach, whether that ends the program is between it and the server. */
  private askToGo(command: string, wanted: Message = {}, options?: { timeoutMs?: number }): Promise<Message> {
    this.askedToGo ||= !this.parts.launcher.hasExited;
    const isOurs = this.parts.launch.asked === 'launch' || wanted.terminateDebuggee === false;
    const args = { ...this.partingWords, ...(isOurs && wanted) };
    return this.parts.server.request(command, args, options);
  }

  private async awaitEnd(): Promise<void> {
    const { launcher, output } = this.parts;
    const end = { exited: this.exitAndLastMessages(), output, lastEvent: Promise.resolve() };
    const exit = await reportExit(end, (event, body) => this.tellOfEnd(event, body));
    this.host.logger.info({ pid: launcher.pid, ...exit }, 'the DAP server has ended');
    await this.parting.closeConnection();
  }

  private async exitAndLastMessages(): Promise<ProcessExit> {
    const { launcher, server } = this.parts;
    const exit = await launcher.exited;
    await settlesWithin(server.ended, LAST_MESSAGES_MS);
    this.failPending(describeExit(exit, launcher.stderrTail()));
    return exit;
  }

  private tellOfEnd(event: string, body?: Message): void {
    if (this.parting.isDetached) return;
    if (event === 'terminated') this.tellTerminated();
    else if (event !== 'exited' || !(this.askedToGo || this.parts.gate.hasToldExit))
      this.host.send(event, body);
  }

  private tellTerminated(): void {
    if (this.toldTerminated) return;
    this.toldTerminated = true;
    if (!this.parts.gate.close()) this.host.send('terminated');
  }

  private async watchTerminated(): Promise<void> {
    const { gate, launcher } = this.parts;
    await gate.terminated;
    if (!(await settlesWithin(launcher.exited, TERMINATED_HOLD_MS))) this.tellTerminated();
  }

  /** A server that we cannot reach any more is not left to itself, unless it is on its way out already. */
  private async watchConnection(): Promise<void> {
    const { launcher, launch, server } = this.parts;
    const { reason } = await server.ended;
    if (await settlesWithin(launcher.exited, DYING_MS)) return; // told, and told why, by its end
    this.failPending(`closed its connection: ${reason}`);
    if (this.parting.isUnderWay()) return;
    if (await settlesWithin(launcher.exited, launch.terminateTimeoutMs)) return;
    if (this.parting.isUnderWay()) return;
    const output = `The connection to the DAP server is lost (${reason}): it is being ended.\n`;
    this.host.send('output', { category: 'important', output });
    await this.parting.stop('SIGTERM');
  }

  private failPending(how: string): void {
    const { launch, server } = this.parts;
    server.failPending((command) => (command === launch.asked ? serverFailed(how) : debuggeeEnded(command)));
  }

  private async failedBegin(error: Error): Promise<Error> {
    const { launcher } = this.parts;
    const died = await settlesWithin(launcher.exited, DYING_MS);
    await this.parting.stop('SIGTERM');
    if (died) return serverFailed(describeExit(await launcher.exited, launcher.stderrTail()));
    return serverFailed(`did not begin: ${toError(error.cause ?? error).message}`);
  }
}

function serverFailed(how: string): DapError {
  return launchFailed(`the DAP server ${how}`);
}
