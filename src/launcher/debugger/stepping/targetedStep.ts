import type { Debugger } from 'node:inspector';
import type { Step } from './stepThroughSkipped.js';

/** A call that a person can step into. */
export interface CallTarget {
  /** Where the call is. */
  readonly at: Debugger.Location;
  /** Where the statement that it is part of begins. */
  readonly start: Debugger.Location;
  /** Where it ends, and the next begins; undefined: with its function. */
  readonly end: Debugger.Location | undefined;
}

/** How many calls of a statement may be gone through on the way to the one that is meant. */
const MAX_CALLS = 500;

/**
 * The way into one call of a statement that has several. The inspector steps into whichever comes first, so what
 * is not meant is left again. A breakpoint at the call would not do: where the call begins where the statement
 * does, as `f(g())` does, the program has passed that place.
 */
export class TargetedStep {
  private calls = 0;
  private hasLeft = false;

  /** @param depth how many frames the stack has where the step begins */
  constructor(
    private readonly target: CallTarget,
    private readonly depth: number,
  ) {}

  /** @returns how to go on from a stop; undefined: the target is reached, or the statement is over without it */
  onward(callFrames: readonly Debugger.CallFrame[]): Step | undefined {
    const home = callFrames[callFrames.length - this.depth];
    if (home === undefined || this.calls >= MAX_CALLS) return undefined;
    const isInside = callFrames.length > this.depth;
    if (isInside) return isSame(home.location, this.target.at) ? undefined : this.leave();
    // Back from a call there may be others to come. A step that entered none was the last.
    const goesOn = this.hasLeft && this.isInStatement(home.location);
    this.hasLeft = false;
    return goesOn ? 'stepInto' : undefined;
  }

  private leave(): Step {
    this.calls += 1;
    this.hasLeft = true;
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

/** Whether a place is before another of the same script. */
function isBefore(one: Debugger.Location, other: Debugger.Location): boolean {
  const lines = one.lineNumber - other.lineNumber;
  return lines < 0 || (lines === 0 && (one.columnNumber ?? 0) < (other.columnNumber ?? 0));
}
