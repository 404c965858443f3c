import type { Debugger } from 'node:inspector';
import { toError } from '../../../ipc/index.js';
import { outputOf } from './breakpoint.js';
import type {
  BreakableThread,
  Breakpoint,
  BreakpointListener,
  BreakpointRequest,
  BreakpointSource,
  LineStopper,
  BreakpointState,
} from './breakpoint.js';
import { listLocations } from './breakpointLocations.js';
import type { LocationRange, PossibleLocation } from './breakpointLocations.js';
import { FunctionBreakpoints } from './functionBreakpoints.js';
import type { FunctionRequest } from './functionBreakpoints.js';
import { formatLogged } from './logPoints.js';
import type { Logged } from './logPoints.js';
import type { ConditionFailure } from './probes.js';
import { compileStopCondition } from './stopCondition.js';
import { keyOf, ThreadBreakpoints } from './threadBreakpoints.js';
import type { HitResult } from './threadBreakpoints.js';
import type { Counter } from '../inspector/counter.js';
import type { ScriptPlace, SourceLocations } from '../sources/sourceLocations.js';
export type { BreakableThread, Breakpoint, BreakpointListener, BreakpointRequest };

const PENDING = 'waits for the file to be loaded';
const NO_CODE = 'there is no code on this line, and none behind it';
const NO_NAME = 'the script has no name that a breakpoint could be set by';

/** The breakpoints of the program: one list a file, and those of functions. They are set in all of its threads. */
export class Breakpoints {
  private readonly ofFile = new Map<string, LineStopper[]>();
  private readonly byId = new Map<number, BreakpointState>();
  private readonly threads = new Map<BreakableThread, ThreadBreakpoints>();
  /** Those of the threads whose debugger is up: breakpoints can be set in them. */
  private readonly joined = new Set<ThreadBreakpoints>();
  private readonly functions: FunctionBreakpoints;

  /** @param ids shared with whatever else `hitBreakpointIds` may name */
  constructor(
    private readonly locations: SourceLocations,
    private readonly ids: Counter,
    private readonly listener: BreakpointListener,
  ) {
    this.functions = new FunctionBreakpoints(locations, {
      threads: () => this.joined,
      changed: (stopper) => listener.changed(stopper.state),
    });
  }

  /** Takes note of all that happens in a thread. To be called before anything does. */
  watch(thread: BreakableThread): void {
    const set = new ThreadBreakpoints(thread, {
      logged: (logged) => this.logged(logged),
      failed: (failure) => this.failed(failure),
    });
    this.threads.set(thread, set);
    thread.client.on('Debugger.breakpointResolved', ({ breakpointId, location }) => {
      const stopper = set.stopperOf(breakpointId);
      if (stopper === undefined || stopper.state.verified) return;
      this.placed(stopper, thread, location);
      this.listener.changed(stopper.state);
    });
    thread.client.on(
      'Debugger.scriptParsed',
      (script) => void this.loaded(set, script).catch(() => undefined),
    );
  }

  /** Sets all breakpoints in a thread that is watched, and every later one too. */
  async join(thread: BreakableThread): Promise<void> {
    const set = this.threads.get(thread);
    if (set === undefined) return;
    this.joined.add(set);
    for (const stopper of [...this.ofFile.values()].flat()) await this.place(stopper, set);
    await this.functions.join(set);
  }

  /** The thread has ended. */
  leave(thread: BreakableThread): void {
    const set = this.threads.get(thread);
    this.threads.delete(thread);
    if (set !== undefined) this.joined.delete(set);
  }

  /**
   * Replaces all breakpoints of a file. The result has one entry for each request, in the same order. One that
   * is asked for again as it was stays what it is, with its id and its count of hits.
   */
  async replace(source: BreakpointSource, requests: readonly BreakpointRequest[]): Promise<Breakpoint[]> {
    const before = this.ofFile.get(source.path) ?? [];
    const stoppers = requests.map((request) => takeSame(before, request) ?? this.create(source, request));
    this.ofFile.set(source.path, stoppers);
    this.locations.watchFile(source.path, stoppers.length > 0);
    for (const { id } of before) this.byId.delete(id);
    for (const set of this.joined) await set.remove(before);
    for (const stopper of stoppers) await this.placeEverywhere(stopper);
    return stoppers.map(({ state }) => state);
  }

  /** Replaces all breakpoints of functions. The result has one entry for each request, in the same order. */
  async replaceFunctions(requests: readonly FunctionRequest[]): Promise<Breakpoint[]> {
    const { stoppers, gone } = await this.functions.replace(requests, () => this.ids.next());
    for (const { id } of gone) this.byId.delete(id);
    for (const stopper of stoppers) this.byId.set(stopper.id, stopper);
    return stoppers.map(({ state }) => state);
  }

  /**
   * Sets the breakpoints of a file in the scripts that it has become known to be in. Those that are set stay. All
   * that is to be set is sent off before this returns: a script may be about to run.
   */
  async placeAgain(file: string): Promise<void> {
    await Promise.all((this.ofFile.get(file) ?? []).map((stopper) => this.placeAgainOne(stopper)));
  }

  /** Resolves when what log points have logged so far has been told. */
  async flush(): Promise<void> {
    await Promise.all([...this.joined].map((set) => set.flush()));
  }

  /** Which breakpoints a pause of a thread has hit. */
  async resolveHits(thread: BreakableThread, paused: Debugger.PausedEventDataType): Promise<HitResult> {
    const set = this.threads.get(thread);
    if (set === undefined) return { ids: [], autoContinue: false };
    const verdict = await set.resolveHits(paused);
    const found = await this.functions.resolveHits(set, paused);
    const ids = [...verdict.ids, ...found.ids];
    return { ids, autoContinue: ids.length === 0 && (verdict.autoContinue || found.autoContinue) };
  }

  /** Where in a range of a file breakpoints can be, as a thread knows it. */
  async locationsIn(
    thread: BreakableThread,
    file: string,
    range: LocationRange,
  ): Promise<PossibleLocation[]> {
    const scripts = this.threads.get(thread)?.scripts() ?? [];
    return await listLocations(thread, this.locations, scripts, file, range);
  }

  private create(source: BreakpointSource, request: BreakpointRequest): LineStopper {
    const id = this.ids.next();
    const { line, column } = request;
    const at = { id, verified: false, source, line, ...(column !== undefined && { column }) };
    const stop = compileStopCondition(id, request);
    const problem = 'problem' in stop ? stop.problem : source.path === '' ? NO_NAME : undefined;
    const stopper = {
      id,
      source,
      request,
      stop: 'problem' in stop ? { expression: undefined, log: undefined } : stop,
      isSound: problem === undefined,
      patterns: [],
      state: { ...at, message: problem ?? PENDING },
    };
    this.byId.set(id, stopper);
    return stopper;
  }

  private async placeAgainOne(stopper: LineStopper): Promise<void> {
    const before = stopper.state;
    await this.placeEverywhere(stopper);
    const { verified, line, column } = stopper.state;
    if (verified !== before.verified || line !== before.line || column !== before.column)
      this.listener.changed(stopper.state);
  }

  private async placeEverywhere(stopper: LineStopper): Promise<void> {
    await Promise.all([...this.joined].map((set) => this.place(stopper, set)));
  }

  private async place(stopper: LineStopper, set: ThreadBreakpoints): Promise<void> {
    if (!stopper.isSound) return;
    const places = this.locations.generated(stopper.source.path, stopper.request);
    stopper.patterns = places.map(({ urlRegex }) => new RegExp(urlRegex));
    const removed = set.keepOnly(stopper, places.map(keyOf));
    const added = places.filter((place) => !set.has(stopper, keyOf(place)));
    await Promise.all([removed, ...added.map((place) => this.placeAt(place, stopper, set))]);
  }

  private async placeAt(place: ScriptPlace, stopper: LineStopper, set: ThreadBreakpoints): Promise<void> {
    try {
      const location = await set.add(stopper, place);
      if (location !== undefined) this.placed(stopper, set.thread, location);
      else if (set.hasScript(place.urlRegex)) noteProblem(stopper, NO_CODE);
    } catch (error) {
      noteProblem(stopper, toError(error).message);
    }
  }

  private placed(stopper: BreakpointState, { scripts }: BreakableThread, location: Debugger.Location): void {
    const { lineNumber, columnNumber = 0 } = location;
    const { line, column } = this.locations.original(scripts.urlOf(location), lineNumber, columnNumber);
    const { source } = stopper.state;
    stopper.state = { id: stopper.id, verified: true, ...(source !== undefined && { source }), line, column };
  }

  /** A script has come: the inspector has taken the breakpoints over into it by itself, where it has places for them. */
  private async loaded(set: ThreadBreakpoints, script: Debugger.ScriptParsedEventDataType): Promise<void> {
    void this.functions.loaded(set, script);
    const waiting = [...this.ofFile.values()].flat().filter((one) => one.isSound && !one.state.verified);
    if (waiting.length === 0 || script.url === '' || script.url.startsWith('node:')) return;
    // Where it has a map, that says where they belong.
    if ((script.sourceMapURL ?? '') !== '') return;
    const here = waiting.filter(({ patterns }) => patterns.some((pattern) => pattern.test(script.url)));
    if (here.length === 0) return;
    // What the script means for them is told behind `scriptParsed`, and before this is answered.
    await set.thread.client.post('Runtime.releaseObjectGroup', { objectGroup: '' });
    for (const stopper of here) {
      if (stopper.state.verified || stopper.state.message === NO_CODE) continue;
      noteProblem(stopper, NO_CODE);
      this.listener.changed(stopper.state);
    }
  }

  private logged(logged: Logged): void {
    const stopper = this.byId.get(logged.id);
    if (stopper?.stop.log === undefined) return;
    this.listener.output(outputOf(stopper, 'console', formatLogged(stopper.stop.log, logged)));
  }

  private failed({ id, text }: ConditionFailure): void {
    const stopper = this.byId.get(id);
    if (stopper === undefined) return;
    const where = `${stopper.state.source?.path ?? 'a function'}:${stopper.state.line ?? ''}`;
    const note = `The condition of the breakpoint at ${where} threw, and counts as false: ${text}`;
    this.listener.output(outputOf(stopper, 'important', note));
  }
}

/** Takes the breakpoint that was asked for in the very same way out of those that there are. */
function takeSame(before: LineStopper[], request: BreakpointRequest): LineStopper | undefined {
  const text = JSON.stringify(request);
  const index = before.findIndex((stopper) => JSON.stringify(stopper.request) === text);
  return index === -1 ? undefined : before.splice(index, 1)[0];
}

function noteProblem(stopper: BreakpointState, message: string): void {
  if (!stopper.state.verified) stopper.state = { ...stopper.state, message };
}
