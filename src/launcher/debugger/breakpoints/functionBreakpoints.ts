import type { Debugger } from 'node:inspector';
import type { SourceLocations } from '../sources/sourceLocations.js';
import { sourceOfUrl } from '../sources/scriptUrls.js';
import type { Breakpoint, BreakpointState } from './breakpoint.js';
import { findFunctions } from './functionText.js';
import { compileStopCondition } from './stopCondition.js';
import type { StopRequest } from './stopCondition.js';
import { LoadStop } from './loadStop.js';
import { keyOfLocation } from './threadBreakpoints.js';
import type { ThreadBreakpoints, HitResult } from './threadBreakpoints.js';

/** A requested function breakpoint. */
export interface FunctionRequest extends StopRequest {
  /** The name of a function, or a path to it: `Class.prototype.method`, `object.method`. */
  readonly name: string;
}

interface FunctionBreakpointState extends BreakpointState {
  readonly name: string;
  /** False if the request is invalid. The breakpoint is then never set. */
  readonly isValid: boolean;
}

interface Dependencies {
  readonly threads: () => Iterable<ThreadBreakpoints>;
  readonly changed: (state: BreakpointState) => void;
}

type Script = Pick<Debugger.ScriptParsedEventDataType, 'scriptId' | 'url'>;

const PATH = /^[\p{ID_Start}$_#][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_#][\p{ID_Continue}$]*)*$/u;
const NO_NAME = 'this is no name of a function: "work", "Shop.prototype.open"';
const IS_BOUND = 'this is a bound function, as those of the console are: it cannot be stopped in';
const NOT_FOUND = 'no function of this name is known yet';

/**
 * The function breakpoints. Functions are searched in the text of each loaded script. While the program is
 * paused, the name is also evaluated as an expression, which finds node's own functions.
 */
export class FunctionBreakpoints {
  private states: FunctionBreakpointState[] = [];
  private readonly loadStops = new Map<ThreadBreakpoints, LoadStop>();

  constructor(
    private readonly locations: SourceLocations,
    private readonly dependencies: Dependencies,
  ) {}

  async addThread(threadBreakpoints: ThreadBreakpoints): Promise<void> {
    if (this.states.length > 0) await this.watch(threadBreakpoints);
  }

  /** Replaces all function breakpoints. @param nextId returns the id of a new breakpoint */
  async replace(
    requests: readonly FunctionRequest[],
    nextId: () => number,
  ): Promise<{ states: FunctionBreakpointState[]; removed: BreakpointState[] }> {
    const removed = this.states;
    this.states = requests.map((request) => createState(nextId(), request));
    for (const threadBreakpoints of this.dependencies.threads()) {
      await threadBreakpoints.remove(removed);
      await this.watch(threadBreakpoints);
    }
    return { states: this.states, removed };
  }

  /** Searches a newly loaded script. */
  async onScriptLoaded(threadBreakpoints: ThreadBreakpoints, script: Script): Promise<void> {
    if (this.states.length === 0) return;
    await this.loadStops.get(threadBreakpoints)?.track(this.searchScript(threadBreakpoints, script));
  }

  /**
   * Searches again while a thread is paused. A breakpoint that this search sets at the paused location counts
   * as hit.
   */
  async resolveHits(
    threadBreakpoints: ThreadBreakpoints,
    paused: Debugger.PausedEventDataType,
  ): Promise<HitResult> {
    if (this.states.length === 0) return { ids: [], autoContinue: false };
    const key = keyOfLocation(paused.callFrames[0]?.location ?? { scriptId: '', lineNumber: 0 });
    const alreadyHit = this.states.filter((state) => threadBreakpoints.isResolvedAt(state, key));
    const isLoadStop = (await this.loadStops.get(threadBreakpoints)?.isHit(paused)) === true;
    if (!isLoadStop) {
      await this.searchNames(threadBreakpoints);
      return { ids: [], autoContinue: false };
    }
    const added = this.states.filter(
      (one) => threadBreakpoints.isResolvedAt(one, key) && !alreadyHit.includes(one),
    );
    const ids = await threadBreakpoints.evaluateConditions(paused.callFrames[0], added);
    return { ids, autoContinue: ids.length === 0 };
  }

  private async watch(threadBreakpoints: ThreadBreakpoints): Promise<void> {
    const loadStop = this.loadStops.get(threadBreakpoints) ?? new LoadStop(threadBreakpoints.thread);
    this.loadStops.set(threadBreakpoints, loadStop);
    await loadStop.setEnabled(this.states.some(({ isValid }) => isValid));
    for (const script of threadBreakpoints.scripts()) await this.searchScript(threadBreakpoints, script);
    await this.searchNames(threadBreakpoints);
  }

  private async searchScript(threadBreakpoints: ThreadBreakpoints, { scriptId, url }: Script): Promise<void> {
    const searched = this.states.filter((one) => one.isValid && isWorthSearching(url, one));
    if (searched.length === 0) return;
    const { scriptSource } = await threadBreakpoints.thread.client.post('Debugger.getScriptSource', {
      scriptId,
    });
    for (const state of searched) {
      for (const place of findFunctions(scriptSource, state.name)) {
        const { locations } = await threadBreakpoints.thread.client.post('Debugger.getPossibleBreakpoints', {
          start: { scriptId, ...place },
          restrictToFunction: true,
        });
        const [first] = locations;
        if (first !== undefined) await this.place(threadBreakpoints, state, first);
      }
    }
  }

  private async place(
    threadBreakpoints: ThreadBreakpoints,
    state: FunctionBreakpointState,
    at: Debugger.Location,
  ): Promise<void> {
    const { scriptId, lineNumber, columnNumber = 0 } = at;
    if (threadBreakpoints.isSetAt(state, keyOfLocation(at)) || !this.states.includes(state)) return;
    const location = await threadBreakpoints.setAtLocation(state, { scriptId, lineNumber, columnNumber });
    if (location !== undefined) this.markVerified(threadBreakpoints, state, location);
  }

  /** Evaluates the names of unverified breakpoints as expressions, if this has no side effects. */
  private async searchNames(threadBreakpoints: ThreadBreakpoints): Promise<void> {
    const { client } = threadBreakpoints.thread;
    for (const state of this.states.filter((one) => one.isValid && !one.breakpoint.verified)) {
      const { result } = await client.post('Runtime.evaluate', {
        expression: state.name,
        objectGroup: FUNCTIONS_GROUP,
        throwOnSideEffect: true,
        silent: true,
      });
      if (result.type === 'function' && result.objectId !== undefined) {
        await this.placeOnCalls(threadBreakpoints, state, result.objectId);
      }
    }
    await client.post('Runtime.releaseObjectGroup', { objectGroup: FUNCTIONS_GROUP });
  }

  private async placeOnCalls(
    threadBreakpoints: ThreadBreakpoints,
    state: FunctionBreakpointState,
    objectId: string,
  ): Promise<void> {
    const { client } = threadBreakpoints.thread;
    const { internalProperties = [] } = await client.post('Runtime.getProperties', {
      objectId,
      ownProperties: true,
    });
    const valueOf = (name: string): unknown =>
      internalProperties.find((property) => property.name === name)?.value?.value;
    if (internalProperties.some(({ name }) => name === '[[TargetFunction]]')) {
      state.breakpoint = { ...state.breakpoint, message: IS_BOUND };
      return;
    }
    await threadBreakpoints.setOnCall(state, `call ${state.name}`, objectId);
    this.markVerified(
      threadBreakpoints,
      state,
      valueOf('[[FunctionLocation]]') as Debugger.Location | undefined,
    );
  }

  private markVerified(
    threadBreakpoints: ThreadBreakpoints,
    state: FunctionBreakpointState,
    location: Debugger.Location | undefined,
  ): void {
    if (state.breakpoint.verified) return;
    state.breakpoint = { id: state.id, verified: true, ...this.locationOf(threadBreakpoints, location) };
    this.dependencies.changed(state);
  }

  private locationOf(
    threadBreakpoints: ThreadBreakpoints,
    location: Debugger.Location | undefined,
  ): Partial<Breakpoint> {
    if (location === undefined) return {};
    const url = threadBreakpoints.thread.scripts.urlOf(location);
    const place = this.locations.original(url, location.lineNumber, location.columnNumber ?? 0);
    const { name, path } = place.source;
    const hasSource = path !== '' || sourceOfUrl(url).path !== '';
    return { ...(hasSource && { source: { name, path } }), line: place.line, column: place.column };
  }
}

const FUNCTIONS_GROUP = 'debug-adapter-ipc functions';

/**
 * Packages are searched only until the function is found, because they are many and the user's own code comes
 * first.
 */
function isWorthSearching(url: string, { breakpoint }: FunctionBreakpointState): boolean {
  if (url === '' || url.startsWith('node:')) return false;
  return !breakpoint.verified || !url.includes('/node_modules/');
}

function createState(id: number, request: FunctionRequest): FunctionBreakpointState {
  const name = request.name.trim().replace(/\(\s*\)$/, '');
  const stopCondition = compileStopCondition(id, request);
  const problem = 'problem' in stopCondition ? stopCondition.problem : PATH.test(name) ? undefined : NO_NAME;
  return {
    id,
    name,
    stopCondition: 'problem' in stopCondition ? { expression: undefined, log: undefined } : stopCondition,
    isValid: problem === undefined,
    breakpoint: { id, verified: false, message: problem ?? NOT_FOUND },
  };
}
