import type { Debugger, Runtime } from 'node:inspector';
import { readAsyncStack } from './asyncStack.js';
import type { AsyncFrame } from './asyncStack.js';
import type { Counter } from '../inspector/counter.js';
import { withDistinctNames } from './distinctNames.js';
import { ownersOf } from './methodOwner.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { Execution } from '../execution/execution.js';
import type { Scripts } from '../sources/scripts.js';
import type { Source } from '../sources/scriptUrls.js';
import type { SourceLocations } from '../sources/sourceLocations.js';

/** A stack frame. Lines and columns count from 1. */
export interface StackFrame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly column: number;
  /** Absent if the frame is a label. */
  readonly source?: Source & { readonly origin?: string };
  readonly presentationHint?: 'subtle' | 'label';
}

/** The requested range of the stack. If `levels` is 0 or absent, all frames from `startFrame` on. */
export interface StackRange {
  readonly startFrame?: number | undefined;
  readonly levels?: number | undefined;
}

type AnyFrame = Debugger.CallFrame | AsyncFrame;

/** The properties of skipped sources, which let clients collapse their frames. */
const SKIPPED = { presentationHint: 'deemphasize', origin: 'skipped by skipFiles' } as const;

/** The services for describing a stack. */
interface Dependencies {
  readonly client: InspectorClient;
  readonly execution: Execution;
  readonly scripts: Scripts;
  readonly locations: SourceLocations;
  /** True if stepping skips a script, given by its URL or by the path of one of its sources. */
  readonly skips: (name: string) => boolean;
  /** Shared by all threads, so that a frame's id identifies its thread. */
  readonly frameIds: Counter;
}

/** The stack of a thread's current stop. A frame id is never used again, so stale ids are detected. */
export class CallStack {
  /** The ids of the requested frames of this stop. */
  private readonly ids = new Map<AnyFrame, number>();
  private readonly byId = new Map<number, AnyFrame>();
  private frames: readonly AnyFrame[] | undefined;

  constructor(private readonly dependencies: Dependencies) {}

  /** @throws DebuggerError when the thread is not paused */
  async read({
    startFrame = 0,
    levels = 0,
  }: StackRange): Promise<{ stackFrames: StackFrame[]; totalFrames: number }> {
    const all = this.all();
    const end = levels > 0 ? startFrame + levels : all.length;
    // Described before anything is awaited: then the thread may continue, and these frames are no more.
    const frames = all.slice(startFrame, end).map((frame) => ({ frame, described: this.describe(frame) }));
    const live = frames.flatMap(({ frame }) => (isLive(frame) ? [frame] : []));
    const owners = await ownersOf(this.dependencies.client, live);
    const named = frames.map(({ frame, described }) => {
      const owner = isLive(frame) ? owners.get(frame) : undefined;
      return owner === undefined ? described : { ...described, name: `${owner}.${described.name}` };
    });
    return { stackFrames: withDistinctNames(named), totalFrames: all.length };
  }

  private all(): readonly AnyFrame[] {
    const { callFrames, asyncStack } = this.dependencies.execution;
    this.frames ??= [...callFrames, ...readAsyncStack(asyncStack)];
    return this.frames;
  }

  /** True if the id belongs to a frame of this stop. */
  has(id: number): boolean {
    return this.byId.has(id);
  }

  /** True if the id belongs to an asynchronous call, which has ended and has no variables. */
  isAsyncFrame(id: number): boolean {
    const frame = this.byId.get(id);
    return frame !== undefined && !isLive(frame);
  }

  /** @throws DebuggerError if the id belongs to an earlier stop or to an asynchronous call */
  frame(id: number): Debugger.CallFrame {
    const frame = this.byId.get(id);
    if (frame === undefined) throw staleFrame(id);
    if (!isLive(frame))
      throw new DebuggerError(`frame ${id} is of a call that is over: it has no variables any more`);
    return frame;
  }

  /** Invalidates all frame ids. Must be called when the thread continues. */
  clear(): void {
    this.ids.clear();
    this.byId.clear();
    this.frames = undefined;
  }

  private describe(frame: AnyFrame): StackFrame {
    const id = this.idOf(frame);
    if ('label' in frame) return { id, name: frame.label, line: 0, column: 0, presentationHint: 'label' };
    return { id, name: this.nameOf(frame), ...this.placeOf(frame) };
  }

  private placeOf(frame: Debugger.CallFrame | Runtime.CallFrame): Omit<StackFrame, 'id' | 'name'> {
    const { scripts, locations, skips } = this.dependencies;
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
    const url = this.dependencies.scripts.urlOf(functionLocation);
    return this.dependencies.locations.functionName(url, functionName, lineNumber, columnNumber);
  }

  private idOf(frame: AnyFrame): number {
    const known = this.ids.get(frame);
    if (known !== undefined) return known;
    const id = this.dependencies.frameIds.next();
    this.ids.set(frame, id);
    this.byId.set(id, frame);
    return id;
  }
}

function isLive(frame: AnyFrame): frame is Debugger.CallFrame {
  return 'callFrameId' in frame;
}

/** Creates the error for a frame that belongs to no current stop. */
export function staleFrame(id: number): DebuggerError {
  return new DebuggerError(`frame ${id} is not of this stop`);
}
