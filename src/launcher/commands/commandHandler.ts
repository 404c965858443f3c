import type { CommandId, Message } from '../../ipc/index.js';
import type { ConsoleOutput } from '../consoleOutput/consoleOutput.js';
import type { ProgramDebugger } from '../debugger/programDebugger.js';
import type { DebuggedProgram } from '../link/debuggedProgram.js';
import type { LauncherOptions } from '../options/launcherOptions.js';

/** The launcher session, as command handlers see it. */
export interface CommandContext {
  readonly options: LauncherOptions;
  /** Undefined with `--no-debug`. */
  readonly debugger: ProgramDebugger | undefined;
  /** Undefined with `--no-debug`. */
  readonly consoleOutput: ConsoleOutput | undefined;
  readonly program: Pick<DebuggedProgram, 'identity'>;
  /** True once the program has started: a program that was attached to may run already. */
  readonly isProgramRunning: boolean;
  /** Sends an event to the adapter. */
  emit(event: string, body?: object): void;
  /** Starts the program. Further calls do nothing. */
  start(): void;
  /** Asks the program to end. */
  terminate(): void;
  /** Lets the program run on without debugger and adapter. */
  release(): void;
  /**
   * Cancels a command that waits or can be stopped, and sends its response. Does nothing for other commands.
   */
  cancel(id: CommandId): void;
}

/** The result of a handler: the response's body, and work to do once the response is sent. */
export interface Outcome {
  readonly body?: object;
  readonly afterwards?: () => void;
}

/**
 * Handles one command. The text of a thrown error becomes the response's error. The signal is aborted when
 * the command is cancelled: its response is then sent already, and the handler's result is dropped.
 */
export type CommandHandler = (
  context: CommandContext,
  args: Message,
  signal: AbortSignal,
) => Outcome | Promise<Outcome>;

/** A row of the command table. */
export interface CommandEntry {
  readonly handle: CommandHandler;
  /** True if it lets a paused program run on: starts when what was asked of the paused program before is answered. */
  readonly resumes?: boolean;
  /**
   * True: starts when the ordered commands before it are done, as commands that change the state of the
   * program must. False: runs at once, even while another command is stuck in the program.
   */
  readonly ordered: boolean;
  /**
   * True if the command can be cancelled after it has started, because it changes nothing or can be stopped.
   */
  readonly stoppable: boolean;
}
