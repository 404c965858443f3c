import { AdapterProcess } from '../debug/adapterProcess.js';
import { ownAdapter } from '../debug/ownAdapter.js';
import type { BreakpointSpec } from '../debug/breakpointSpec.js';
import { BreakpointStore } from '../debug/breakpointStore.js';
import type { StackFrame } from '../debug/dapMessages.js';
import { readStack } from '../debug/inspection.js';
import { launchProgram } from '../debug/launchProgram.js';
import type { LaunchOptions } from '../debug/launchProgram.js';
import { SessionProgress } from '../debug/sessionProgress.js';
import { framePlace } from '../debug/sourceView.js';
import { SessionRecord } from './sessionRecord.js';
import { withDeadline } from './withDeadline.js';
import { DISK_FILES } from '../../paths/diskFiles.js';

/** A stop and its stack. */
export interface DemoStop {
  reason: string;
  frame: StackFrame;
  stack: StackFrame[];
}

/** One session of the demo, with a real adapter process. Checks each step. */
export class DemoSession implements AsyncDisposable {
  readonly breakpoints: BreakpointStore;
  private readonly progress: SessionProgress;

  private constructor(
    readonly adapter: AdapterProcess,
    readonly record: SessionRecord,
  ) {
    this.breakpoints = new BreakpointStore(adapter.connection);
    this.progress = new SessionProgress(adapter.connection);
  }

  /** Starts this package's adapter for a session. */
  static start(): DemoSession {
    const record = new SessionRecord();
    const adapter = AdapterProcess.start(ownAdapter(), (direction, message) =>
      record.observe(direction, message),
    );
    return new DemoSession(adapter, record);
  }

  /** Launches the program, with these breakpoints set. */
  async launch(options: LaunchOptions, breakpoints: readonly BreakpointSpec[]): Promise<void> {
    for (const spec of breakpoints) this.breakpoints.add(spec);
    await withDeadline('the launch', launchProgram(this.adapter.connection, options, this.breakpoints));
  }

  /** Sends a request that resumes the program: `continue`, `next`, ... */
  async resume(command: string): Promise<void> {
    await this.adapter.connection.request(command, { threadId: 1 });
  }

  /** Returns the next stop. Rejects if the program ends instead, or if the stop is not at `expected`. */
  async stop(expected?: BreakpointSpec): Promise<DemoStop> {
    const progress = await withDeadline('a stop', this.progress.next());
    if (progress.kind === 'ended') throw new Error('the program ended, where it should have stopped');
    const stack = await readStack(this.adapter.connection, progress.threadId, 20);
    const frame = stack[0];
    if (frame === undefined) throw new Error('the program stopped without a stack');
    const file = frame.source?.path ?? '';
    if (expected !== undefined && (frame.line !== expected.line || !DISK_FILES.isSame(file, expected.file))) {
      throw new Error(`stopped at ${framePlace(frame)}, not at ${expected.file}:${String(expected.line)}`);
    }
    return { reason: progress.reason, frame, stack };
  }

  /**
   * Returns the exit code of the program. Rejects if the program stops instead, or if the code is not
   * `expected`.
   */
  async exitCode(expected: number): Promise<number> {
    const progress = await withDeadline('the end of the program', this.progress.next());
    if (progress.kind === 'stopped')
      throw new Error(`the program stopped (${progress.reason}) instead of ending`);
    if (progress.exitCode !== expected) {
      throw new Error(`exit code ${String(progress.exitCode)} was told, not ${String(expected)}`);
    }
    return progress.exitCode;
  }

  /** Ends the session and the adapter, in any state. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.adapter.connection.request('disconnect', { terminateDebuggee: true }).catch(() => undefined);
    await this.adapter.close();
  }
}
