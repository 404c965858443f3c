import {
  eventEnvelope,
  settlesWithin,
  type CloseInfo,
  type CommandId,
  type IPCManager,
  type Logger,
  type Message,
} from '../ipc/index.js';
import { CommandLoop } from './commandLoop.js';
import type { CommandContext } from './commands/commandHandler.js';
import { DebuggeeEnd } from './debuggeeEnd.js';
import { ProgramDebugger } from './debugger/programDebugger.js';
import { EXIT_CODES } from './exitCodes.js';
import { raise, type HostLink, type HostNotice, type StartOrder } from './hostLink.js';
import type { LauncherOptions } from './launcherOptions.js';
import { MAIN_THREAD } from './mainThread.js';
import { complain } from './stderr.js';

/** How long an adapter that does not read may hold up the end that it asked for. In milliseconds. */
const LAST_ANSWERS_MS = 500;

/** What a session is made of. It owns the manager's end and the debugger. */
export interface SessionParts {
  readonly link: HostLink;
  readonly options: LauncherOptions;
  readonly manager: IPCManager;
  readonly logger: Logger;
}

/**
 * Where the session stands. `configuring`: the main thread waits for its order. `running`: the program has
 * it. `free`: the program runs on without adapter and debugger. `over`: the program has ended, or never began.
 */
type Stage = 'configuring' | 'running' | 'free' | 'over';

/** One program under one adapter, from the connection to the end of either. */
export class LauncherSession implements CommandContext {
  readonly options: LauncherOptions;
  readonly debugger: ProgramDebugger | undefined;
  private stage: Stage = 'configuring';
  private readonly commands: CommandLoop;
  private readonly end = new DebuggeeEnd();

  constructor(private readonly parts: SessionParts) {
    this.options = parts.options;
    this.debugger = this.options.noDebug ? undefined : this.createDebugger();
    this.commands = new CommandLoop(this, (message) => this.send(message));
    parts.link.port.on('message', (notice: HostNotice) => void this.takeNotice(notice));
  }

  /**
   * Connects and gets the debugger ready, both at a time, then serves the adapter. The program waits for
   * `configurationDone`, unless there is no debugger.
   *
   * @throws IpcError when the adapter cannot be reached
   */
  async open(): Promise<void> {
    const { manager, logger } = this.parts;
    await Promise.all([manager.connect(this.options.config), this.prepareDebugger()]);
    void manager.closed.then((info) => this.adapterGone(info));
    manager.startReader((message) => this.commands.take(message), {
      onError: (error) => logger.error({ err: error }, 'reading from the adapter'),
    });
    if (this.debugger === undefined) this.start();
  }

  emit(event: string, body?: object): void {
    void this.send(eventEnvelope(event, body));
  }

  start(): void {
    if (this.stage !== 'configuring') return;
    this.stage = 'running';
    this.emit('thread', { reason: 'started', threadId: MAIN_THREAD.id, name: MAIN_THREAD.name });
    const { target, args } = this.options;
    this.parts.logger.info({ target, args }, 'the program starts');
    this.order({ ...target, args });
  }

  terminate(): void {
    this.parts.logger.info({}, 'the adapter asks for the end of the program');
    // The signal may end the process at once: the answers that are still owed leave before it.
    const answered = this.commands.giveUpAll('the program is being ended');
    void settlesWithin(answered, LAST_ANSWERS_MS).then(() => {
      this.end.ask();
      // Behind the signal: a program that stands still and does not handle it must not run one line more.
      this.debugger?.detach();
    });
  }

  release(): void {
    this.parts.logger.info({}, 'the adapter lets the program run on');
    this.debugger?.detach();
    this.start();
    this.stage = 'free';
    void this.parts.manager.cleanup();
  }

  cancel(id: CommandId): void {
    this.commands.cancel(id);
  }

  /** Ends the launcher where the program has not begun, and the program where it has, unless it runs free. */
  fail(reason: string): void {
    complain(reason);
    if (this.stage === 'configuring') this.leave();
    else if (this.stage === 'running') this.endProgram();
  }

  private createDebugger(): ProgramDebugger {
    const program: ProgramDebugger = new ProgramDebugger({
      stopped: (threadId, stop) =>
        this.tell('stopped', { ...stop, threadId, allThreadsStopped: program.isPaused }),
      continued: (threadId) =>
        this.tell('continued', { threadId, allThreadsContinued: !program.isPausedSomewhere }),
      breakpointChanged: (breakpoint) => this.tell('breakpoint', { reason: 'changed', breakpoint }),
    });
    return program;
  }

  private async prepareDebugger(): Promise<void> {
    const { target, stopOnEntry } = this.options;
    await this.debugger?.enable();
    if (!stopOnEntry) return;
    const entry = target.kind === 'program' ? target : { script: '[eval]' };
    await this.debugger?.stopOnEntry(entry);
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

  private order(order: StartOrder): void {
    const { link } = this.parts;
    link.port.postMessage(order);
    raise(link.ordered);
  }

  private leave(): void {
    this.stage = 'over';
    this.debugger?.detach();
    this.order({ kind: 'leave', exitCode: EXIT_CODES.failed });
  }

  /** The main thread is held until this is through; it does not wait for ever. */
  private async takeNotice(notice: HostNotice): Promise<void> {
    // Before anything else: node complains at its end about debuggers that are still attached.
    this.debugger?.detach();
    await this.commands.queue.idle();
    if (notice.kind === 'exit') await this.programEnded(notice.exitCode);
    raise(notice.kind === 'exit' ? this.parts.link.exitPassedOn : this.parts.link.detached);
  }

  private async programEnded(exitCode: number): Promise<void> {
    this.parts.logger.info({ exitCode, stage: this.stage }, 'the program has ended');
    const wasFree = this.stage === 'free';
    this.stage = 'over';
    if (wasFree) return;
    this.emit('exited', { exitCode });
    this.emit('terminated');
    await this.parts.manager.cleanup();
  }

  private adapterGone(info: CloseInfo): void {
    if (this.stage === 'over' || this.stage === 'free') return;
    this.parts.logger.warn({ info, stage: this.stage }, 'the adapter went away');
    if (this.stage === 'configuring') {
      this.fail(`the adapter went away before the program was started: ${info.reason}`);
    } else if (this.options.keepRunning && !this.end.isAsked) {
      this.stage = 'free';
      this.debugger?.detach();
    } else {
      this.endProgram();
    }
  }

  private endProgram(): void {
    this.end.enforce();
    this.debugger?.detach();
  }
}
