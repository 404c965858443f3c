import { eventEnvelope, settlesWithin, toError } from '../../ipc/index.js';
import type { CloseInfo, CommandId, Message } from '../../ipc/index.js';
import { rendezvousRemover } from '../options/childRendezvous.js';
import { CommandLoop } from './commandLoop.js';
import { OrderedEvents } from './orderedEvents.js';
import type { CommandContext } from '../commands/commandHandler.js';
import { ConsoleOutput } from '../consoleOutput/consoleOutput.js';
import type { Stop } from '../debugger/execution/stop.js';
import type { ProgramDebugger } from '../debugger/programDebugger.js';
import type { DebuggedProgram, ProgramNotice } from '../link/debuggedProgram.js';
import type { ScriptNotice } from '../link/threadLink.js';
import type { Script } from '../debugger/sources/script.js';
import { withNameIn } from '../debugger/sources/scripts.js';
import { isDebugged } from '../options/launcherOptions.js';
import type { LauncherOptions } from '../options/launcherOptions.js';
import { MAIN_THREAD } from '../debugger/threads/mainThread.js';
import { createDebugger, threadEvent } from './sessionDebugger.js';
import type { EarlierSession, SessionParts } from './sessionParts.js';
import { writeStderr } from './writeStderr.js';

/** Longest time that an adapter that does not read may delay the end that it asked for, in milliseconds. */
const LAST_ANSWERS_MS = 500;
/** Time in which the main thread must answer before the launcher's start can be cancelled, in milliseconds. */
const LAST_EXPRESSION_MS = 1_500;

/**
 * State of the session. `configuring`: the adapter sets its breakpoints, and a program that has not started
 * yet waits. `running`: the adapter has finished its configuration. `held`: the adapter was lost, and the program stays
 * stopped for the next one. `free`: the program runs on, or waits, without this adapter. `over`: the program has ended, or never started.
 */
type Stage = 'configuring' | 'running' | 'held' | 'free' | 'over';

/** Debugs the program for one adapter, from the connection until the adapter or the program ends. */
export class LauncherSession implements CommandContext, EarlierSession {
  readonly options: LauncherOptions;
  readonly debugger: ProgramDebugger | undefined;
  readonly consoleOutput: ConsoleOutput | undefined;
  private stage: Stage = 'configuring';
  private readonly commands: CommandLoop;
  private readonly events: OrderedEvents;
  private readonly removeNoticeHandler: () => void;
  private readonly removeRendezvous: (() => void) | undefined;
  private holdTimer: NodeJS.Timeout | undefined;
  /** The last stop of each thread, by its name. */
  private readonly stops: Map<string, Stop>;

  constructor(private readonly parts: SessionParts) {
    this.options = parts.options;
    const { childRendezvous } = this.options;
    this.removeRendezvous = childRendezvous && rendezvousRemover(childRendezvous);
    this.stops = parts.previous?.heldStops ?? new Map<string, Stop>();
    this.commands = new CommandLoop(this, (message) => this.send(message));
    this.events = new OrderedEvents(
      this.commands.queue,
      (event, body) => this.emit(event, body),
      (position) => this.consoleOutput?.flush(position),
    );
    this.debugger = isDebugged(this.options) ? this.createDebugger() : undefined;
    this.consoleOutput = this.createConsoleOutput();
    this.removeNoticeHandler = parts.program.onNotice((notice) => this.handleNotice(notice));
  }

  get program(): DebuggedProgram {
    return this.parts.program;
  }

  get isProgramRunning(): boolean {
    return this.parts.program.isStarted;
  }

  /** True while the adapter is in control: until the adapter or the program has ended. */
  get isOpen(): boolean {
    return this.stage === 'configuring' || this.stage === 'running';
  }

  /**
   * Connects and prepares the debugger at the same time, then serves the adapter. The program waits for
   * `configurationDone`, unless `noDebug` is set, or the program runs already.
   */
  async open(): Promise<void> {
    const { manager } = this.parts;
    try {
      await Promise.all([this.parts.connect?.(), this.prepareDebugger()]);
    } catch (error) {
      this.fail(
        `cannot ${this.programOutlivesAdapter ? 'be debugged' : 'connect to the adapter'}: ${toError(error).message}`,
      );
      return;
    }
    void manager.closed.then((info) => this.adapterGone(info));
    this.parts.read((message) => this.commands.receive(message));
    if (this.options.noDebug) this.start();
  }

  emit(event: string, body?: object): void {
    void this.send(eventEnvelope(event, body));
  }

  start(): void {
    if (this.stage !== 'configuring') return;
    this.stage = 'running';
    this.emit('thread', threadEvent('started', MAIN_THREAD));
    this.events.release();
    this.parts.program.start({ describeOutput: this.debugger?.settings.describeOutput ?? false });
  }

  terminate(): void {
    this.parts.logger.info({}, 'the adapter asks for the end of the program');
    // The signal may end the process at once, so the missing responses are sent before it.
    const answered = this.commands.failAll('the program is being ended');
    const isReady = Promise.all([
      settlesWithin(answered, LAST_ANSWERS_MS),
      this.debugger?.profiles.end(),
      this.parts.beforeEnd?.(),
    ]);
    void isReady.then(() => {
      this.parts.program.termination.request();
      // After the signal: a paused program that does not handle the signal must not run any further line.
      void this.debugger?.detach();
    });
  }

  release(): void {
    this.parts.logger.info({}, 'the adapter lets the program run on');
    const isWaiting = this.stage === 'configuring';
    this.detachFromProgram();
    void this.detachDebugger().then(() => {
      if (isWaiting) this.parts.program.start();
      void this.parts.manager.cleanup();
    });
  }

  cancel(id: CommandId): void {
    this.commands.cancel(id);
  }

  get heldStops(): Map<string, Stop> {
    const paused = (this.stage === 'held' && this.debugger?.pausedThreads) || [];
    return new Map(paused.flatMap(({ name }) => [...this.stops].filter(([stopped]) => stopped === name)));
  }

  async letGo(): Promise<void> {
    clearTimeout(this.holdTimer);
    if (this.stage !== 'held') return;
    this.stage = 'free';
    this.removeNoticeHandler();
    await this.detachDebugger();
  }

  /**
   * Ends the launcher if the program has not started, or else the program, unless it runs free or other
   * adapters may attach to it.
   */
  fail(reason: string): void {
    // The stderr of a child belongs to its program alone.
    if (this.parts.program.isChild) this.parts.logger.error({ reason }, 'the child runs on');
    else writeStderr(reason);
    if (this.programOutlivesAdapter) {
      this.detachFromProgram();
      void this.parts.manager.cleanup();
    } else if (this.stage === 'configuring') this.cancelStart();
    else if (this.stage !== 'running') return;
    else if (this.parts.program.isChild) this.detachFromProgram();
    else this.endProgram();
  }

  private createDebugger(): ProgramDebugger {
    return createDebugger(this.parts.program, {
      events: this.events,
      consoleOutput: () => this.consoleOutput,
      send: (message) => this.send(message),
      reportsConsole: this.parts.reportsConsole ?? false,
      stops: this.stops,
    });
  }

  private createConsoleOutput(): ConsoleOutput | undefined {
    const { callRecords } = this.parts.program;
    if (this.debugger === undefined || callRecords === undefined) return undefined;
    const program = this.debugger;
    const { main, locations } = program;
    const hasStyles = (): boolean => program.settings.ansiStyles;
    return new ConsoleOutput(callRecords, { main, locations, hasStyles }, (event, body) =>
      this.emit(event, body),
    );
  }

  private async prepareDebugger(): Promise<void> {
    const { target, stopOnEntry } = this.options;
    try {
      await Promise.all([this.debugger?.enable(), this.consoleOutput?.prepare()]);
    } finally {
      // Only now: a thread that no debugger has any more runs on.
      await this.parts.previous?.letGo();
    }
    if (stopOnEntry && target.kind === 'inspector') this.debugger?.stopAtStart();
    if (!stopOnEntry || target.kind === 'inspector' || this.parts.program.isStarted) return;
    const entry = target.kind === 'program' ? target : { script: '[eval]' };
    await this.debugger?.stopOnEntry(entry);
  }

  private async detachDebugger(): Promise<void> {
    await this.debugger?.detach();
  }

  private async send(message: Message): Promise<void> {
    try {
      await this.parts.manager.sendMessage(message);
    } catch (error) {
      // The adapter is disconnected or about to be; `closed` handles that.
      this.parts.logger.debug({ err: error, event: message.event }, 'not sent');
    }
  }

  /** True if the program does not depend on an adapter, because others may attach to it. */
  private get programOutlivesAdapter(): boolean {
    const { listen, reattachTimeoutMs } = this.options;
    return listen !== undefined || (reattachTimeoutMs !== undefined && this.parts.program.isStarted);
  }

  /** True if the end of the adapter leaves the program running, and what it has started. */
  private get keepsRunning(): boolean {
    const { termination } = this.parts.program;
    return (this.programOutlivesAdapter || this.options.keepRunning) && !termination.isRequested;
  }

  private cancelStart(): void {
    this.stage = 'over';
    void this.cancelOnceIdle();
  }

  /** An expression that does not end keeps the main thread from every order: only a signal reaches it then. */
  private async cancelOnceIdle(): Promise<void> {
    const isIdle = await settlesWithin(this.detachDebugger(), LAST_EXPRESSION_MS);
    this.parts.program.cancelStart();
    if (!isIdle) this.parts.program.termination.kill();
  }

  /** Lets the program run on, or go on waiting, without this adapter. */
  private detachFromProgram(): void {
    this.stage = 'free';
    this.parts.program.setScriptFilter('none');
    this.parts.program.setStatementsMatter(false);
    // Removed last: a program that ends meanwhile waits until the debugger is detached.
    void this.detachDebugger().then(this.removeNoticeHandler);
  }

  private async handleNotice(notice: ProgramNotice): Promise<void> {
    if (notice.kind === 'script') return this.debugger?.scriptStarts(scriptOf(notice), notice.expectsStop);
    await this.debugger?.breakpoints.flush();
    // Detaches first, because node prints a message at its end if a debugger is still attached.
    await this.detachDebugger();
    await this.commands.queue.idle();
    if (notice.kind === 'exit') await this.programEnded(notice.exitCode);
  }

  private async programEnded(exitCode: number | undefined): Promise<void> {
    this.parts.logger.info({ exitCode, stage: this.stage }, 'the program has ended');
    if (!this.isOpen) return;
    this.stage = 'over';
    this.consoleOutput?.flush();
    if (exitCode !== undefined) this.emit('exited', { exitCode });
    this.emit('terminated');
    await this.parts.manager.cleanup();
    const { error } = await this.parts.manager.closed;
    // A program that ends because its output is not read any more, before the adapter's end is noticed.
    if (error?.code === 'ERR_IPC_CONNECTION_LOST' && !this.keepsRunning) this.endProgram();
  }

  private adapterGone(info: CloseInfo): void {
    if (!this.isOpen) return;
    this.parts.logger.warn({ info, stage: this.stage }, 'the adapter went away');
    this.removeRendezvous?.();
    if (this.stage === 'configuring' && !this.programOutlivesAdapter) {
      this.fail(`the adapter went away before the program was started: ${info.reason}`);
    } else if (!this.keepsRunning) this.endProgram();
    else if (this.options.reattachTimeoutMs !== undefined && this.debugger?.isPausedSomewhere === true) {
      this.hold(this.options.reattachTimeoutMs);
    } else this.detachFromProgram();
  }

  /** Leaves the program stopped where it is, for the session of another adapter. */
  private hold(timeoutMs: number): void {
    this.stage = 'held';
    this.commands.abortAll();
    this.holdTimer = setTimeout(() => {
      this.parts.logger.warn({ timeoutMs }, 'no adapter has attached again: the program runs on');
      this.detachFromProgram();
    }, timeoutMs);
  }

  private endProgram(): void {
    this.parts.program.termination.enforce();
    void this.debugger?.detach();
  }
}

function scriptOf({ script, nameComment }: ScriptNotice): Script {
  return nameComment === undefined ? script : withNameIn(script, nameComment);
}
