import type { Debugger } from 'node:inspector';
import type { Step } from './stepThroughSkipped.js';

/** A call that can be stepped into. */
export interface CallTarget {
  /** The location of the call. */
  readonly at: Debugger.Location;
  /** The start of the statement that contains the call. */
  readonly start: Debugger.Location;
  /** The end of that statement. Undefined if it ends with its function. */
  readonly end: Debugger.Location | undefined;
}

/** The most calls of a statement to step through on the way to the target. */
const MAX_CALLS = 500;

/**
 * A step into one specific call of a statement that has several.
 *
 * The inspector steps into the next call, so other calls are left again with a step out. A breakpoint at the
 * target is not sufficient: if the call begins where the statement begins, as in `f(g())`, the program has
 * already passed that location.
 */
export class TargetedStep {
  private leftCalls = 0;
  private hasSteppedOut = false;

  /** @param depth the number of stack frames at the start of the step */
  constructor(
    private readonly target: CallTarget,
    private readonly depth: number,
  ) {}

  /**
   * Determines the next step from a stop.
   *
   * @returns undefined if the target is reached, or if the statement ended without it
   */
  next(callFrames: readonly Debugger.CallFrame[]): Step | undefined {
    const startFrame = callFrames[callFrames.length - this.depth];
    if (startFrame === undefined || this.leftCalls >= MAX_CALLS) return undefined;
    const isInside = callFrames.length > this.depth;
    if (isInside) return isSame(startFrame.location, this.target.at) ? undefined : this.stepOut();
    // After returning from a call, other calls may follow. A step that entered no call was the last one.
    const mayHaveNextCall = this.hasSteppedOut && this.isInStatement(startFrame.location);
    this.hasSteppedOut = false;
    return mayHaveNextCall ? 'stepInto' : undefined;
  }

  private stepOut(): Step {
    this.leftCalls += 1;
    this.hasSteppedOut = true;
    return 'stepOut';
  }

  private isInStatement(at: Debugger.Location): boolean {
    const { start, end } = this.target;
    return !isBefore(at, start) && (end === undefined || isBefore(at, end));
  }
}

function isSame(one: Debugger.Location, other: Debugger.Location): boolean {
  return one.scriptId === other.scriptId && !isBefore(one, other) && !isBefore(other, one);
}

/** True if a location is before another location in the same script. */
function isBefore(one: Debugger.Location, other: Debugger.Location): boolean {
  const lines = one.lineNumber - other.lineNumber;
  return lines < 0 || (lines === 0 && (one.columnNumber ?? 0) < (other.columnNumber ?? 0));
}
