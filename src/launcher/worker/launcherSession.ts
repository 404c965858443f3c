import { eventEnvelope, settlesWithin, toError } from '../../ipc/index.js';
import type { CloseInfo, CommandId, IPCManager, Logger, Message } from '../../ipc/index.js';
import { removeChildRendezvous } from '../options/childRendezvous.js';
import { CommandLoop } from './commandLoop.js';
import type { CommandContext } from '../commands/commandHandler.js';
import { ConsoleOutput } from '../consoleOutput/consoleOutput.js';
import { ProgramDebugger } from '../debugger/programDebugger.js';
import type { ThreadName } from '../debugger/threadDebugger.js';
import type { Program } from './program.js';
import type { MainThreadNotice } from '../link/threadLink.js';
import type { LauncherOptions } from '../options/launcherOptions.js';
import { MAIN_THREAD } from '../debugger/threads/mainThread.js';
import { writeStderr } from './writeStderr.js';

/** How long an adapter that does not read may hold up the end that it asked for. In milliseconds. */
const LAST_ANSWERS_MS = 500;

/** What a session is made of. It owns the manager's end and the debugger. */
export interface SessionParts {
  readonly program: Program;
  readonly options: LauncherOptions;
  readonly manager: IPCManager;
  readonly logger: Logger;
  /** Starts to hand over the adapter's messages. Needs a connection. */
  read(handler: (message: Message) => void): void;
  /** Makes the connection; where it is absent, there is one. */
  connect?(): Promise<void>;
}

/**
 * Where the session stands. `configuring`: the adapter says where to stop, and the program, unless it runs
 * already, waits for that. `running`: the adapter has said so. `free`: the program runs on, or waits, without
 * this adapter. `over`: the program has ended, or never began.
 */
type Stage = 'configuring' | 'running' | 'free' | 'over';

/** The program under one adapter, from the connection to the end of either. */
export class LauncherSession implements CommandContext {
  readonly options: LauncherOptions;
  readonly debugger: ProgramDebugger | undefined;
  readonly consoleOutput: ConsoleOutput | undefined;
  private stage: Stage = 'configuring';
  private readonly commands: CommandLoop;
  private readonly forgetNotices: () => void;

  constructor(private readonly parts: SessionParts) {
    this.options = parts.options;
    this.debugger = this.options.noDebug ? undefined : this.createDebugger();
    this.consoleOutput = this.debugger && this.createConsoleOutput(this.debugger);
    this.commands = new CommandLoop(this, (message) => this.send(message));
    this.forgetNotices = parts.program.onNotice((notice) => this.takeNotice(notice));
  }

  get isProgramRunning(): boolean {
    return this.parts.program.isStarted;
  }

  /** Whether the adapter is in control: until it, or the program, has gone. */
  get isOpen(): boolean {
    return this.stage === 'configuring' || this.stage === 'running';
  }

  /**
   * Connects and gets the debugger ready, both at a time, then serves the adapter. The program waits for
   * `configurationDone`, unless there is no debugger, or it runs already.
   */
  async open(): Promise<void> {
    const { manager } = this.parts;
    try {
      await Promise.all([this.parts.connect?.(), this.prepareDebugger()]);
    } catch (error) {
      this.fail(
        `cannot ${this.outlives ? 'be debugged' : 'connect to the adapter'}: ${toError(error).message}`,
      );
      return;
    }
    void manager.closed.then((info) => this.adapterGone(info));
    this.parts.read((message) => this.commands.take(message));
    if (this.debugger === undefined) this.start();
  }

  emit(event: string, body?: object): void {
    void this.send(eventEnvelope(event, body));
  }

  start(): void {
    if (this.stage !== 'configuring') return;
    this.stage = 'running';
    this.emit('thread', threadEvent('started', MAIN_THREAD));
    this.parts.program.start({ describeOutput: this.debugger?.settings.describeOutput ?? false });
  }

  terminate(): void {
    this.parts.logger.info({}, 'the adapter asks for the end of the program');
    // The signal may end the process at once: the answers that are still owed leave before it.
    const answered = this.commands.giveUpAll('the program is being ended');
    void settlesWithin(answered, LAST_ANSWERS_MS).then(() => {
      this.parts.program.end.ask();
      // Behind the signal: a program that stands still and does not handle it must not run one line more.
      void this.debugger?.detach();
    });
  }

  release(): void {
    this.parts.logger.info({}, 'the adapter lets the program run on');
    const isWaiting = this.stage === 'configuring';
    this.letGo();
    void this.detachDebugger().then(() => {
      if (isWaiting) this.parts.program.start();
      void this.parts.manager.cleanup();
    });
  }

  cancel(id: CommandId): void {
    this.commands.cancel(id);
  }

  /**
   * Ends the launcher where the program has not begun, and the program where it has, unless it runs free, or
   * others may attach to it.
   */
  fail(reason: string): void {
    // A child's stderr is its program's alone.
    if (this.parts.program.isChild) this.parts.logger.error({ reason }, 'the child runs on');
    else writeStderr(reason);
    if (this.outlives) {
      this.letGo();
      void this.parts.manager.cleanup();
    } else if (this.stage === 'configuring') this.leave();
    else if (this.stage === 'running') this.partFromProgram();
  }

  private createDebugger(): ProgramDebugger {
    const program: ProgramDebugger = new ProgramDebugger({
      threadStarted: (thread) => this.tell('thread', threadEvent('started', thread)),
      threadExited: (thread) => this.tell('thread', threadEvent('exited', thread)),
      stopped: (threadId, stop) =>
        this.tell('stopped', { ...stop, threadId, allThreadsStopped: program.isPaused }),
      continued: (threadId) =>
        this.tell('continued', { threadId, allThreadsContinued: !program.isPausedSomewhere }),
      breakpointChanged: (breakpoint) => this.tell('breakpoint', { reason: 'changed', breakpoint }),
      sourceLoaded: (source) => this.tell('loadedSource', { reason: 'new', source }),
      note: (text) => this.tell('output', { category: 'console', output: `${text}\n` }),
      scriptFilterChanged: (interest) => this.parts.program.setScriptFilter(interest),
      output: (output) => this.tell('output', output),
    });
    return program;
  }

  private createConsoleOutput({ main, locations }: ProgramDebugger): ConsoleOutput {
    const { consoleNotes } = this.parts.program;
    return new ConsoleOutput(consoleNotes, main, locations, (event, body) => this.emit(event, body));
  }

  private async prepareDebugger(): Promise<void> {
    const { target, stopOnEntry } = this.options;
    await Promise.all([this.debugger?.enable(), this.consoleOutput?.prepare()]);
    if (!stopOnEntry || this.parts.program.isStarted) return;
    const entry = target.kind === 'program' ? target : { script: '[eval]' };
    await this.debugger?.stopOnEntry(entry);
  }

  private async detachDebugger(): Promise<void> {
    await this.debugger?.detach();
  }

  /** Sends an event behind the responses of the commands that led to it. */
  private tell(event: string, body: object): void {
    this.commands.queue.inOrder(() => this.emit(event, body));
  }

  private async send(message: Message): Promise<void> {
    try {
      await this.parts.manager.sendMessage(message);
    } catch (error) {
      // The adapter is gone or going; `closed` is where that is dealt with.
      this.parts.logger.debug({ err: error, event: message.event }, 'not sent');
    }
  }

  /** Whether the program does not depend on an adapter: others may attach to it. */
  private get outlives(): boolean {
    return this.options.listen !== undefined;
  }

  private leave(): void {
    this.stage = 'over';
    void this.detachDebugger().then(() => this.parts.program.leave());
  }

  /** The program runs on, or goes on waiting, without this adapter. */
  private letGo(): void {
    this.stage = 'free';
    this.parts.program.setScriptFilter('none');
    // Not before: a program that ends meanwhile waits until the debugger is off it.
    void this.detachDebugger().then(this.forgetNotices);
  }

  private async takeNotice(notice: MainThreadNotice): Promise<void> {
    if (notice.kind === 'script') return this.debugger?.locations.add(notice.script);
    await this.debugger?.breakpoints.flush();
    // Before anything else: node complains at its end about debuggers that are still attached.
    await this.detachDebugger();
    await this.commands.queue.idle();
    if (notice.kind === 'exit') await this.programEnded(notice.exitCode);
  }

  private async programEnded(exitCode: number): Promise<void> {
    this.parts.logger.info({ exitCode, stage: this.stage }, 'the program has ended');
    if (!this.isOpen) return;
    this.stage = 'over';
    this.consoleOutput?.flush();
    this.emit('exited', { exitCode });
    this.emit('terminated');
    await this.parts.manager.cleanup();
  }

  private adapterGone(info: CloseInfo): void {
    if (this.stage === 'over' || this.stage === 'free') return;
    this.parts.logger.warn({ info, stage: this.stage }, 'the adapter went away');
    if (this.options.childDesk !== undefined) removeChildRendezvous(this.options.childDesk);
    const livesOn = (this.outlives || this.options.keepRunning) && !this.parts.program.end.isAsked;
    if (this.stage === 'configuring' && !this.outlives) {
      this.fail(`the adapter went away before the program was started: ${info.reason}`);
    } else if (livesOn) this.letGo();
    else this.endProgram();
  }

  /** What is left where debugging it has failed. */
  private partFromProgram(): void {
    if (this.parts.program.isChild) this.letGo();
    else this.endProgram();
  }

  private endProgram(): void {
    this.parts.program.end.enforce();
    void this.debugger?.detach();
  }
}

function threadEvent(reason: 'started' | 'exited', { id, name }: ThreadName): object {
  return { reason, threadId: id, name };
}
