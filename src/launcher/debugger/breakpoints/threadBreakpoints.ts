import type { Debugger } from 'node:inspector';
import type { Script } from '../sources/script.js';
import type { ScriptPlace } from '../sources/scriptPlaces.js';
import type { BreakableThread, BreakpointState } from './breakpoint.js';
import { LogPoints } from './logPoints.js';
import type { LoggedValues } from './logPoints.js';
import { Probes } from './probes.js';
import type { ConditionFailure } from './probes.js';

/** The result of a pause for the breakpoints. */
export interface HitResult {
  /** The ids of the breakpoints that stop here. */
  readonly ids: number[];
  /** True if the pause was caused only by breakpoints that do not stop here. The program continues. */
  readonly autoContinue: boolean;
}

/** A breakpoint in a thread's inspector. */
interface InspectorBreakpoint {
  /** Undefined until the inspector has responded. */
  inspectorId: string | undefined;
  /** True if the breakpoint was removed, possibly before the inspector responded. */
  isRemoved: boolean;
}

/** A breakpoint that the inspector knows by an id. */
interface SetBreakpoint {
  readonly state: BreakpointState;
  /** The place that it was set at. Undefined if it was set in one script or function. */
  readonly place: ScriptPlace | undefined;
}

/** The breakpoints that are set in one thread's inspector. */
export class ThreadBreakpoints {
  private readonly byInspectorId = new Map<string, SetBreakpoint>();
  private readonly byState = new Map<BreakpointState, Map<string, InspectorBreakpoint>>();
  private readonly probes: Probes;
  private readonly logPoints: LogPoints;
  /** The URLs of the loaded scripts by script id. */
  private readonly urls = new Map<string, string>();
  /** The actual locations of breakpoints that were set at a location in one script. */
  private readonly resolvedKeys = new Map<BreakpointState, Set<string>>();

  constructor(
    readonly thread: BreakableThread,
    private readonly events: {
      onLogged: (logged: LoggedValues) => void;
      onConditionFailed: (failure: ConditionFailure) => void;
    },
    private readonly services: {
      isMeantFor: (place: ScriptPlace, script: Script) => boolean;
      /** Replaces the names of the source in an expression for a place. */
      toScript: (place: ScriptPlace, expression: string) => string;
    },
  ) {
    this.probes = new Probes(thread);
    this.logPoints = new LogPoints(thread, (logged) => events.onLogged(logged));
    thread.client.on('Debugger.scriptParsed', ({ scriptId, url }) => this.urls.set(scriptId, url));
  }

  /** All loaded scripts. */
  scripts(): { readonly scriptId: string; readonly url: string }[] {
    return [...this.urls].map(([scriptId, url]) => ({ scriptId, url }));
  }

  /** True if the URL of a loaded script matches the pattern. */
  hasScript(urlRegex: string): boolean {
    const pattern = new RegExp(urlRegex);
    return [...this.urls.values()].some((url) => pattern.test(url));
  }

  /** True if the actual location of the breakpoint has that key. */
  isResolvedAt(state: BreakpointState, key: string): boolean {
    return this.resolvedKeys.get(state)?.has(key) === true;
  }

  stateOf(inspectorId: string): BreakpointState | undefined {
    return this.byInspectorId.get(inspectorId)?.state;
  }

  isSetAt(state: BreakpointState, key: string): boolean {
    return this.byState.get(state)?.has(key) === true;
  }

  /**
   * Sets a breakpoint in all scripts of a place.
   *
   * @returns the actual location; undefined if the script is not loaded, or the breakpoint was removed
   *   meanwhile
   */
  async setByUrl(state: BreakpointState, place: ScriptPlace): Promise<Debugger.Location | undefined> {
    const response = this.thread.client.post('Debugger.setBreakpointByUrl', {
      ...selectorOf(state, place),
      lineNumber: place.lineNumber,
      ...(place.columnNumber !== undefined && { columnNumber: place.columnNumber }),
      ...this.conditionOf(state, place),
    });
    const isSet = await this.track({ state, place }, keyOf(place), response);
    return isSet ? (await response).locations[0] : undefined;
  }

  /**
   * Sets a breakpoint at a location in one script.
   *
   * @returns the actual location; undefined if the breakpoint was removed meanwhile
   */
  async setAtLocation(
    state: BreakpointState,
    location: Debugger.Location,
  ): Promise<Debugger.Location | undefined> {
    const response = this.thread.client.post('Debugger.setBreakpoint', {
      location,
      ...this.conditionOf(state),
    });
    if (!(await this.track({ state, place: undefined }, keyOfLocation(location), response))) return undefined;
    const { actualLocation } = await response;
    const keys = this.resolvedKeys.get(state) ?? new Set<string>();
    this.resolvedKeys.set(state, keys.add(keyOfLocation(actualLocation)));
    return actualLocation;
  }

  /** Sets a breakpoint on every call of a function. */
  async setOnCall(state: BreakpointState, key: string, objectId: string): Promise<void> {
    const response = this.thread.client.post('Debugger.setBreakpointOnFunctionCall', {
      objectId,
      ...this.conditionOf(state),
    });
    await this.track({ state, place: undefined }, key, response);
  }

  /** Removes a breakpoint from all places except those with these keys. */
  async removeExcept(state: BreakpointState, keys: readonly string[]): Promise<void> {
    const byKey = this.byState.get(state);
    const others = [...(byKey ?? [])].filter(([key]) => !keys.includes(key));
    for (const [key] of others) byKey?.delete(key);
    await Promise.all(others.map(([, inspectorBreakpoint]) => this.removeFromInspector(inspectorBreakpoint)));
  }

  async remove(states: readonly BreakpointState[]): Promise<void> {
    await Promise.all(states.map((state) => this.removeExcept(state, [])));
    for (const state of states) {
      this.byState.delete(state);
      this.resolvedKeys.delete(state);
    }
  }

  /** Resolves when all messages of log points have been received, or after a time limit. */
  async flush(): Promise<void> {
    await this.logPoints.flush();
  }

  /** Determines the breakpoints that a pause has hit, in the order in which they were set. */
  async resolveHits({ hitBreakpoints = [], callFrames }: Debugger.PausedEventDataType): Promise<HitResult> {
    const [frame] = callFrames;
    const known = hitBreakpoints.flatMap((id) => this.byInspectorId.get(id) ?? []);
    if (known.length === 0 || frame === undefined) return { ids: [], autoContinue: false };
    const hit = await this.statesMeantFor(known, frame);
    const isConditional = hit.some(({ stopCondition }) => stopCondition.expression !== undefined);
    const ids = isConditional ? await this.stoppingIds(frame, hit) : hit.map(({ id }) => id);
    return { ids, autoContinue: ids.length === 0 };
  }

  /**
   * Evaluates the conditions in a frame for which the inspector has not evaluated them. Returns the ids of
   * the breakpoints that stop.
   */
  async evaluateConditions(
    frame: Debugger.CallFrame | undefined,
    states: readonly BreakpointState[],
  ): Promise<number[]> {
    if (frame === undefined || states.length === 0) return [];
    if ((await this.probes.takeFailures(frame)) === undefined) await this.probes.installFor(frame);
    const stopping: BreakpointState[] = [];
    for (const state of states) {
      const { expression } = state.stopCondition;
      if (expression === undefined || (await this.probes.holds(frame, expression))) stopping.push(state);
    }
    return this.withoutFailed(stopping, (await this.probes.takeFailures(frame)) ?? []);
  }

  /** The breakpoints of a pause, without those that were set in a script that they do not belong to. */
  private async statesMeantFor(
    hit: readonly SetBreakpoint[],
    { location }: Debugger.CallFrame,
  ): Promise<BreakpointState[]> {
    // A thread that does not wait for its scripts to be known may have been faster.
    await this.thread.addScript(location.scriptId);
    const script = this.thread.scripts.of(location);
    const fitting = hit.filter(({ place }) => place === undefined || this.services.isMeantFor(place, script));
    return [...new Set(fitting.map(({ state }) => state))];
  }

  private async stoppingIds(frame: Debugger.CallFrame, hit: readonly BreakpointState[]): Promise<number[]> {
    const failures = await this.probes.takeFailures(frame);
    return failures === undefined
      ? await this.evaluateConditions(frame, hit)
      : this.withoutFailed(hit, failures);
  }

  private withoutFailed(
    stopping: readonly BreakpointState[],
    failures: readonly ConditionFailure[],
  ): number[] {
    for (const failure of failures) this.events.onConditionFailed(failure);
    const failed = failures.map(({ id }) => id);
    return stopping.map(({ id }) => id).filter((id) => !failed.includes(id));
  }

  /**
   * The condition for the inspector. The commands that it depends on are sent first, so that they take effect
   * before its first evaluation.
   */
  private conditionOf(
    { stopCondition: { expression, log } }: BreakpointState,
    place?: ScriptPlace,
  ): { condition?: string } {
    if (expression === undefined) return {};
    // Both fail only if the thread has ended.
    if (log !== undefined) this.logPoints.enable().catch(() => undefined);
    this.probes.install().catch(() => undefined);
    return { condition: place === undefined ? expression : this.services.toScript(place, expression) };
  }

  /**
   * Records a breakpoint before the inspector responds, so that it is not set twice.
   *
   * @returns true unless the breakpoint was removed meanwhile
   */
  private async track(
    { state, place }: SetBreakpoint,
    key: string,
    response: Promise<{ breakpointId: string }>,
  ): Promise<boolean> {
    const inspectorBreakpoint: InspectorBreakpoint = { inspectorId: undefined, isRemoved: false };
    const byKey = this.byState.get(state) ?? new Map<string, InspectorBreakpoint>();
    this.byState.set(state, byKey.set(key, inspectorBreakpoint));
    const { breakpointId } = await response;
    inspectorBreakpoint.inspectorId = breakpointId;
    if (inspectorBreakpoint.isRemoved) await this.removeFromInspector(inspectorBreakpoint);
    else this.byInspectorId.set(breakpointId, { state, place });
    return !inspectorBreakpoint.isRemoved;
  }

  private async removeFromInspector(inspectorBreakpoint: InspectorBreakpoint): Promise<void> {
    const { inspectorId: breakpointId } = inspectorBreakpoint;
    inspectorBreakpoint.isRemoved = true;
    if (breakpointId === undefined) return;
    this.byInspectorId.delete(breakpointId);
    await this.thread.client.post('Debugger.removeBreakpoint', { breakpointId });
  }
}

/** Selects the scripts of a place. A script that V8 knows by no name is found by its hash. */
function selectorOf(
  state: BreakpointState,
  place: ScriptPlace,
): { urlRegex: string } | { scriptHash: string } {
  const { script } = place;
  return script?.isNamedInText === true
    ? { scriptHash: script.hash }
    : { urlRegex: patternFor(state, place) };
}

/**
 * The inspector accepts only one breakpoint per pattern and position. The id, an optional part of the
 * pattern, makes the pattern unique.
 */
function patternFor({ id }: BreakpointState, { urlRegex }: ScriptPlace): string {
  return `${urlRegex}(?:${id})?`;
}

export function keyOf({ urlRegex, lineNumber, columnNumber = 0 }: ScriptPlace): string {
  return `${lineNumber}:${columnNumber}:${urlRegex}`;
}

export function keyOfLocation({ scriptId, lineNumber, columnNumber = 0 }: Debugger.Location): string {
  return `${scriptId}:${lineNumber}:${columnNumber}`;
}
