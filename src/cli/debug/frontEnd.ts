import { UsageError } from '../../commandLine/usageError.js';
import { EXIT_STATUS } from './exitStatus.js';
import type { BreakpointStore } from './breakpointStore.js';
import { findCommand } from './commands.js';
import type { CommandContext, Verdict } from './commands.js';
import { DapRequestError } from './dapConnection.js';
import type { DapConnection } from './dapConnection.js';
import { readStack } from './inspection.js';
import type { LineReader } from './lineReader.js';
import type { Screen } from './screen.js';
import type { EndedProgress, SessionProgress, StoppedProgress } from './sessionProgress.js';
import { framePlace, frameSource, shortPath } from './sourceView.js';

/** What a front-end is made of. It owns none of them. */
export interface FrontEndParts {
  connection: DapConnection;
  progress: SessionProgress;
  breakpoints: BreakpointStore;
  lines: LineReader;
  screen: Screen;
}

/** Longer than the adapter takes to end a program that does not want to, in milliseconds. */
const DISCONNECT_TIMEOUT_MS = 15_000;

/** The conversation with a person: shows each stop and does what is asked, until either side ends it. */
export class FrontEnd {
  private state: 'launching' | 'running' | 'stopped' = 'launching';
  private leaving = false;
  private lastStep = '';
  private readonly quitting: Promise<void>;
  private settleQuitting: () => void = () => undefined;

  constructor(private readonly parts: FrontEndParts) {
    this.quitting = new Promise((resolve) => (this.settleQuitting = resolve));
  }

  /**
   * Follows the session from its launch, which may still go on, to its end. Resolves to the exit code;
   * rejects if the launch fails or the adapter goes away.
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

  /** Ctrl-C: pauses a running program; leaves when it is stopped, or not yet launched. */
  interrupt(): void {
    if (this.state !== 'running') return this.requestQuit();
    this.parts.connection.request('pause', { threadId: 1 }).catch((error: unknown) => {
      // Most often it has just stopped or ended by itself, which is shown next.
      if (error instanceof DapRequestError) this.parts.screen.say(`Not paused: ${error.message}`);
    });
  }

  /** Leaves as soon as it can, whether the program runs or not. */
  requestQuit(): void {
    this.leaving = true;
    this.settleQuitting();
  }

  private async serveStop(stop: StoppedProgress): Promise<Verdict> {
    const context = await this.showStop(stop);
    if (context === undefined) return 'resume';
    for (;;) {
      const verdict = await this.serveCommand(context);
      if (verdict !== 'stay') return verdict;
    }
  }

  /** Undefined if the program has gone on, or ended, before it could be looked at. */
  private async showStop(stop: StoppedProgress): Promise<CommandContext | undefined> {
    const { connection, breakpoints, screen } = this.parts;
    const say = (line: string): void => screen.say(line);
    const { threadId, reason, text } = stop;
    const [frame] = await readStack(connection, threadId, 1).catch(ignoreRefusal);
    if (frame === undefined) return undefined;
    say(`Stopped (${reason}) at ${framePlace(frame)} in ${frame.name}`);
    if (reason === 'exception' && text !== undefined) say(`  ${text}`);
    frameSource(frame).forEach(say);
    return { connection, breakpoints, threadId, frame, say };
  }

  private async serveCommand(context: CommandContext): Promise<Verdict> {
    const { lines, progress, screen } = this.parts;
    if (this.leaving || progress.isOver) return this.afterNoLine();
    const line = await lines.read('(debug) ', Promise.race([progress.over, this.quitting]));
    if (line === undefined) return this.afterNoLine();
    const text = line.trim() === '' ? this.lastStep : line.trim();
    if (text === '') return 'stay';
    return this.obey(context, text).catch((error: unknown) => {
      if (!(error instanceof DapRequestError || error instanceof UsageError)) throw error;
      screen.say(`  Error: ${error.message}`);
      return 'stay';
    });
  }

  private async obey(context: CommandContext, text: string): Promise<Verdict> {
    const [, name = '', argument = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
    const command = findCommand(name);
    if (command === undefined) {
      context.say(`  Unknown command: ${name} (h shows the commands)`);
      return 'stay';
    }
    this.lastStep = command.repeats ? text : this.lastStep;
    return command.run(context, argument);
  }

  /** No command came: we are to leave, or the session is over, which is told next, or the input ended. */
  private afterNoLine(): Verdict {
    if (this.leaving) return 'quit';
    if (this.parts.progress.isOver) return 'resume';
    this.parts.screen.say('End of input: ending the program, as q does.');
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
      screen.say(`Breakpoint ${shortPath(file)}:${String(line)} was never active: ${why}`);
    }
    if (exitCode === undefined)
      throw new Error('The session ended without telling the exit code of the program');
    screen.say(`The program ended with exit code ${String(exitCode)}.`);
    return exitCode;
  }

  /** An adapter that is gone by now has nothing left to end. */
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
