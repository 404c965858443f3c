import type { Position } from '../sources/sourceLocations.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { Scripts } from '../sources/scripts.js';
import type { StopCondition, StopRequest } from './stopCondition.js';

/** A breakpoint as asked for; lines and columns count from 1. */
export interface BreakpointRequest extends Position, StopRequest {}

/** A source as a breakpoint names it: as the client has named it. */
export interface BreakpointSource {
  readonly name?: string;
  readonly path: string;
  readonly sourceReference?: number;
}

/** A breakpoint as it is; lines and columns count from 1. */
export interface Breakpoint {
  readonly id: number;
  /** False until the file is loaded, or for good: `message` says why. */
  readonly verified: boolean;
  readonly source?: BreakpointSource;
  readonly line?: number;
  readonly column?: number;
  readonly message?: string;
}

/** A thread that breakpoints are set in. */
export interface BreakableThread {
  readonly client: InspectorClient;
  readonly scripts: Scripts;
}

/** What stops a thread, or logs: a line's breakpoint, or a function's. */
export interface BreakpointState {
  readonly id: number;
  readonly stop: StopCondition;
  /** What is known of it now. */
  state: Breakpoint;
}

/** A breakpoint of a file with all that was set for it. */
export interface LineStopper extends BreakpointState {
  readonly source: BreakpointSource;
  readonly request: BreakpointRequest;
  /** False where nothing can be set for it. */
  readonly isSound: boolean;
  /** The scripts that it is set in. */
  patterns: readonly RegExp[];
}

/** What the breakpoints tell unasked. */
export interface BreakpointListener {
  /** One that waited has taken its place, or cannot take it. */
  changed(breakpoint: Breakpoint): void;
  /** What a log point has to say, or what is wrong with a condition. */
  output(output: BreakpointOutput): void;
}

/** A line for the person who debugs. */
export interface BreakpointOutput {
  /** `console`: a log point's; `important`: something is wrong. */
  readonly category: 'console' | 'important';
  readonly output: string;
  readonly source?: BreakpointSource | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** A line of a breakpoint's, with the place that it comes from. */
export function outputOf(
  { state: { source, line, column } }: BreakpointState,
  category: BreakpointOutput['category'],
  text: string,
): BreakpointOutput {
  return { category, output: `${text}\n`, source, line, column };
}
