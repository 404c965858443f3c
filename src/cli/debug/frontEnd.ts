import { UsageError } from '../../commandLine/usageError.js';
import { EXIT_STATUS } from '../../commandLine/exitStatus.js';
import type { BreakpointStore } from './breakpointStore.js';
import { findCommand } from './commands.js';
import type { CommandContext, NextAction } from './commands.js';
import { DapRequestError } from './dapConnection.js';
import type { DapConnection } from './dapConnection.js';
import { readStack } from './inspection.js';
import type { LineReader } from './lineReader.js';
import { indentedLines } from '../../commandLine/printable.js';
import type { Screen } from './screen.js';
import type { EndedProgress, SessionProgress, StoppedProgress } from './sessionProgress.js';
import { framePlace, frameSource, shortPath } from './sourceView.js';

/** The parts of a front-end. It does not own any of them. */
export interface FrontEndParts {
  connection: DapConnection;
  progress: SessionProgress;
  breakpoints: BreakpointStore;
  lines: LineReader;
  screen: Screen;
}

/**
 * Longest time to disconnect, in milliseconds. Longer than the adapter needs to end a program that ignores
 * SIGTERM.
 */
const DISCONNECT_TIMEOUT_MS = 15_000;

/** The dialog with the user: shows each stop and runs commands, until the user or the program ends it. */
export class FrontEnd {
  private state: 'launching' | 'running' | 'stopped' = 'launching';
  private quitRequested = false;
  private lastStep = '';
  private readonly quitting: Promise<void>;
  private settleQuitting: () => void = () => undefined;

  constructor(private readonly parts: FrontEndParts) {
    this.quitting = new Promise((resolve) => (this.settleQuitting = resolve));
  }

  /**
   * Follows the session from its launch, which may still be in progress, to its end. Resolves to the exit
   * code. Rejects if the launch fails or the adapter dies.
   */
  async run(launched: Promise<void>): Promise<number> {
    await Promise.race([launched, this.quitting]);
    for (;;) {
      this.state = 'running';
      const progress = await Promise.race([this.parts.progress.next(), this.quitting]);
      if (progress === undefined) return this.quit();
      if (progress.kind === 'ended') return this.reportEnd(progress);
      this.state = 'stopped';
      if ((await this.serveStop(progress)) === 'quit') return this.quit();
    }
  }

  /** Handles Ctrl-C: pauses a running program, or quits if the program is stopped or not launched yet. */
  interrupt(): void {
    if (this.state !== 'running') return this.requestQuit();
    this.parts.connection.request('pause', { threadId: 1 }).catch((error: unknown) => {
      // Usually the program has just stopped or ended by itself, which is shown next.
      if (error instanceof DapRequestError) this.parts.screen.printLine(`Not paused: ${error.message}`);
    });
  }

  /** Quits as soon as possible, whether the program runs or not. */
  requestQuit(): void {
    this.quitRequested = true;
    this.settleQuitting();
  }

  private async serveStop(stop: StoppedProgress): Promise<NextAction> {
    const context = await this.showStop(stop);
    if (context === undefined) return 'resume';
    for (;;) {
      const action = await this.serveCommand(context);
      if (action !== 'stay') return action;
    }
  }

  /** Returns undefined if the program has continued or ended before its frame could be read. */
  private async showStop(stop: StoppedProgress): Promise<CommandContext | undefined> {
    const { connection, breakpoints, screen } = this.parts;
    const printLine = (line: string): void => screen.printLine(line);
    const { threadId, reason, text } = stop;
    const [frame] = await readStack(connection, threadId, 1).catch(ignoreRefusal);
    if (frame === undefined) return undefined;
    printLine(`Stopped (${reason}) at ${framePlace(frame)} in ${frame.name}`);
    if (reason === 'exception' && text !== undefined) indentedLines(text).forEach(printLine);
    frameSource(frame).forEach(printLine);
    return { connection, breakpoints, threadId, frame, printLine };
  }

  private async serveCommand(context: CommandContext): Promise<NextAction> {
    const { lines, progress, screen } = this.parts;
    if (this.quitRequested || progress.isOver) return this.actionWithoutLine();
    const line = await lines.read('(debug) ', Promise.race([progress.over, this.quitting]));
    if (line === undefined) return this.actionWithoutLine();
    const text = line.trim() === '' ? this.lastStep : line.trim();
    if (text === '') return 'stay';
    return this.runCommand(context, text).catch((error: unknown) => {
      if (!(error instanceof DapRequestError || error instanceof UsageError)) throw error;
      for (const shown of indentedLines(`Error: ${error.message}`)) screen.printLine(shown);
      return 'stay';
    });
  }

  private async runCommand(context: CommandContext, text: string): Promise<NextAction> {
    const [name = ''] = text.split(/\s/, 1);
    const argument = text.slice(name.length).trimStart();
    const command = findCommand(name);
    if (command === undefined) {
      context.printLine(`  Unknown command: ${name} (h shows the commands)`);
      return 'stay';
    }
    this.lastStep = command.repeats ? text : this.lastStep;
    return command.run(context, argument);
  }

  /**
   * Decides what to do without a command: after a request to quit, the end of the session, or the end of the
   * input.
   */
  private actionWithoutLine(): NextAction {
    if (this.quitRequested) return 'quit';
    if (this.parts.progress.isOver) return 'resume';
    this.parts.screen.printLine('End of input: ending the program, as q does.');
    return 'quit';
  }

  private async quit(): Promise<number> {
    await this.disconnect();
    return EXIT_STATUS.success;
  }

  private async reportEnd({ exitCode }: EndedProgress): Promise<number> {
    const { breakpoints, screen } = this.parts;
    await this.disconnect();
    for (const { file, line, state } of breakpoints.unverified()) {
      const why = state?.message ?? 'there is no code there, or the file was not loaded';
      screen.printLine(`Breakpoint ${shortPath(file)}:${String(line)} was never active: ${why}`);
    }
    if (exitCode === undefined)
      throw new Error('The session ended without telling the exit code of the program');
    screen.printLine(`The program ended with exit code ${String(exitCode)}.`);
    return exitCode;
  }

  /** Disconnects. Errors are ignored, because an adapter that has ended has no program left to end. */
  private async disconnect(): Promise<void> {
    const { connection } = this.parts;
    await connection
      .request('disconnect', { terminateDebuggee: true }, DISCONNECT_TIMEOUT_MS)
      .catch(() => undefined);
  }
}

function ignoreRefusal(error: unknown): [] {
  if (error instanceof DapRequestError) return [];
  throw error;
}
