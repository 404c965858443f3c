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

/** A breakpoint on a function, as asked for. */
export interface FunctionRequest extends StopRequest {
  /** Of a function, or a path to one: `Class.prototype.method`, `object.method`. */
  readonly name: string;
}

interface FunctionStopper extends BreakpointState {
  readonly name: string;
  /** False where nothing can be set for it. */
  readonly isSound: boolean;
}

interface Surroundings {
  readonly threads: () => Iterable<ThreadBreakpoints>;
  readonly changed: (stopper: BreakpointState) => void;
}

type Script = Pick<Debugger.ScriptParsedEventDataType, 'scriptId' | 'url'>;

const PATH = /^[\p{ID_Start}$_#][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_#][\p{ID_Continue}$]*)*$/u;
const NO_NAME = 'this is no name of a function: "work", "Shop.prototype.open"';
const IS_BOUND = 'this is a bound function, as those of the console are: it cannot be stopped in';
const NOT_FOUND = 'no function of this name is known yet';

/**
 * The breakpoints on functions. A function is looked for in the text of each script that is loaded, and, where the
 * program stands still, by its name as an expression, which also finds node's own.
 */
export class FunctionBreakpoints {
  private stoppers: FunctionStopper[] = [];
  private readonly loadStops = new Map<ThreadBreakpoints, LoadStop>();

  constructor(
    private readonly locations: SourceLocations,
    private readonly surroundings: Surroundings,
  ) {}

  async join(set: ThreadBreakpoints): Promise<void> {
    if (this.stoppers.length > 0) await this.watch(set);
  }

  /** @param nextId gives a new breakpoint its id */
  async replace(
    requests: readonly FunctionRequest[],
    nextId: () => number,
  ): Promise<{ stoppers: FunctionStopper[]; gone: BreakpointState[] }> {
    const gone = this.stoppers;
    this.stoppers = requests.map((request) => createStopper(nextId(), request));
    for (const set of this.surroundings.threads()) {
      await set.remove(gone);
      await this.watch(set);
    }
    return { stoppers: this.stoppers, gone };
  }

  /** A script has been loaded. */
  async loaded(set: ThreadBreakpoints, script: Script): Promise<void> {
    if (this.stoppers.length === 0) return;
    await this.loadStops.get(set)?.during(this.searchScript(set, script));
  }

  /** Looks again where a thread stands still. What was set right where it stands has been hit. */
  async resolveHits(set: ThreadBreakpoints, paused: Debugger.PausedEventDataType): Promise<HitResult> {
    if (this.stoppers.length === 0) return { ids: [], autoContinue: false };
    const key = keyOfLocation(paused.callFrames[0]?.location ?? { scriptId: '', lineNumber: 0 });
    const standing = this.stoppers.filter((stopper) => set.stands(stopper, key));
    const isLoadStop = (await this.loadStops.get(set)?.settle(paused)) === true;
    if (!isLoadStop) {
      await this.searchNames(set);
      return { ids: [], autoContinue: false };
    }
    const came = this.stoppers.filter((one) => set.stands(one, key) && !standing.includes(one));
    const ids = await set.judgeNow(paused.callFrames[0], came);
    return { ids, autoContinue: ids.length === 0 };
  }

  private async watch(set: ThreadBreakpoints): Promise<void> {
    const loadStop = this.loadStops.get(set) ?? new LoadStop(set.thread);
    this.loadStops.set(set, loadStop);
    await loadStop.set(this.stoppers.some(({ isSound }) => isSound));
    for (const script of set.scripts()) await this.searchScript(set, script);
    await this.searchNames(set);
  }

  private async searchScript(set: ThreadBreakpoints, { scriptId, url }: Script): Promise<void> {
    const wanted = this.stoppers.filter((one) => one.isSound && isWorthSearching(url, one));
    if (wanted.length === 0) return;
    const { scriptSource } = await set.thread.client.post('Debugger.getScriptSource', { scriptId });
    for (const stopper of wanted) {
      for (const place of findFunctions(scriptSource, stopper.name)) {
        const { locations } = await set.thread.client.post('Debugger.getPossibleBreakpoints', {
          start: { scriptId, ...place },
          restrictToFunction: true,
        });
        const [first] = locations;
        if (first !== undefined) await this.place(set, stopper, first);
      }
    }
  }

  private async place(
    set: ThreadBreakpoints,
    stopper: FunctionStopper,
    at: Debugger.Location,
  ): Promise<void> {
    const { scriptId, lineNumber, columnNumber = 0 } = at;
    if (set.has(stopper, keyOfLocation(at)) || !this.stoppers.includes(stopper)) return;
    const location = await set.addAt(stopper, { scriptId, lineNumber, columnNumber });
    if (location !== undefined) this.verified(set, stopper, location);
  }

  /** By the names that are still unknown, as expressions: those that can have no side effect alone. */
  private async searchNames(set: ThreadBreakpoints): Promise<void> {
    const { client } = set.thread;
    for (const stopper of this.stoppers.filter((one) => one.isSound && !one.state.verified)) {
      const { result } = await client.post('Runtime.evaluate', {
        expression: stopper.name,
        objectGroup: FUNCTIONS_GROUP,
        throwOnSideEffect: true,
        silent: true,
      });
      if (result.type === 'function' && result.objectId !== undefined) {
        await this.placeOnCalls(set, stopper, result.objectId);
      }
    }
    await client.post('Runtime.releaseObjectGroup', { objectGroup: FUNCTIONS_GROUP });
  }

  private async placeOnCalls(
    set: ThreadBreakpoints,
    stopper: FunctionStopper,
    objectId: string,
  ): Promise<void> {
    const { client } = set.thread;
    const { internalProperties = [] } = await client.post('Runtime.getProperties', {
      objectId,
      ownProperties: true,
    });
    const valueOf = (name: string): unknown =>
      internalProperties.find((property) => property.name === name)?.value?.value;
    if (internalProperties.some(({ name }) => name === '[[TargetFunction]]')) {
      stopper.state = { ...stopper.state, message: IS_BOUND };
      return;
    }
    await set.addOnCall(stopper, `call ${stopper.name}`, objectId);
    this.verified(set, stopper, valueOf('[[FunctionLocation]]') as Debugger.Location | undefined);
  }

  private verified(
    set: ThreadBreakpoints,
    stopper: FunctionStopper,
    location: Debugger.Location | undefined,
  ): void {
    if (stopper.state.verified) return;
    stopper.state = { id: stopper.id, verified: true, ...this.describe(set, location) };
    this.surroundings.changed(stopper);
  }

  private describe(set: ThreadBreakpoints, location: Debugger.Location | undefined): Partial<Breakpoint> {
    if (location === undefined) return {};
    const url = set.thread.scripts.urlOf(location);
    const place = this.locations.original(url, location.lineNumber, location.columnNumber ?? 0);
    const { name, path } = place.source;
    const hasSource = path !== '' || sourceOfUrl(url).path !== '';
    return { ...(hasSource && { source: { name, path } }), line: place.line, column: place.column };
  }
}

const FUNCTIONS_GROUP = 'debug-adapter-ipc functions';

/** Packages are searched until the function is found: there are many of them, and the person's own come first. */
function isWorthSearching(url: string, { state }: FunctionStopper): boolean {
  if (url === '' || url.startsWith('node:')) return false;
  return !state.verified || !url.includes('/node_modules/');
}

function createStopper(id: number, request: FunctionRequest): FunctionStopper {
  const name = request.name.trim().replace(/\(\s*\)$/, '');
  const stop = compileStopCondition(id, request);
  const problem = 'problem' in stop ? stop.problem : PATH.test(name) ? undefined : NO_NAME;
  return {
    id,
    name,
    stop: 'problem' in stop ? { expression: undefined, log: undefined } : stop,
    isSound: problem === undefined,
    state: { id, verified: false, message: problem ?? NOT_FOUND },
  };
}
