import type { Debugger } from 'node:inspector';
import type { Breakpoints } from './breakpoints/breakpoints.js';
import { CallStack } from './stack/callStack.js';
import { VariableStore } from './values/variableStore.js';
import type { Origin } from './values/variableStore.js';
import type { Counter } from './inspector/counter.js';
import { DebuggerError, notPaused } from './inspector/debuggerError.js';
import { EntryStop } from './execution/entryStop.js';
import type { Entry } from './execution/entryStop.js';
import { evaluate } from './evaluation/evaluate.js';
import type { EvaluationResult } from './evaluation/evaluate.js';
import type { ExceptionBreakpoints } from './exceptions/exceptionBreakpoints.js';
import { readExceptionInfo } from './exceptions/exceptionInfo.js';
import type { ExceptionInfo } from './exceptions/exceptionInfo.js';
import { Execution } from './execution/execution.js';
import type { InspectorChannel } from './inspector/inspectorChannel.js';
import { InspectorClient } from './inspector/inspectorClient.js';
import { OBJECT_GROUPS } from './values/objectGroup.js';
import { listScopes } from './stack/scopes.js';
import type { Scope } from './stack/scopes.js';
import { Scripts } from './sources/scripts.js';
import type { LoadedSources } from './sources/loadedSources.js';
import type { CodeKind } from './stepping/stepThroughSkipped.js';
import type { SkipFiles } from './stepping/skipFiles.js';
import { CallTargets, findCalls } from './stepping/stepInTargets.js';
import { MAIN_THREAD } from './threads/mainThread.js';
import type { SourceLocations, SourcePlace } from './sources/sourceLocations.js';
import type { Stop } from './execution/stop.js';
import type { ValueFormat } from './formatting/valueFormat.js';
import { ThrownValue } from './values/thrownValue.js';
import { Variables } from './values/variables.js';

/** What the threads of a program have in common. */
export interface Shared {
  readonly breakpoints: Breakpoints;
  readonly exceptions: ExceptionBreakpoints;
  readonly locations: SourceLocations;
  readonly loadedSources: LoadedSources;
  readonly skipFiles: SkipFiles;
  readonly frameIds: Counter;
  readonly references: Counter;
}

/** What a thread's debugger tells unasked. */
export interface ThreadEvents {
  stopped(stop: Stop): void;
  /** The thread went on without having been told to. */
  continued(): void;
}

/** How the adapter names a thread. */
export interface ThreadName {
  readonly id: number;
  readonly name: string;
}

/** A call that `stepIn` can choose. */
export interface StepInTarget {
  readonly id: number;
  readonly label: string;
  readonly line: number;
  readonly column: number;
}

/** How many turns of the event loop back a stack goes. More cost no more, and nobody looks further. */
const MAX_ASYNC_TURNS = 32;

/** The debugger of one thread. Constructed means connected; {@link ThreadDebugger.detach} ends it. */
export class ThreadDebugger {
  readonly client: InspectorClient;
  readonly scripts: Scripts;
  readonly execution: Execution;
  readonly callStack: CallStack;
  readonly containers: VariableStore;
  readonly variables: Variables;
  readonly callTargets = new CallTargets();
  private readonly entryStop: EntryStop;
  private readonly thrown: ThrownValue;
  private canFollowAnytime = false;
  private follows = false;

  constructor(
    readonly thread: ThreadName,
    channel: InspectorChannel,
    private readonly shared: Shared,
    events: ThreadEvents,
  ) {
    const { breakpoints, exceptions, locations, loadedSources, frameIds, references } = shared;
    this.client = new InspectorClient(channel);
    this.scripts = new Scripts(this.client, (script, scripts) => void loadedSources.take(script, scripts));
    this.entryStop = new EntryStop(this.client);
    this.thrown = new ThrownValue(this.client);
    this.containers = new VariableStore(references, (objectId) => this.release(objectId));
    const { client, scripts, entryStop } = this;
    this.execution = new Execution(
      client,
      {
        resolveHits: (paused) => breakpoints.resolveHits(this, paused),
        matchingFilters: (thrown, frame) => exceptions.matchingFilters(this, thrown, frame),
        entryStop,
        codeKindOf: (frame) => this.codeKindOf(frame),
      },
      {
        stopped: (stop) => events.stopped(stop),
        resumed: (asked) => {
          this.forgetStop();
          if (!asked) events.continued();
        },
      },
    );
    this.callStack = new CallStack({
      execution: this.execution,
      scripts,
      locations,
      frameIds,
      skips: (name) => shared.skipFiles.skips(name),
    });
    client.on('Debugger.scriptParsed', (script) => this.passBy(script));
    this.variables = new Variables(client, this.containers, (location) => this.placeOf(location));
    breakpoints.watch(this);
  }

  /** Breakpoints and pauses work from here on. */
  async enable(): Promise<void> {
    await this.client.post('Debugger.enable');
    // The main thread tells of its scripts in time.
    if (this.thread !== MAIN_THREAD) await this.shared.locations.scanOutFiles();
    await this.shared.breakpoints.join(this);
    await this.shared.exceptions.join(this);
  }

  /** Stops once before the program's first statement. To be called before it starts. */
  stopOnEntry(entry: Entry): Promise<void> {
    return this.entryStop.arm(entry);
  }

  /** @throws DebuggerError when the frame is not of this stop */
  scopes(frameId: number): Scope[] {
    if (this.callStack.isOver(frameId)) return [];
    const frame = this.callStack.frame(frameId);
    return listScopes(frame, {
      containers: this.containers,
      placeOf: (location) => this.placeOf(location),
      exception: frame === this.execution.callFrames[0] ? this.thrown.current : undefined,
    });
  }

  /** Where a place of a script is in the sources. */
  placeOf(location: Debugger.Location): SourcePlace {
    const { lineNumber, columnNumber = 0 } = location;
    const script = this.scripts.of(location);
    return this.shared.locations.originalIn(this.scripts, script, lineNumber, columnNumber);
  }

  /** The frame that a container was found in, as long as the thread stands there. */
  frameOf({ callFrameId }: Origin): Debugger.CallFrame | undefined {
    if (!this.execution.isPaused) return undefined;
    return this.execution.callFrames.find((frame) => frame.callFrameId === callFrameId);
  }

  /** The calls that `stepIn` can choose from. @throws DebuggerError when the frame is not of this stop */
  async stepInTargets(frameId: number): Promise<StepInTarget[]> {
    if (this.callStack.isOver(frameId)) return [];
    const frame = this.callStack.frame(frameId);
    if (frame !== this.execution.callFrames[0]) return [];
    const calls = await findCalls(this.client, frame);
    return calls.map(({ label, ...call }) => {
      const { line, column } = this.placeOf(call.at);
      return { id: this.callTargets.add(call), label, line, column };
    });
  }

  /**
   * Has node load what it follows asynchronous calls with. To be called before the thread runs anything: asked to
   * follow in the midst of loading the same modules for the program, node would abort the process.
   */
  async prepareToFollow(): Promise<void> {
    await this.client.post('Debugger.setAsyncCallStackDepth', { maxDepth: MAX_ASYNC_TURNS });
    await this.client.post('Debugger.setAsyncCallStackDepth', { maxDepth: 0 });
    this.canFollowAnytime = true;
  }

  /**
   * Has V8 keep account of the calls that lead from one turn of the event loop to another, which costs the program
   * time. A thread that was running when it was found is left as it is until it stops.
   */
  async enableAsyncStacks(): Promise<void> {
    if (this.follows || (!this.canFollowAnytime && !this.execution.isPaused)) return;
    this.follows = true;
    await this.client.post('Debugger.setAsyncCallStackDepth', { maxDepth: MAX_ASYNC_TURNS });
  }

  /**
   * @param how.frameId a frame of this stop; default: globally
   * @param how.context what the value is for: `hover` must not change anything
   * @param how.format how it is put into words
   * @param how.signal ends it
   * @throws DebuggerError with the exception's text, or when the frame is not of this stop
   */
  evaluate(
    expression: string,
    how: { frameId?: number; context?: string; format?: ValueFormat; signal?: AbortSignal },
  ): Promise<EvaluationResult> {
    const { frameId, ...rest } = how;
    const frame = frameId === undefined ? undefined : this.callStack.frame(frameId);
    const { isPaused } = this.execution;
    return evaluate(this.client, this.containers, { ...rest, expression, frame, isPaused });
  }

  /** What was thrown. @throws DebuggerError when the thread does not stand for that */
  exceptionInfo(): Promise<ExceptionInfo> {
    const { isPaused, thrown } = this.execution;
    if (!isPaused) throw notPaused();
    if (thrown === undefined) throw new DebuggerError('the thread does not stand at an exception');
    return readExceptionInfo(this.client, this.shared.locations, thrown);
  }

  /** Lets the thread run on as if there had never been a debugger. Idempotent. */
  detach(): void {
    this.shared.breakpoints.leave(this);
    this.shared.exceptions.leave(this);
    this.client.disconnect();
  }

  private codeKindOf({ location }: Debugger.CallFrame): CodeKind {
    const { locations, skipFiles } = this.shared;
    const url = this.scripts.urlOf(location);
    if (skipFiles.skips(url)) return 'skipped';
    if (locations.isPassedBy(url, location)) return 'unmapped';
    const { source } = locations.original(url, location.lineNumber, location.columnNumber ?? 0);
    return skipFiles.skips(source.path) ? 'skipped' : 'own';
  }

  /**
   * Has V8 itself pass by a script, which is quicker than to leave it again. What it runs before it knows, and
   * node's own scripts, for which it does not work, are left from here.
   */
  private passBy({ scriptId, url }: Debugger.ScriptParsedEventDataType): void {
    if (url === '' || url.startsWith('node:') || !this.shared.skipFiles.skips(url)) return;
    const positions = [{ lineNumber: 0, columnNumber: 0 }];
    // Fails only when detached.
    this.client.post('Debugger.setBlackboxedRanges', { scriptId, positions }).catch(() => undefined);
  }

  private forgetStop(): void {
    this.callStack.forget();
    this.containers.forgetStop();
    this.callTargets.clear();
    // Fails only when detached, which releases everything anyway.
    this.client
      .post('Runtime.releaseObjectGroup', { objectGroup: OBJECT_GROUPS.stop })
      .catch(() => undefined);
  }

  private release(objectId: string): void {
    this.client.post('Runtime.releaseObject', { objectId }).catch(() => undefined);
  }
}
