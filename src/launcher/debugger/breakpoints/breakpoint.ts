import type { Position } from '../sources/scriptPlaces.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { Scripts } from '../sources/scripts.js';
import type { StopCondition, StopRequest } from './stopCondition.js';

/** The reasons for a breakpoint on a line that is not set, or not yet. */
export const NO_PLACE = {
  pending: 'waits for the file to be loaded',
  noCode: 'there is no code on this line, and none behind it',
  noName: 'the script has no name that a breakpoint could be set by',
} as const;

/** A requested breakpoint. Lines and columns count from 1. */
export interface BreakpointRequest extends Position, StopRequest {}

/** The source of a breakpoint as the client identifies it. */
export interface BreakpointSource {
  readonly name?: string;
  readonly path: string;
  readonly sourceReference?: number;
}

/** A breakpoint as reported to the adapter. Lines and columns count from 1. */
export interface Breakpoint {
  readonly id: number;
  /**
   * False until the file is loaded, or permanently if the breakpoint cannot be set. `message` gives the
   * reason.
   */
  readonly verified: boolean;
  readonly source?: BreakpointSource;
  readonly line?: number;
  readonly column?: number;
  readonly message?: string;
}

/** A thread in which breakpoints are set. */
export interface BreakableThread {
  readonly client: InspectorClient;
  readonly scripts: Scripts;
  /** True if the program's own console calls are reported too, with their values and places. */
  readonly reportsConsole: boolean;
  /** The object with the number of the program's console calls as its first element, if they are counted. */
  readonly recordCounterId: string | undefined;
  /**
   * Adds a script to the known ones, with its source map. When this resolves, all breakpoints of that script have been
   * sent to the inspector.
   */
  addScript(scriptId: string): Promise<void>;
}

/** The state of a breakpoint or log point on a line or a function. */
export interface BreakpointState {
  readonly id: number;
  readonly stopCondition: StopCondition;
  /** The breakpoint as last reported. */
  breakpoint: Breakpoint;
}

/** The state of a breakpoint on a line of a file. */
export interface LineBreakpointState extends BreakpointState {
  readonly source: BreakpointSource;
  readonly request: BreakpointRequest;
  /** False if the request is invalid. The breakpoint is then never set. */
  readonly isValid: boolean;
  /** The URL patterns of the scripts in which the breakpoint is set. */
  patterns: readonly RegExp[];
}

/** Receives breakpoint events. */
export interface BreakpointListener {
  /** A breakpoint was requested at which the program may stop. */
  stopExpected(): void;
  /** A pending breakpoint was set, or cannot be set. */
  changed(breakpoint: Breakpoint): void;
  /**
   * A log point has logged a message, or a condition failed.
   *
   * @param position the position in the call records behind the console calls that were made before
   */
  output(output: BreakpointOutput, position?: number): void;
}

/** A message for the user. */
export interface BreakpointOutput {
  /** `console` for the message of a log point; `important` for a problem. */
  readonly category: 'console' | 'important';
  readonly output: string;
  readonly source?: BreakpointSource | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** Creates the output of a breakpoint: one line with the breakpoint's position. */
export function outputOf(
  { breakpoint: { source, line, column } }: BreakpointState,
  category: BreakpointOutput['category'],
  text: string,
): BreakpointOutput {
  return { category, output: `${text}\n`, source, line, column };
}

/** Tells the user about a breakpoint whose request is invalid: clients may not show the breakpoint's own message. */
export function reportInvalid(
  state: BreakpointState & { readonly isValid: boolean },
  listener: Pick<BreakpointListener, 'output'>,
): void {
  if (state.isValid) return;
  listener.output(outputOf(state, 'important', `A breakpoint is not set: ${state.breakpoint.message ?? ''}`));
}
