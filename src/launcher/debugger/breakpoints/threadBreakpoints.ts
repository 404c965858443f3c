import type { Debugger } from 'node:inspector';
import type { ScriptPlace } from '../sources/sourceLocations.js';
import type { BreakableThread, BreakpointState } from './breakpoint.js';
import { LogPoints } from './logPoints.js';
import type { Logged } from './logPoints.js';
import { Probes } from './probes.js';
import type { ConditionFailure } from './probes.js';

/** What a pause means for the breakpoints. */
export interface HitResult {
  /** The ids of those that stop here. */
  readonly ids: number[];
  /** The pause was for the sake of breakpoints that do not stop here after all. */
  readonly autoContinue: boolean;
}

/** A place in a thread that a breakpoint is set at. */
interface Spot {
  /** Undefined until the inspector has answered. */
  inspectorId: string | undefined;
  /** Not wanted any more. */
  isGone: boolean;
}

/** What is set in one thread's inspector. */
export class ThreadBreakpoints {
  private readonly stoppers = new Map<string, BreakpointState>();
  private readonly spots = new Map<BreakpointState, Map<string, Spot>>();
  private readonly probes: Probes;
  private readonly logPoints: LogPoints;
  /** The URLs of the scripts that the thread has loaded, by their ids. */
  private readonly urls = new Map<string, string>();
  /** Where breakpoints stand that were set at a place in one script. */
  private readonly standing = new Map<BreakpointState, Set<string>>();

  constructor(
    readonly thread: BreakableThread,
    private readonly events: {
      logged: (logged: Logged) => void;
      failed: (failure: ConditionFailure) => void;
    },
  ) {
    this.probes = new Probes(thread.client);
    this.logPoints = new LogPoints(thread.client, (logged) => events.logged(logged));
    thread.client.on('Debugger.scriptParsed', ({ scriptId, url }) => this.urls.set(scriptId, url));
  }

  /** Every script that is loaded. */
  scripts(): { readonly scriptId: string; readonly url: string }[] {
    return [...this.urls].map(([scriptId, url]) => ({ scriptId, url }));
  }

  /** Whether a script is loaded whose URL fits the pattern. */
  hasScript(urlRegex: string): boolean {
    const pattern = new RegExp(urlRegex);
    return [...this.urls.values()].some((url) => pattern.test(url));
  }

  /** Whether the breakpoint stands at the place of that key. */
  stands(stopper: BreakpointState, key: string): boolean {
    return this.standing.get(stopper)?.has(key) === true;
  }

  stopperOf(inspectorId: string): BreakpointState | undefined {
    return this.stoppers.get(inspectorId);
  }

  has(stopper: BreakpointState, key: string): boolean {
    return this.spots.get(stopper)?.has(key) === true;
  }

  /** @returns where it came to stand, if its script is loaded, and it is still wanted */
  async add(stopper: BreakpointState, place: ScriptPlace): Promise<Debugger.Location | undefined> {
    const set = this.thread.client.post('Debugger.setBreakpointByUrl', {
      urlRegex: patternFor(stopper, place),
      lineNumber: place.lineNumber,
      ...(place.columnNumber !== undefined && { columnNumber: place.columnNumber }),
      ...this.conditionOf(stopper),
    });
    const isSet = await this.note(stopper, keyOf(place), set);
    return isSet ? (await set).locations[0] : undefined;
  }

  /** Sets it at a place in one script. @returns where it came to stand, if it is still wanted */
  async addAt(stopper: BreakpointState, location: Debugger.Location): Promise<Debugger.Location | undefined> {
    const set = this.thread.client.post('Debugger.setBreakpoint', {
      location,
      ...this.conditionOf(stopper),
    });
    if (!(await this.note(stopper, keyOfLocation(location), set))) return undefined;
    const { actualLocation } = await set;
    const standing = this.standing.get(stopper) ?? new Set<string>();
    this.standing.set(stopper, standing.add(keyOfLocation(actualLocation)));
    return actualLocation;
  }

  /** Sets it on every call of a function. */
  async addOnCall(stopper: BreakpointState, key: string, objectId: string): Promise<void> {
    const set = this.thread.client.post('Debugger.setBreakpointOnFunctionCall', {
      objectId,
      ...this.conditionOf(stopper),
    });
    await this.note(stopper, key, set);
  }

  /** Removes a breakpoint from all places but those of these keys. */
  async keepOnly(stopper: BreakpointState, keys: readonly string[]): Promise<void> {
    const spots = this.spots.get(stopper);
    const others = [...(spots ?? [])].filter(([key]) => !keys.includes(key));
    for (const [key] of others) spots?.delete(key);
    await Promise.all(others.map(([, spot]) => this.removeSpot(spot)));
  }

  async remove(stoppers: readonly BreakpointState[]): Promise<void> {
    await Promise.all(stoppers.map((stopper) => this.keepOnly(stopper, [])));
    for (const stopper of stoppers) {
      this.spots.delete(stopper);
      this.standing.delete(stopper);
    }
  }

  /** Resolves when what log points have logged so far has come, or the thread does not answer. */
  async flush(): Promise<void> {
    await this.logPoints.flush();
  }

  /** Which breakpoints a pause has hit, in the order in which they were set. */
  async resolveHits({ hitBreakpoints = [], callFrames }: Debugger.PausedEventDataType): Promise<HitResult> {
    const hit = [...new Set(hitBreakpoints.flatMap((id) => this.stoppers.get(id) ?? []))];
    const [frame] = callFrames;
    const conditional = hit.some(({ stop }) => stop.expression !== undefined);
    const ids = conditional && frame !== undefined ? await this.judgeIn(frame, hit) : hit.map(({ id }) => id);
    return { ids, autoContinue: hit.length > 0 && ids.length === 0 };
  }

  /** The ids of those of the breakpoints that stop in a frame which the inspector has not judged. */
  async judgeNow(
    frame: Debugger.CallFrame | undefined,
    stoppers: readonly BreakpointState[],
  ): Promise<number[]> {
    if (frame === undefined || stoppers.length === 0) return [];
    if ((await this.probes.take(frame)) === undefined) await this.probes.bring(frame);
    const stopping: BreakpointState[] = [];
    for (const stopper of stoppers) {
      const { expression } = stopper.stop;
      if (expression === undefined || (await this.probes.holds(frame, expression))) stopping.push(stopper);
    }
    return this.withoutFailed(stopping, (await this.probes.take(frame)) ?? []);
  }

  private async judgeIn(frame: Debugger.CallFrame, hit: readonly BreakpointState[]): Promise<number[]> {
    const failures = await this.probes.take(frame);
    return failures === undefined ? await this.judgeNow(frame, hit) : this.withoutFailed(hit, failures);
  }

  private withoutFailed(
    stopping: readonly BreakpointState[],
    failures: readonly ConditionFailure[],
  ): number[] {
    for (const failure of failures) this.events.failed(failure);
    const failed = failures.map(({ id }) => id);
    return stopping.map(({ id }) => id).filter((id) => !failed.includes(id));
  }

  /** What the condition needs is sent off before it, and so is there when it is first evaluated. */
  private conditionOf({ stop: { expression, log } }: BreakpointState): { condition?: string } {
    if (expression === undefined) return {};
    // Either fails only where the thread has ended.
    if (log !== undefined) this.logPoints.enable().catch(() => undefined);
    this.probes.install().catch(() => undefined);
    return { condition: expression };
  }

  /** Notes it before the answer: whoever asks meanwhile must not set it twice. @returns whether it is still wanted */
  private async note(
    stopper: BreakpointState,
    key: string,
    set: Promise<{ breakpointId: string }>,
  ): Promise<boolean> {
    const spot: Spot = { inspectorId: undefined, isGone: false };
    const spots = this.spots.get(stopper) ?? new Map<string, Spot>();
    this.spots.set(stopper, spots.set(key, spot));
    const { breakpointId } = await set;
    spot.inspectorId = breakpointId;
    if (spot.isGone) await this.removeSpot(spot);
    else this.stoppers.set(breakpointId, stopper);
    return !spot.isGone;
  }

  private async removeSpot(spot: Spot): Promise<void> {
    const { inspectorId: breakpointId } = spot;
    spot.isGone = true;
    if (breakpointId === undefined) return;
    this.stoppers.delete(breakpointId);
    await this.thread.client.post('Debugger.removeBreakpoint', { breakpointId });
  }
}

/** The inspector takes only one breakpoint of the same pattern and place: the id, which need not fit, tells them apart. */
function patternFor({ id }: BreakpointState, { urlRegex }: ScriptPlace): string {
  return `${urlRegex}(?:${id})?`;
}

export function keyOf({ urlRegex, lineNumber, columnNumber = 0 }: ScriptPlace): string {
  return `${lineNumber}:${columnNumber}:${urlRegex}`;
}

export function keyOfLocation({ scriptId, lineNumber, columnNumber = 0 }: Debugger.Location): string {
  return `${scriptId}:${lineNumber}:${columnNumber}`;
}
