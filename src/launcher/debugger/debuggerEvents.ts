import type { Breakpoint, BreakpointOutput } from './breakpoints/breakpoint.js';
import type { Stop } from './execution/stop.js';
import type { Source } from './sources/scriptUrls.js';
import type { ScriptFilter } from './sources/sourceLocations.js';
import type { ConsoleCall, ThreadDebugger, ThreadName } from './threadDebugger.js';

/** Events of the debugger. */
export interface DebuggerEvents {
  /** A worker has started. It waits until its debugger is set up. */
  threadStarted(thread: ThreadName): void;
  /** A worker is about to run: what must be done before that. */
  threadStarts(thread: ThreadDebugger): Promise<void>;
  /** A worker has ended. */
  threadExited(thread: ThreadName): void;
  /** A thread has stopped. */
  stopped(threadId: number, stop: Stop): void;
  /** A thread continued without a command. */
  continued(threadId: number): void;
  /** A pending breakpoint was set, or cannot be set. */
  breakpointChanged(breakpoint: Breakpoint): void;
  /** A profile ended without a command. Resolves when that is sent. @param text one line without line end */
  profileEnded(text: string): Promise<void>;
  /** The program has loaded a source. */
  sourceLoaded(source: Source): void;
  /** A warning for the user: one line without line end. */
  warning(text: string): void;
  /** The set of scripts that must be reported before they run has changed. */
  scriptFilterChanged(scriptFilter: ScriptFilter): void;
  /** It has changed if scripts with a `debugger` statement must be reported before they run. */
  statementsMatter(matter: boolean): void;
  /** A log point has logged a message, or a condition failed. @param position as in `BreakpointListener` */
  output(output: BreakpointOutput, position?: number): void;
  /** A thread has called its console. Only for a program of another process. */
  consoleCalled(thread: ThreadDebugger, call: ConsoleCall): void;
}
