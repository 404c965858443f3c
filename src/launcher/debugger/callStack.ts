import type { Debugger } from 'node:inspector';
import { DebuggerError } from './debuggerError.js';
import type { Execution } from './execution.js';
import type { Scripts } from './scripts.js';
import { sourceOfUrl, type Source } from './scriptUrls.js';

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

/** The stack of the current stop. Frame ids are never used again, so one of an earlier stop is told apart. */
export class CallStack {
  private firstId = 1;
  private lastLength = 0;

  constructor(
    private readonly execution: Execution,
    private readonly scripts: Scripts,
  ) {}

  /** @throws DebuggerError when the program is not paused */
  read({ startFrame = 0, levels = 0 }: StackRange): { stackFrames: StackFrame[]; totalFrames: number } {
    const all = this.execution.callFrames;
    this.lastLength = all.length;
    const end = levels > 0 ? startFrame + levels : all.length;
    const stackFrames = all
      .slice(startFrame, end)
      .map((frame, index) =>
        describeFrame(frame, this.scripts.urlOf(frame), this.firstId + startFrame + index),
      );
    return { stackFrames, totalFrames: all.length };
  }

  /** @throws DebuggerError when the program is not paused, or the id is of an earlier stop */
  frame(id: number): Debugger.CallFrame {
    const frame = this.execution.callFrames[id - this.firstId];
    if (frame === undefined) throw new DebuggerError(`frame ${id} is not of this stop`);
    return frame;
  }

  /** To be called when the program goes on: the ids given out so far become stale. */
  forget(): void {
    this.firstId += this.lastLength;
    this.lastLength = 0;
  }
}

function describeFrame(frame: Debugger.CallFrame, url: string, id: number): StackFrame {
  const source = sourceOfUrl(url);
  return {
    id,
    name: frame.functionName === '' ? '(anonymous)' : frame.functionName,
    line: frame.location.lineNumber + 1,
    column: (frame.location.columnNumber ?? 0) + 1,
    source,
    ...(source.presentationHint !== undefined && { presentationHint: 'subtle' as const }),
  };
}
