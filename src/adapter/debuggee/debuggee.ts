import { describeExit, settlesWithin, toError } from '../../ipc/index.js';
import type { Message, ProcessExit } from '../../ipc/index.js';
import { attachFailed, cannotDetach, launchFailed } from '../dap/dapErrors.js';
import type { ChildOutputs } from '../childOutput/childOutputs.js';
import { queryLauncher } from '../output/consoleCalls.js';
import type { LauncherProfile } from '../profiles/launcherProfile.js';
import type { DebuggeeSettings } from '../settings/launchArguments.js';
import type { ClientView } from '../translation/clientView.js';
import type { ConnectedLauncher, LauncherConnection } from './launcherConnection.js';
import { answerWithoutDebugger } from './withoutDebugger.js';
import { reportExit, wasKilled } from './reportExit.js';
import { isTerminalClient } from './sessionServices.js';
import type { SessionServices } from './sessionServices.js';
import { Termination } from './termination.js';

/** The time in which a launcher whose connection broke off may exit, in milliseconds. Then its exit is the reason. */
const EXIT_AFTER_DISCONNECT_MS = 500;

/** Everything that one launch or attach has made. The debuggee owns it and ends it. */
export interface DebuggeeParts extends ConnectedLauncher {
  readonly settings: DebuggeeSettings;
  /** The command that begins the launcher's session. */
  readonly startCommand: 'launch' | 'attach';
  readonly profile: LauncherProfile;
  readonly connection: LauncherConnection;
  readonly view: ClientView;
  /** The console calls of the program's children. */
  readonly childOutputs?: ChildOutputs | undefined;
  /** True if the console calls of a program whose output does not come here are shown. Default false. */
  readonly reportsConsole?: boolean;
  /** True if the client shows the session's output in the console of the program's parent. Default false. */
  readonly sharesConsole?: boolean;
  /** Gives a last text for the user, when the program has ended. Undefined: no text. */
  readonly remark?: () => string | undefined;
}

/** One program: the launcher's process, the connection to the launcher, the output and the end. */
export class Debuggee {
  /** Settles when the end was reported to the client, or the program was detached, and nothing is left here. */
  readonly ended: Promise<void>;

  private readonly termination: Termination;
  /** True if another adapter can attach when this one was lost. */
  private isReattachable = false;

  /** @param parts of a launcher that has connected */
  constructor(
    private readonly parts: DebuggeeParts,
    private readonly services: SessionServices,
  ) {
    const { settings, profile } = parts;
    const limits = { terminateTimeoutMs: settings.terminateTimeoutMs, firstStep: profile.firstStep };
    const report = (output: string): void => services.send('output', { category: 'important', output });
    const hasEnded = (): Promise<boolean> => settlesWithin(this.ended, 0);
    this.termination = new Termination({ ...parts, report }, limits, services, hasEnded);
    this.ended = Promise.race([this.awaitEnd(), this.termination.detached]);
    services.faults.watch(this.ended);
    services.faults.watch(this.watchConnection());
    services.faults.watch(this.endAfterKill());
  }

  /**
   * Initializes the launcher; the launcher then sends `initialized`, which the client gets. Without a debugger the
   * client gets `initialized` at once, because its next steps depend on it.
   *
   * @throws DapError if the launcher exits, refuses or does not respond. By then the debuggee is ended, or detached
   *   if it was attached to
   */
  async start(): Promise<void> {
    const { startCommand, connection, settings } = this.parts;
    if (settings.noDebug) {
      this.services.send('initialized');
      return;
    }
    try {
      const timeoutMs = settings.launchTimeoutMs;
      // The client needs the capabilities before `initialized`: it sends its configuration then.
      const capabilities = await connection.request('initialize', {}, { timeoutMs });
      this.isReattachable = capabilities.supportsReattach === true;
      this.sendCapabilities(capabilities);
      const args = { ...this.outputSettings(capabilities), ...settings.debugSettings };
      await connection.request(startCommand, args, { timeoutMs });
    } catch (thrown) {
      throw await this.failedStart(toError(thrown));
    }
  }

  /** True if the program was launched without a debugger. It starts as soon as its launcher has connected. */
  get noDebug(): boolean {
    return this.parts.settings.noDebug;
  }

  /** True if the program can be debugged in this session: not with `noDebug`, and not a command. */
  get hasDebugger(): boolean {
    return !this.noDebug && this.parts.settings.target?.kind !== 'command';
  }

  /**
   * Sends the launcher a command in the client's terms.
   *
   * @param signal cancels the command
   * @returns the response's body in the client's terms
   * @throws DapError as `LauncherConnection.request`; also if the program runs without a debugger and the command
   *   needs one
   */
  async request(command: string, args: Message, signal?: AbortSignal): Promise<Message> {
    const { childOutputs } = this.parts;
    if (command === 'variables' && childOutputs?.has(args.variablesReference) === true)
      return childOutputs.variables(args);
    if (!this.hasDebugger && (this.noDebug || command !== 'configurationDone')) {
      return answerWithoutDebugger(command, args, this.noDebug);
    }
    const { connection, view } = this.parts;
    const body = await connection.request(command, view.toLauncher(command, args), { signal });
    return view.toClient(command, body);
  }

  /** True if the launcher supports this request, which not every launcher does. */
  supports(request: string): boolean {
    return this.parts.profile.requests.has(request);
  }

  /**
   * Asks the program to end, so that its own handlers run, and ends it by force if it does not. Resolves when the
   * program has been asked; events report the end.
   */
  terminate(): Promise<void> {
    return this.termination.terminate();
  }

  /** @throws DapError if the program runs and its launcher cannot let it run on without the adapter */
  async requireDetachable(): Promise<void> {
    const reason = this.parts.profile.cannotDetach;
    if (reason !== undefined && !(await settlesWithin(this.ended, 0))) throw cannotDetach(reason);
  }

  /**
   * Ends or detaches the program because its client has finished. Resolves when that is done. Repeatable: the first
   * call decides.
   *
   * @param terminate true: the program ends too. Default: as the launch asks (`keepRunning`)
   */
  disconnect(terminate = !this.parts.settings.keepRunning): Promise<void> {
    return terminate ? this.termination.stop() : this.termination.detach();
  }

  /**
   * Ends or detaches the program because its client has gone, also if the client has not said so. A program to which
   * another adapter can attach stays as it is then: stopped where it is stopped.
   */
  abandon(): Promise<void> {
    return this.isReattachable ? this.termination.abandon() : this.disconnect();
  }

  /** Drops the output from now on: the client reads no more. */
  discardOutput(): void {
    this.parts.output.discard();
  }

  private sendCapabilities(initialized: Message): void {
    const capabilities = this.parts.profile.capabilities(initialized);
    if (capabilities !== undefined) this.services.send('capabilities', { capabilities });
  }

  /**
   * Asks for console calls if the launcher can describe them and the launch allows it: beside the output, if that comes
   * here, or else by themselves.
   */
  private outputSettings({ supportsDescribeOutput }: Message): Message {
    const { settings, output, connection } = this.parts;
    if (supportsDescribeOutput !== true) return {};
    connection.orderEvents();
    const ansiStyles = this.services.clientSupports('supportsANSIStyling');
    if (settings.debugSettings.describeOutput === false) return { ansiStyles };
    if (queryLauncher(output, connection)) return { ansiStyles, describeOutput: true };
    const reportConsole = this.parts.reportsConsole === true && !isTerminalClient(this.services);
    return { ansiStyles, reportConsole };
  }

  private async awaitEnd(): Promise<void> {
    const { launcher, output, connection, remark, sharesConsole } = this.parts;
    const showsExit = launcher.streams !== undefined && !isTerminalClient(this.services);
    const end = {
      ...{ exited: launcher.exited, output, lastEvent: connection.ended, showsExit, remark },
      ...(sharesConsole === true && { sharesConsole }),
      terminatedBody: (exit: ProcessExit) => this.terminatedBody(exit),
    };
    try {
      const exit = await reportExit(end, (event, body) => {
        if (!this.termination.isDetaching) this.services.send(event, body);
      });
      this.services.logger.info({ pid: launcher.pid, ...exit }, 'the program has ended');
    } finally {
      launcher.abandonOutput();
      await this.termination.closeConnection();
    }
  }

  /** True if the session is to begin again: the program ended by itself, and a launched one with an error. */
  private beginsAgain({ code, signal }: ProcessExit): boolean {
    const { settings, startCommand } = this.parts;
    if (settings.restart === undefined || this.termination.isUnderWay()) return false;
    const hasFailed = startCommand === 'attach' || signal !== null || code !== 0;
    return hasFailed && settings.restart.attempts < settings.restart.maxAttempts;
  }

  /**
   * Gives the body of `terminated`, which asks the client for a new session if the launch wants one, after its delay.
   * The client sends the value back.
   */
  private async terminatedBody(exit: ProcessExit): Promise<Message | undefined> {
    const { restart } = this.parts.settings;
    if (restart === undefined || !this.beginsAgain(exit)) return undefined;
    if (restart.delayMs > 0) await settlesWithin(this.termination.begun, restart.delayMs);
    return this.beginsAgain(exit) ? { restart: { attempts: restart.attempts + 1 } } : undefined;
  }

  /** Ends a program that lost its connection, unless it is ending already. */
  private async watchConnection(): Promise<void> {
    const { reason } = await this.parts.connection.ended;
    if (this.termination.isUnderWay()) return;
    if (await this.termination.exitsInTime()) return;
    if (this.termination.isUnderWay()) return;
    const output = `The connection to the launcher is lost (${reason}): the program is being ended.\n`;
    this.services.send('output', { category: 'important', output });
    await this.termination.stop('SIGTERM');
  }

  /** Ends what a program has started that was killed, unless it was to run on without the adapter. */
  private async endAfterKill(): Promise<void> {
    const exit = await this.parts.launcher.exited;
    if (wasKilled(exit) && !this.parts.settings.keepRunning) await this.termination.endLeftovers();
  }

  private async failedStart(error: Error): Promise<Error> {
    const { startCommand, launcher } = this.parts;
    if (startCommand === 'attach') {
      await this.termination.detach();
      return attachFailed(error.message, error);
    }
    const hasExited = await settlesWithin(launcher.exited, EXIT_AFTER_DISCONNECT_MS);
    await this.termination.stop('SIGTERM');
    if (!hasExited) return launchFailed(error.message, error);
    return launchFailed(`the launcher ${describeExit(await launcher.exited, launcher.stderrTail())}`, error);
  }
}
