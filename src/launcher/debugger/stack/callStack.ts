import type { Debugger, Runtime } from 'node:inspector';
import { readAsyncStack } from './asyncStack.js';
import type { AsyncFrame } from './asyncStack.js';
import type { Counter } from '../inspector/counter.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { Execution } from '../execution/execution.js';
import type { Scripts } from '../sources/scripts.js';
import type { Source } from '../sources/scriptUrls.js';
import type { SourceLocations } from '../sources/sourceLocations.js';

/** One frame of the stack; line and column count from 1. */
export interface StackFrame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly column: number;
  /** Absent where the frame is a label. */
  readonly source?: Source & { readonly origin?: string };
  readonly presentationHint?: 'subtle' | 'label';
}

/** Which part of the stack is wanted. `levels` 0 or absent: all from `startFrame` on. */
export interface StackRange {
  readonly startFrame?: number | undefined;
  readonly levels?: number | undefined;
}

type AnyFrame = Debugger.CallFrame | AsyncFrame;

/** What is said of a source that stepping passes by, for clients to fold its frames. */
const SKIPPED = { presentationHint: 'deemphasize', origin: 'skipped by skipFiles' } as const;

/** What a stack is described with. */
interface StackParts {
  readonly execution: Execution;
  readonly scripts: Scripts;
  readonly locations: SourceLocations;
  /** Whether a script, by its URL or the path of a source of its, is passed by when stepping. */
  readonly skips: (name: string) => boolean;
  /** Shared by all threads, so that a frame's id says whose it is. */
  readonly frameIds: Counter;
}

/** The stack of a thread's current stop. Frame ids are never used again, so one of an earlier stop is told apart. */
export class CallStack {
  /** The frames of this stop, from the innermost on, each with its id as soon as it has been asked for. */
  private readonly ids = new Map<AnyFrame, number>();
  private readonly byId = new Map<number, AnyFrame>();
  private frames: readonly AnyFrame[] | undefined;

  constructor(private readonly parts: StackParts) {}

  /** @throws DebuggerError when the thread is not paused */
  read({ startFrame = 0, levels = 0 }: StackRange): { stackFrames: StackFrame[]; totalFrames: number } {
    const all = this.all();
    const end = levels > 0 ? startFrame + levels : all.length;
    const stackFrames = all.slice(startFrame, end).map((frame) => this.describe(frame));
    return { stackFrames, totalFrames: all.length };
  }

  private all(): readonly AnyFrame[] {
    const { callFrames, asyncStack } = this.parts.execution;
    this.frames ??= [...callFrames, ...readAsyncStack(asyncStack)];
    return this.frames;
  }

  /** Whether the id is of a frame of this stop. */
  has(id: number): boolean {
    return this.byId.has(id);
  }

  /** Whether the id is of a call that is over, and led to this one. It has no variables any more. */
  isOver(id: number): boolean {
    const frame = this.byId.get(id);
    return frame !== undefined && !isLive(frame);
  }

  /** @throws DebuggerError when the id is of an earlier stop, or of a call that is over */
  frame(id: number): Debugger.CallFrame {
    const frame = this.byId.get(id);
    if (frame === undefined) throw staleFrame(id);
    if (!isLive(frame))
      throw new DebuggerError(`frame ${id} is of a call that is over: it has no variables any more`);
    return frame;
  }

  /** To be called when the thread goes on: the ids given out so far become stale. */
  forget(): void {
    this.ids.clear();
    this.byId.clear();
    this.frames = undefined;
  }

  private describe(frame: AnyFrame): StackFrame {
    const id = this.idOf(frame);
    if ('label' in frame) return { id, name: frame.label, line: 0, column: 0, presentationHint: 'label' };
    return {
      id,
      name: this.nameOf(frame),
      ...this.placeOf(frame),
    };
  }

  private placeOf(frame: Debugger.CallFrame | Runtime.CallFrame): Omit<StackFrame, 'id' | 'name'> {
    const { scripts, locations, skips } = this.parts;
    const location = isLive(frame) ? frame.location : frame;
    const script = scripts.of(location);
    const { lineNumber, columnNumber = 0 } = location;
    const { source, line, column } = locations.originalIn(scripts, script, lineNumber, columnNumber);
    const isSkipped = skips(script.url) || skips(source.path);
    return {
      line,
      column,
      source: isSkipped ? { ...source, ...SKIPPED } : source,
      ...((isSkipped || source.presentationHint !== undefined) && { presentationHint: 'subtle' as const }),
    };
  }

  private nameOf(frame: Debugger.CallFrame | Runtime.CallFrame): string {
    const { functionName } = frame;
    if (functionName === '') return '(anonymous)';
    if (!isLive(frame) || frame.functionLocation === undefined) return functionName;
    const { functionLocation } = frame;
    const { lineNumber, columnNumber = 0 } = functionLocation;
    const url = this.parts.scripts.urlOf(functionLocation);
    return this.parts.locations.functionName(url, functionName, lineNumber, columnNumber);
  }

  private idOf(frame: AnyFrame): number {
    const known = this.ids.get(frame);
    if (known !== undefined) return known;
    const id = this.parts.frameIds.next();
    this.ids.set(frame, id);
    this.byId.set(id, frame);
    return id;
  }
}

function isLive(frame: AnyFrame): frame is Debugger.CallFrame {
  return 'callFrameId' in frame;
}

/** The error of every request for a frame that no thread stands in. */
export function staleFrame(id: number): DebuggerError {
  return new DebuggerError(`frame ${id} is not of this stop`);
}
