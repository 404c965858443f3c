import { describeExit, toError, settlesWithin } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { askLauncher } from '../output/consoleCalls.js';
import { attachFailed, cannotDetach, launchFailed, noDebugger } from '../dap/dapErrors.js';
import { reportExit } from './reportExit.js';
import type { DebuggeeHost, DebuggeeParts } from './debuggeeHost.js';
import { Termination } from './termination.js';

/** How long a launcher that broke off may take to die of it, in milliseconds: then its death is the reason. */
const DYING_MS = 500;

/** One program: its launcher's process, the connection to it, its output and its one end. */
export class Debuggee {
  /** Settles when its end has been told to the client, or it was let go, and nothing of it is left here. */
  readonly ended: Promise<void>;

  private readonly parting: Termination;

  /** @param parts of a launcher that has connected */
  constructor(
    private readonly parts: DebuggeeParts,
    private readonly host: DebuggeeHost,
  ) {
    this.parting = new Termination(parts, host, () => settlesWithin(this.ended, 0));
    this.ended = Promise.race([this.awaitEnd(), this.parting.letGo]);
    void this.watchConnection();
  }

  /**
   * Greets the launcher, upon which the client is told `initialized`. Without a debugger there is nothing to
   * wait for; the client is told all the same, since its own next steps depend on it.
   *
   * @throws DapError if the launcher dies of it, refuses or stays silent; the debuggee is ended by then, or let go
   *   where it is not ours
   */
  async begin(): Promise<void> {
    const { begins, client, launch } = this.parts;
    if (launch.noDebug) {
      this.host.send('initialized');
      return;
    }
    try {
      const timeoutMs = launch.launchTimeoutMs;
      // Told before the launcher's `initialized` is, upon which the client configures what it knows of.
      const told = await client.request('initialize', {}, { timeoutMs });
      this.tellCapabilities(told);
      await client.request(begins, { ...this.outputSettings(told), ...launch.debugSettings }, { timeoutMs });
    } catch (thrown) {
      throw await this.failedBegin(toError(thrown));
    }
  }

  /** Whether the program was launched without a debugger. */
  get noDebug(): boolean {
    return this.parts.launch.noDebug;
  }

  /**
   * Sends the launcher a command.
   *
   * @param signal cancels it
   * @returns the response's body
   * @throws DapError as `LauncherClient.request`; and where there is no debugger to send it to
   */
  async request(command: string, args: Message, signal?: AbortSignal): Promise<Message> {
    if (this.noDebug) throw noDebugger(command);
    const { client, translation } = this.parts;
    const body = await client.request(command, translation.toLauncher(args), { signal });
    return this.host.breakpointIds.toClient(translation.toClient(body));
  }

  /** Whether the launcher does this request, which not every launcher does. */
  does(request: string): boolean {
    return this.parts.profile.requests.has(request);
  }

  /**
   * Asks the program to end, its own handlers running, and ends it by force if it does not. Resolves when it
   * has been asked: the end is told by events.
   */
  terminate(): Promise<void> {
    return this.parting.terminate();
  }

  /** @throws DapError where the program runs and its launcher cannot let it run on without us */
  async requireDetachable(): Promise<void> {
    const reason = this.parts.profile.cannotDetach;
    if (reason !== undefined && !(await settlesWithin(this.ended, 0))) throw cannotDetach(reason);
  }

  /**
   * The client's part in this is over; resolves when the program is ended, or let go. Repeatable: the first
   * decides.
   *
   * @param terminate whether the program is over too; as the launch asked for, unless given
   */
  leave(terminate = !this.parts.launch.keepRunning): Promise<void> {
    return terminate ? this.parting.stop() : this.parting.detach();
  }

  /** Nobody takes the output any more. */
  discardOutput(): void {
    this.parts.output.discard();
  }

  private tellCapabilities(told: Message): void {
    const capabilities = this.parts.profile.capabilities(told);
    if (capabilities !== undefined) this.host.send('capabilities', { capabilities });
  }

  /** Where launcher and launch have it so, and output comes here, its console calls are asked for. */
  private outputSettings({ supportsDescribeOutput }: Message): Message {
    const { launch, output, client } = this.parts;
    if (supportsDescribeOutput !== true || launch.debugSettings.describeOutput === false) return {};
    return askLauncher(output, client) ? { describeOutput: true } : {};
  }

  private async awaitEnd(): Promise<void> {
    const { launcher, output, client } = this.parts;
    const end = { exited: launcher.exited, output, lastEvent: client.ended };
    const exit = await reportExit(end, (event, body) => {
      if (!this.parting.isDetached) this.host.send(event, event === 'terminated' ? this.lastWord() : body);
    });
    this.host.logger.info({ pid: launcher.pid, ...exit }, 'the program has ended');
    await this.parting.closeConnection();
  }

  /** A program that went by itself may come again: then the client begins anew. */
  private lastWord(): Message | undefined {
    return this.parts.launch.restart === true && !this.parting.isUnderWay() ? { restart: true } : undefined;
  }

  /** A program that we cannot reach any more is not left to itself, unless it is on its way out already. */
  private async watchConnection(): Promise<void> {
    const { client, launcher, launch } = this.parts;
    const { reason } = await client.ended;
    if (this.parting.isUnderWay()) return;
    if (await settlesWithin(launcher.exited, launch.terminateTimeoutMs)) return;
    if (this.parting.isUnderWay()) return;
    const output = `The connection to the launcher is lost (${reason}): the program is being ended.\n`;
    this.host.send('output', { category: 'important', output });
    await this.parting.stop('SIGTERM');
  }

  private async failedBegin(error: Error): Promise<Error> {
    const { begins, launcher } = this.parts;
    if (begins === 'attach') {
      await this.parting.detach();
      return attachFailed(error.message, error);
    }
    const died = await settlesWithin(launcher.exited, DYING_MS);
    await this.parting.stop('SIGTERM');
    if (!died) return launchFailed(error.message, error);
    return launchFailed(`the launcher ${describeExit(await launcher.exited, launcher.stderrTail())}`, error);
  }
}
