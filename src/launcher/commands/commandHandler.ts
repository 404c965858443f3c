import type { CommandId, Message } from '../../ipc/index.js';
import type { ConsoleOutput } from '../consoleOutput/consoleOutput.js';
import type { ProgramDebugger } from '../debugger/programDebugger.js';
import type { LauncherOptions } from '../options/launcherOptions.js';

/** What a command handler has to work with. */
export interface CommandContext {
  readonly options: LauncherOptions;
  /** Undefined with `--no-debug`. */
  readonly debugger: ProgramDebugger | undefined;
  /** Undefined with `--no-debug`. */
  readonly consoleOutput: ConsoleOutput | undefined;
  /** Whether the program has begun: one that is attached to may have, long ago. */
  readonly isProgramRunning: boolean;
  /** Sends an event to the adapter. */
  emit(event: string, body?: object): void;
  /** Lets the program's first line run. Further calls do nothing. */
  start(): void;
  /** Asks the program to end. */
  terminate(): void;
  /** Lets the program run on without debugger and adapter. */
  release(): void;
  /** Gives up a command that waits, or that can be stopped, and answers it so; does nothing to any other. */
  cancel(id: CommandId): void;
}

/** What a handler gives back: the response's body, and what is to happen once the response is on its way. */
export interface Outcome {
  readonly body?: object;
  readonly afterwards?: () => void;
}

/**
 * Handles one command. What it throws becomes the response's error text. The signal is aborted when the command
 * is cancelled: its response is out by then, and what it still does is in vain.
 */
export type CommandHandler = (
  context: CommandContext,
  args: Message,
  signal: AbortSignal,
) => Outcome | Promise<Outcome>;

/** A row of the command table. */
export interface CommandEntry {
  readonly handle: CommandHandler;
  /**
   * True: begins when the ordered commands before it are through, as what changes the run must.
   * False: gets through at once, also while another command hangs in the program.
   */
  readonly ordered: boolean;
  /** Whether it can be cancelled once it has begun: where nothing is changed by it, or it can be stopped. */
  readonly stoppable: boolean;
}
