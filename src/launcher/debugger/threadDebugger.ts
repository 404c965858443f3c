import type { Debugger, Runtime } from 'node:inspector';
import type { Breakpoints } from './breakpoints/breakpoints.js';
import { isLogPointCall } from './breakpoints/logPoints.js';
import { CallStack } from './stack/callStack.js';
import { VariableStore } from './values/variableStore.js';
import type { Origin } from './values/variableStore.js';
import type { Counter } from './inspector/counter.js';
import { DebuggerError, notPaused } from './inspector/debuggerError.js';
import { EntryStop } from './execution/entryStop.js';
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
import { ScriptStop } from './breakpoints/scriptStop.js';
import { isInPackage } from './sources/script.js';
import { Scripts } from './sources/scripts.js';
import type { LoadedSources } from './sources/loadedSources.js';
import { CodeKinds } from './stepping/codeKinds.js';
import type { DebugSettings } from './settings/debugSettings.js';
import type { VariableNames } from './names/variableNames.js';
import type { VisibleNames } from './names/visibleNames.js';
import type { SkipFiles } from './stepping/skipFiles.js';
import { CallTargets, findCalls } from './stepping/stepInTargets.js';
import type { StepInTarget } from './stepping/stepInTargets.js';
import { MAIN_THREAD } from './threads/mainThread.js';
import type { SourceLocations, SourcePlace } from './sources/sourceLocations.js';
import type { Stop } from './execution/stop.js';
import type { ValueFormat } from './formatting/primitives.js';
import { ThrownValue } from './values/thrownValue.js';
import { CustomViews } from './evaluation/customViews.js';
import { Variables } from './values/variables.js';

/** The services that the threads of a program share. */
export interface SharedServices {
  readonly breakpoints: Breakpoints;
  readonly exceptions: ExceptionBreakpoints;
  readonly locations: SourceLocations;
  readonly loadedSources: LoadedSources;
  readonly skipFiles: SkipFiles;
  readonly variableNames: VariableNames;
  readonly frameIds: Counter;
  readonly references: Counter;
  /** The settings of the session. */
  readonly settings: () => DebugSettings;
  readonly isThisProcess: boolean;
  readonly reportsConsole: boolean;
}

/** Events of a thread's debugger. */
export interface ThreadEvents {
  stopped(stop: Stop): void;
  /** The program has called its console. Only if the console is reported. */
  consoleCalled(call: ConsoleCall): void;
  /** The thread continued without a command. */
  continued(): void;
}

export type ConsoleCall = Runtime.ConsoleAPICalledEventDataType;

/** The id and the display name of a thread. */
export interface ThreadName {
  readonly id: number;
  readonly name: string;
}

/** The most turns of the event loop in an async stack. A larger number would not cost more time. */
const MAX_ASYNC_TURNS = 32;

/** The debugger of one thread. The constructor connects; {@link ThreadDebugger.detach} disconnects. */
export class ThreadDebugger {
  readonly client: InspectorClient;
  readonly scripts: Scripts;
  readonly execution: Execution;
  readonly callStack: CallStack;
  readonly variableStore: VariableStore;
  readonly variables: Variables;
  readonly callTargets = new CallTargets();
  readonly entryStop: EntryStop;
  /** The number of console calls in the program, by which log points say their place. Undefined: not counted. */
  recordCounterId: string | undefined;
  private readonly views: CustomViews;
  /** Follows a change of the files that stepping skips. */
  readonly updateSkippedFiles: () => void;
  private readonly scriptStop: ScriptStop;
  private readonly thrownValue: ThrownValue;
  private asyncStacks: 'none' | 'prepared' | 'enabled' = 'none';

  constructor(
    readonly thread: ThreadName,
    channel: InspectorChannel,
    private readonly shared: SharedServices,
    private readonly events: ThreadEvents,
  ) {
    const { breakpoints, exceptions, locations, loadedSources, frameIds, references } = shared;
    this.client = new InspectorClient(channel);
    this.scripts = new Scripts(
      this.client,
      (script, scripts) => void loadedSources.addScript(script, scripts),
      (hash) => locations.nameInText(hash),
    );
    this.entryStop = new EntryStop(this.client);
    this.scriptStop = new ScriptStop(this.client);
    this.thrownValue = new ThrownValue(this.client);
    this.variableStore = new VariableStore(references, (objectId) => this.release(objectId));
    const { client, scripts, entryStop } = this;
    const codeKinds = new CodeKinds(client, scripts, shared);
    this.updateSkippedFiles = () => codeKinds.update();
    this.execution = new Execution(
      client,
      {
        resolveHits: (paused) => breakpoints.resolveHits(this, paused),
        matchingFilters: (exception, frame) => exceptions.matchingFilters(this, exception, frame),
        entryStop,
        scriptStarts: (scriptId) => this.addScript(scriptId),
        codeKindOf: (frame) => codeKinds.of(frame),
      },
      {
        stopped: (stop) => events.stopped(stop),
        resumed: (wasRequested) => {
          this.clearStop();
          if (!wasRequested) events.continued();
        },
      },
    );
    this.callStack = new CallStack({
      ...{ client, execution: this.execution, scripts, locations, frameIds },
      skips: (name) => shared.skipFiles.skips(name),
    });
    this.views = new CustomViews(client, shared.settings);
    this.variables = new Variables(client, this.variableStore, (at) => this.placeOf(at), this.views);
    breakpoints.watch(this);
  }

  /** True if the program's own console calls are reported: the adapter does not get the program's output. */
  get reportsConsole(): boolean {
    return this.shared.reportsConsole || this.shared.settings().reportConsole;
  }

  /** Enables the debugger. Breakpoints and pauses work afterwards. */
  async enable(): Promise<void> {
    await this.client.post('Debugger.enable');
    if (this.reportsConsole) await this.reportConsole();
    if (!this.announcesScripts) await this.shared.locations.scanOutFiles();
    await this.shared.breakpoints.addThread(this);
    await this.shared.exceptions.addThread(this);
    await this.holdScripts();
  }

  /** True for the main thread of this process, which waits before its scripts by itself. */
  private get announcesScripts(): boolean {
    return this.shared.isThisProcess && this.thread === MAIN_THREAD;
  }

  /** Makes the thread wait before scripts that may contain breakpoints. */
  async holdScripts(): Promise<void> {
    if (this.announcesScripts) return;
    await this.scriptStop.setEnabled(this.shared.locations.scriptFilter !== 'none');
  }

  async addScript(scriptId: string): Promise<void> {
    const { locations } = this.shared;
    const script = this.scripts.of({ scriptId });
    if (locations.scriptFilter === 'own' && isInPackage(script.url)) return;
    await locations.add(await this.scripts.withNameInText(script));
  }

  /** @throws DebuggerError if the frame does not belong to this stop */
  async scopes(frameId: number): Promise<Scope[]> {
    if (this.callStack.isAsyncFrame(frameId)) return [];
    const frame = this.callStack.frame(frameId);
    const names = await this.namesIn(frame);
    return listScopes(frame, {
      store: this.variableStore,
      names,
      placeOf: (location) => this.placeOf(location),
      exception: frame === this.execution.callFrames[0] ? this.thrownValue.current : undefined,
    });
  }

  /** Translates a location in a script to its source. */
  placeOf(location: Debugger.Location): SourcePlace {
    const { lineNumber, columnNumber = 0 } = location;
    const script = this.scripts.of(location);
    return this.shared.locations.originalIn(this.scripts, script, lineNumber, columnNumber);
  }

  async namesIn(frame: Debugger.CallFrame | undefined): Promise<VisibleNames | undefined> {
    return frame && this.shared.variableNames.at(this.scripts, frame.location);
  }

  /** The frame of a container; undefined if the thread is not paused in that frame. */
  frameOf({ callFrameId }: Origin): Debugger.CallFrame | undefined {
    if (!this.execution.isPaused) return undefined;
    return this.execution.callFrames.find((frame) => frame.callFrameId === callFrameId);
  }

  /** The calls that `stepIn` can select. @throws DebuggerError if the frame does not belong to this stop */
  async stepInTargets(frameId: number): Promise<StepInTarget[]> {
    if (this.callStack.isAsyncFrame(frameId)) return [];
    const frame = this.callStack.frame(frameId);
    if (frame !== this.execution.callFrames[0]) return [];
    const calls = await findCalls(this.client, frame);
    return calls.map(({ label, ...call }) => {
      const { line, column } = this.placeOf(call.at);
      return { id: this.callTargets.add(call), label, line, column };
    });
  }

  /**
   * Makes node load the modules that it needs for async stacks. Must be called before the thread runs anything: if
   * they are enabled while the program loads the same modules, node aborts the process.
   */
  async prepareAsyncStacks(): Promise<void> {
    await this.client.post('Debugger.setAsyncCallStackDepth', { maxDepth: MAX_ASYNC_TURNS });
    await this.client.post('Debugger.setAsyncCallStackDepth', { maxDepth: 0 });
    this.asyncStacks = 'prepared';
  }

  /**
   * Enables async stacks. V8 then records the calls that lead from one turn of the event loop to another,
   * which slows the program down. In a thread that was already running when the debugger connected, this has
   * no effect until the thread is paused.
   */
  async enableAsyncStacks(): Promise<void> {
    if (this.asyncStacks === 'enabled' || (this.asyncStacks === 'none' && !this.execution.isPaused)) return;
    this.asyncStacks = 'enabled';
    await this.client.post('Debugger.setAsyncCallStackDepth', { maxDepth: MAX_ASYNC_TURNS });
  }

  /**
   * Evaluates an expression.
   *
   * @param options.frameId a frame of this stop; default: global evaluation
   * @param options.context the purpose of the result: `hover` must not have side effects
   * @param options.format the format of the result
   * @param options.signal cancels the evaluation
   * @throws DebuggerError with the text of the exception, or if the frame does not belong to this stop
   */
  evaluate(
    expression: string,
    options: { frameId?: number; context?: string; format?: ValueFormat; signal?: AbortSignal },
  ): Promise<EvaluationResult> {
    const { frameId } = options;
    const frame = frameId === undefined ? undefined : this.callStack.frame(frameId);
    const given = { ...options, expression, frame, isPaused: this.execution.isPaused, views: this.views };
    const run = (names?: VisibleNames): Promise<EvaluationResult> =>
      evaluate(this.client, this.variableStore, { ...given, names });
    if (frame === undefined) return run();
    // At once, if nothing has to be read first: a command that follows may continue the thread.
    const script = this.scripts.of(frame.location);
    const names = this.shared.variableNames;
    if (names.isKnown(script)) return run(names.knownAt(script, frame.location));
    return this.namesIn(frame).then(run);
  }

  /** The details of the exception. @throws DebuggerError if the thread is not paused at an exception */
  exceptionInfo(): Promise<ExceptionInfo> {
    const { isPaused, exception } = this.execution;
    if (!isPaused) throw notPaused();
    if (exception === undefined) throw new DebuggerError('the thread does not stand at an exception');
    return readExceptionInfo(this.client, this.shared.locations, exception);
  }

  /** Disconnects, so that the thread runs without a debugger. Idempotent. */
  detach(): void {
    this.shared.breakpoints.removeThread(this);
    this.shared.exceptions.removeThread(this);
    this.client.disconnect();
  }

  /** Reports the console calls from now on. V8 reports earlier ones, too, which the user has seen elsewhere. */
  async reportConsole(): Promise<void> {
    const sinceMs = Date.now();
    this.client.on('Runtime.consoleAPICalled', (call) => {
      if (call.timestamp >= sinceMs && !isLogPointCall(call.args)) this.events.consoleCalled(call);
    });
    await this.client.post('Runtime.enable');
  }

  private clearStop(): void {
    this.callStack.clear();
    this.variableStore.clearStop();
    this.callTargets.clear();
    // Fails only if the debugger is detached, which releases all objects.
    this.client
      .post('Runtime.releaseObjectGroup', { objectGroup: OBJECT_GROUPS.stop })
      .catch(() => undefined);
  }

  private release(objectId: string): void {
    this.client.post('Runtime.releaseObject', { objectId }).catch(() => undefined);
  }
}
