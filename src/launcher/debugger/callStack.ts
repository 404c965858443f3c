import type { Debugger } from 'node:inspector';
import type { Counter } from './counter.js';
import { DebuggerError } from './debuggerError.js';
import type { Execution } from './execution.js';
import type { Scripts } from './sources/scripts.js';
import type { Source } from './sources/scriptUrls.js';
import type { SourceLocations } from './sources/sourceLocations.js';

/** One frame of the stack; line and column count from 1. */
export interface StackFrame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly source: Source;
  readonly presentationHint?: 'subtle';
}

/** Which part of the stack is wanted. `levels` 0 or absent: all from `startFrame` on. */
export interface StackRange {
  readonly startFrame?: number | undefined;
  readonly levels?: number | undefined;
}

/** What a stack is described with. */
interface StackParts {
  readonly execution: Execution;
  readonly scripts: Scripts;
  readonly locations: SourceLocations;
  /** Shared by all threads, so that a frame's id says whose it is. */
  readonly frameIds: Counter;
}

/** The stack of a thread's current stop. Frame ids are never used again, so one of an earlier stop is told apart. */
export class CallStack {
  /** The frames of this stop, from the innermost on, each with its id as soon as it has been asked for. */
  private readonly ids = new Map<Debugger.CallFrame, number>();
  private readonly frames = new Map<number, Debugger.CallFrame>();

  constructor(private readonly parts: StackParts) {}

  /** @throws DebuggerError when the thread is not paused */
  read({ startFrame = 0, levels = 0 }: StackRange): { stackFrames: StackFrame[]; totalFrames: number } {
    const all = this.parts.execution.callFrames;
    const end = levels > 0 ? startFrame + levels : all.length;
    const stackFrames = all.slice(startFrame, end).map((frame) => this.describe(frame));
    return { stackFrames, totalFrames: all.length };
  }

  /** Whether the id is of a frame of this stop. */
  has(id: number): boolean {
    return this.frames.has(id);
  }

  /** @throws DebuggerError when the id is of an earlier stop */
  frame(id: number): Debugger.CallFrame {
    const frame = this.frames.get(id);
    if (frame === undefined) throw staleFrame(id);
    return frame;
  }

  /** To be called when the thread goes on: the ids given out so far become stale. */
  forget(): void {
    this.ids.clear();
    this.frames.clear();
  }

  private describe(frame: Debugger.CallFrame): StackFrame {
    const { scripts, locations } = this.parts;
    const { lineNumber, columnNumber = 0 } = frame.location;
    const script = scripts.of(frame.location);
    const { source, line, column } = locations.originalIn(scripts, script, lineNumber, columnNumber);
    return {
      id: this.idOf(frame),
      name: this.nameOf(frame),
      line,
      column,
      source,
      ...(source.presentationHint !== undefined && { presentationHint: 'subtle' as const }),
    };
  }

  private nameOf({ functionName, functionLocation }: Debugger.CallFrame): string {
    if (functionName === '') return '(anonymous)';
    if (functionLocation === undefined) return functionName;
    const { lineNumber, columnNumber = 0 } = functionLocation;
    const url = this.parts.scripts.urlOf(functionLocation);
    return this.parts.locations.functionName(url, functionName, lineNumber, columnNumber);
  }

  private idOf(frame: Debugger.CallFrame): number {
    const known = this.ids.get(frame);
    if (known !== undefined) return known;
    const id = this.parts.frameIds.next();
    this.ids.set(frame, id);
    this.frames.set(id, frame);
    return id;
  }
}

/** The error of every request for a frame that no thread stands in. */
export function staleFrame(id: number): DebuggerError {
  return new DebuggerError(`frame ${id} is not of this stop`);
}
