import { Breakpoints, type Breakpoint } from './breakpoints.js';
import { CallStack } from './callStack.js';
import { Containers } from './containers.js';
import { EntryStop, type Entry } from './entryStop.js';
import { evaluate, type EvaluationResult } from './evaluate.js';
import { Execution } from './execution.js';
import { InspectorClient } from './inspectorClient.js';
import { OBJECT_GROUP } from './objectGroup.js';
import { listScopes, type Scope } from './scopes.js';
import { Scripts } from './scripts.js';
import type { Stop } from './stop.js';
import { Variables } from './variables.js';

/** What the debugger tells unasked. */
export interface DebuggerEvents {
  stopped(stop: Stop): void;
  /** The program went on without having been told to. */
  continued(): void;
  /** A breakpoint that waited for its file has taken its place. */
  breakpointChanged(breakpoint: Breakpoint): void;
}

/** The debugger of the program on the main thread. Constructed means connected; {@link ProgramDebugger.detach} ends it. */
export class ProgramDebugger {
  readonly breakpoints: Breakpoints;
  readonly execution: Execution;
  readonly callStack: CallStack;
  readonly variables: Variables;
  private readonly client = new InspectorClient();
  private readonly entryStop = new EntryStop(this.client);
  private readonly containers = new Containers();

  constructor(events: DebuggerEvents) {
    const scripts = new Scripts(this.client);
    this.breakpoints = new Breakpoints(this.client, (breakpoint) => events.breakpointChanged(breakpoint));
    this.execution = new Execution(
      this.client,
      { breakpoints: this.breakpoints, entryStop: this.entryStop, scripts },
      {
        stopped: (stop) => events.stopped(stop),
        resumed: (asked) => {
          this.forgetStop();
          if (!asked) events.continued();
        },
      },
    );
    this.callStack = new CallStack(this.execution, scripts);
    this.variables = new Variables(this.client, this.containers);
  }

  /** Breakpoints and pauses work from here on. */
  async enable(): Promise<void> {
    await this.client.post('Debugger.enable');
  }

  /** Stops once before the program's first statement. To be called before it starts. */
  stopOnEntry(entry: Entry): Promise<void> {
    return this.entryStop.arm(entry);
  }

  /** @throws DebuggerError when the frame is not of this stop */
  scopes(frameId: number): Scope[] {
    return listScopes(this.callStack.frame(frameId), this.containers);
  }

  /**
   * @param how.frameId a frame of this stop; default: globally
   * @param how.context what the value is for: `hover` must not change anything
   * @param how.signal ends it
   * @throws DebuggerError with the exception's text, or when the frame is not of this stop
   */
  evaluate(
    expression: string,
    how: { frameId?: number; context?: string; signal?: AbortSignal },
  ): Promise<EvaluationResult> {
    const { frameId, context, signal } = how;
    const frame = frameId === undefined ? undefined : this.callStack.frame(frameId);
    return evaluate(this.client, this.containers, { expression, frame, context, signal });
  }

  /** Lets the program run on as if there had never been a debugger. Idempotent. */
  detach(): void {
    this.client.disconnect();
  }

  private forgetStop(): void {
    this.callStack.forget();
    this.containers.clear();
    // Fails only when detached, which releases everything anyway.
    this.client.post('Runtime.releaseObjectGroup', { objectGroup: OBJECT_GROUP }).catch(() => undefined);
  }
}
