import type { Debugger } from 'node:inspector';
import { toError } from '../../../ipc/index.js';
import { sourceKey } from '../../../paths/filePaths.js';
import type { FileKey } from '../../../paths/filePaths.js';
import { NO_PLACE, outputOf, reportInvalid } from './breakpoint.js';
import type {
  BreakableThread,
  Breakpoint,
  BreakpointListener,
  BreakpointRequest,
  BreakpointSource,
  LineBreakpointState,
  BreakpointState,
} from './breakpoint.js';
import { listLocations } from './breakpointLocations.js';
import type { LocationRange, PossibleLocation } from './breakpointLocations.js';
import { FunctionBreakpoints } from './functionBreakpoints.js';
import type { FunctionRequest } from './functionBreakpoints.js';
import { formatLogMessage } from './logPoints.js';
import type { LoggedValues } from './logPoints.js';
import type { ConditionFailure } from './probes.js';
import { compileStopCondition } from './stopCondition.js';
import { keyOf, ThreadBreakpoints } from './threadBreakpoints.js';
import type { HitResult } from './threadBreakpoints.js';
import type { Counter } from '../inspector/counter.js';
import type { VariableNames } from '../names/variableNames.js';
import type { ScriptPlace } from '../sources/scriptPlaces.js';
import type { SourceLocations } from '../sources/sourceLocations.js';

/**
 * The breakpoints of the program: a list per file, and the function breakpoints. They are set in all threads.
 */
export class Breakpoints {
  private readonly byFile = new Map<FileKey, LineBreakpointState[]>();
  private readonly byId = new Map<number, BreakpointState>();
  private readonly threads = new Map<BreakableThread, ThreadBreakpoints>();
  /** The threads in which breakpoints can be set, because their debugger is enabled. */
  private readonly readyThreads = new Set<ThreadBreakpoints>();
  private readonly functions: FunctionBreakpoints;
  private readonly locations: SourceLocations;
  private readonly variableNames: VariableNames;

  /** @param ids shared with the exception breakpoints, because `hitBreakpointIds` may contain both */
  constructor(
    services: { readonly locations: SourceLocations; readonly variableNames: VariableNames },
    private readonly ids: Counter,
    private readonly listener: BreakpointListener,
  ) {
    this.locations = services.locations;
    this.variableNames = services.variableNames;
    this.functions = new FunctionBreakpoints(this.locations, {
      threads: () => this.readyThreads,
      changed: (state) => listener.changed(state.breakpoint),
    });
  }

  /** Listens to the events of a thread. Must be called before the debugger of the thread is enabled. */
  watch(thread: BreakableThread): void {
    const threadBreakpoints = new ThreadBreakpoints(
      thread,
      {
        onLogged: (logged) => this.outputLog(logged),
        onConditionFailed: (failure) => this.outputFailure(failure),
      },
      {
        isMeantFor: (place, script) => this.locations.isMeantFor(place, script),
        toScript: (place, expression) => this.variableNames.toScript(place, expression),
      },
    );
    this.threads.set(thread, threadBreakpoints);
    thread.client.on('Debugger.breakpointResolved', ({ breakpointId, location }) => {
      const state = threadBreakpoints.stateOf(breakpointId);
      if (state === undefined || state.breakpoint.verified) return;
      this.markVerified(state, thread, location);
      this.listener.changed(state.breakpoint);
    });
    thread.client.on(
      'Debugger.scriptParsed',
      (script) => void this.onScriptLoaded(threadBreakpoints, script).catch(() => undefined),
    );
  }

  /** Sets all current and later breakpoints in a watched thread. */
  async addThread(thread: BreakableThread): Promise<void> {
    const threadBreakpoints = this.threads.get(thread);
    if (threadBreakpoints === undefined) return;
    this.readyThreads.add(threadBreakpoints);
    for (const state of [...this.byFile.values()].flat()) await this.place(state, threadBreakpoints);
    await this.functions.addThread(threadBreakpoints);
  }

  /** Removes a thread that has ended. */
  removeThread(thread: BreakableThread): void {
    const threadBreakpoints = this.threads.get(thread);
    this.threads.delete(thread);
    if (threadBreakpoints !== undefined) this.readyThreads.delete(threadBreakpoints);
  }

  /**
   * Replaces all breakpoints of a file. The result has one entry per request, in the same order. A breakpoint
   * whose request is unchanged keeps its id and its hit count.
   */
  async replace(source: BreakpointSource, requests: readonly BreakpointRequest[]): Promise<Breakpoint[]> {
    const key = sourceKey(source.path, process.platform);
    const before = this.byFile.get(key) ?? [];
    const states = requests.map((request) => extractSame(before, request) ?? this.create(source, request));
    this.byFile.set(key, states);
    this.locations.watchFile(source.path, states.length > 0);
    for (const { id } of before) this.byId.delete(id);
    if (states.some(mayStop)) this.listener.stopExpected();
    if (states.some(({ stopCondition }) => stopCondition.expression !== undefined))
      await this.variableNames.prepare();
    for (const threadBreakpoints of this.readyThreads) await threadBreakpoints.remove(before);
    for (const state of states) await this.placeEverywhere(state);
    return states.map(({ breakpoint }) => breakpoint);
  }

  /** Replaces all function breakpoints. The result has one entry per request, in the same order. */
  async replaceFunctions(requests: readonly FunctionRequest[]): Promise<Breakpoint[]> {
    const { states, removed } = await this.functions.replace(requests, () => this.ids.next());
    for (const { id } of removed) this.byId.delete(id);
    for (const state of states) this.byId.set(state.id, state);
    for (const state of states) reportInvalid(state, this.listener);
    if (states.some(mayStop)) this.listener.stopExpected();
    return states.map(({ breakpoint }) => breakpoint);
  }

  /**
   * Sets the breakpoints of a file in newly found scripts. Keeps existing places. All commands are sent
   * before this method returns, because a script may be about to run.
   */
  async updatePlaces(file: string): Promise<void> {
    await Promise.all(
      (this.byFile.get(sourceKey(file, process.platform)) ?? []).map((state) => this.updatePlace(state)),
    );
  }

  /** True if a breakpoint is a log point. */
  get hasLogPoints(): boolean {
    return [...this.byId.values()].some(({ stopCondition }) => stopCondition.log !== undefined);
  }

  /** Resolves when everything that log points have logged so far has been reported. */
  async flush(): Promise<void> {
    await Promise.all([...this.readyThreads].map((threadBreakpoints) => threadBreakpoints.flush()));
  }

  /** Determines the breakpoints that a pause of a thread has hit. */
  async resolveHits(thread: BreakableThread, paused: Debugger.PausedEventDataType): Promise<HitResult> {
    const threadBreakpoints = this.threads.get(thread);
    if (threadBreakpoints === undefined) return { ids: [], autoContinue: false };
    const result = await threadBreakpoints.resolveHits(paused);
    const functionResult = await this.functions.resolveHits(threadBreakpoints, paused);
    const ids = [...result.ids, ...functionResult.ids];
    return { ids, autoContinue: ids.length === 0 && (result.autoContinue || functionResult.autoContinue) };
  }

  /** The possible breakpoint positions in a range of a file, as known to a thread. */
  async locationsIn(
    thread: BreakableThread,
    file: string,
    range: LocationRange,
  ): Promise<PossibleLocation[]> {
    const scripts = this.threads.get(thread)?.scripts() ?? [];
    return await listLocations(thread, this.locations, scripts, file, range);
  }

  private create(source: BreakpointSource, request: BreakpointRequest): LineBreakpointState {
    const id = this.ids.next();
    const { line, column } = request;
    const unverified = { id, verified: false, source, line, ...(column !== undefined && { column }) };
    const stopCondition = compileStopCondition(id, request);
    const problem =
      'problem' in stopCondition ? stopCondition.problem : source.path === '' ? NO_PLACE.noName : undefined;
    const state: LineBreakpointState = {
      id,
      source,
      request,
      stopCondition: 'problem' in stopCondition ? { expression: undefined, log: undefined } : stopCondition,
      isValid: problem === undefined,
      patterns: [],
      breakpoint: { ...unverified, message: problem ?? NO_PLACE.pending },
    };
    this.byId.set(id, state);
    reportInvalid(state, this.listener);
    return state;
  }

  private async updatePlace(state: LineBreakpointState): Promise<void> {
    const before = state.breakpoint;
    await this.placeEverywhere(state);
    const { verified, line, column } = state.breakpoint;
    if (verified !== before.verified || line !== before.line || column !== before.column)
      this.listener.changed(state.breakpoint);
  }

  private async placeEverywhere(state: LineBreakpointState): Promise<void> {
    await Promise.all(
      [...this.readyThreads].map((threadBreakpoints) => this.place(state, threadBreakpoints)),
    );
  }

  private async place(state: LineBreakpointState, threadBreakpoints: ThreadBreakpoints): Promise<void> {
    if (!state.isValid) return;
    const places = this.locations.generated(state.source.path, state.request);
    state.patterns = places.map(({ urlRegex }) => new RegExp(urlRegex));
    const removed = threadBreakpoints.removeExcept(state, places.map(keyOf));
    const added = places.filter((place) => !threadBreakpoints.isSetAt(state, keyOf(place)));
    await Promise.all([removed, ...added.map((place) => this.placeAt(place, state, threadBreakpoints))]);
  }

  private async placeAt(
    place: ScriptPlace,
    state: LineBreakpointState,
    threadBreakpoints: ThreadBreakpoints,
  ): Promise<void> {
    try {
      const location = await threadBreakpoints.setByUrl(state, place);
      if (location !== undefined) this.markVerified(state, threadBreakpoints.thread, location);
      else if (threadBreakpoints.hasScript(place.urlRegex)) setProblem(state, NO_PLACE.noCode);
    } catch (error) {
      setProblem(state, toError(error).message);
    }
  }

  private markVerified(
    state: BreakpointState,
    { scripts }: BreakableThread,
    location: Debugger.Location,
  ): void {
    const { lineNumber, columnNumber = 0 } = location;
    const { line, column } = this.locations.original(scripts.urlOf(location), lineNumber, columnNumber);
    const { source } = state.breakpoint;
    state.breakpoint = {
      id: state.id,
      verified: true,
      ...(source !== undefined && { source }),
      line,
      column,
    };
  }

  /**
   * Reports pending breakpoints for which the new script has no code. The inspector itself sets existing
   * breakpoints in the script if it has places for them.
   */
  private async onScriptLoaded(
    threadBreakpoints: ThreadBreakpoints,
    script: Debugger.ScriptParsedEventDataType,
  ): Promise<void> {
    void this.functions.onScriptLoaded(threadBreakpoints, script);
    const waiting = [...this.byFile.values()].flat().filter((one) => one.isValid && !one.breakpoint.verified);
    if (waiting.length === 0 || script.url === '' || script.url.startsWith('node:')) return;
    // For a script with a source map, the map determines the places.
    if ((script.sourceMapURL ?? '') !== '') return;
    const inScript = waiting.filter(({ patterns }) => patterns.some((pattern) => pattern.test(script.url)));
    if (inScript.length === 0) return;
    // `breakpointResolved` events for the script follow `scriptParsed` and precede the response to this
    // command.
    await threadBreakpoints.thread.client.post('Runtime.releaseObjectGroup', { objectGroup: '' });
    for (const state of inScript) {
      if (state.breakpoint.verified || state.breakpoint.message === NO_PLACE.noCode) continue;
      setProblem(state, NO_PLACE.noCode);
      this.listener.changed(state.breakpoint);
    }
  }

  private outputLog(logged: LoggedValues): void {
    const state = this.byId.get(logged.id);
    if (state?.stopCondition.log === undefined) return;
    const text = formatLogMessage(state.stopCondition.log, logged);
    this.listener.output(outputOf(state, 'console', text), logged.position);
  }

  private outputFailure({ id, text: exceptionText }: ConditionFailure): void {
    const state = this.byId.get(id);
    if (state === undefined) return;
    const place = `${state.breakpoint.source?.path ?? 'a function'}:${state.breakpoint.line ?? ''}`;
    const text = `The condition of the breakpoint at ${place} threw, and counts as false: ${exceptionText}`;
    this.listener.output(outputOf(state, 'important', text));
  }
}

/** True unless the breakpoint only logs a message. */
function mayStop({ stopCondition }: BreakpointState): boolean {
  return stopCondition.log === undefined;
}

/** Removes the breakpoint with the same request from `before`, and returns it. */
function extractSame(before: LineBreakpointState[], request: BreakpointRequest) {
  const text = JSON.stringify(request);
  const index = before.findIndex((state) => JSON.stringify(state.request) === text);
  return index === -1 ? undefined : before.splice(index, 1)[0];
}

function setProblem(state: BreakpointState, message: string): void {
  if (!state.breakpoint.verified) state.breakpoint = { ...state.breakpoint, message };
}
