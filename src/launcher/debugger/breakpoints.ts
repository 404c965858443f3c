import type { Debugger } from 'node:inspector';
import { toError } from '../../ipc/index.js';
import { Counter } from './counter.js';
import type { InspectorClient } from './inspectorClient.js';
import type { Position, ScriptPlace, SourceLocations } from './sources/sourceLocations.js';
import type { Scripts } from './sources/scripts.js';

/** A breakpoint as asked for; lines and columns count from 1. */
export interface BreakpointRequest extends Position {
  /** Stops only where this expression is truthy; one that throws counts as false. */
  readonly condition?: string | undefined;
}

/** A breakpoint as it is; lines and columns count from 1. */
export interface Breakpoint {
  readonly id: number;
  /** False until the file is loaded, or for good: `message` says why. */
  readonly verified: boolean;
  readonly line: number;
  readonly column?: number;
  readonly message?: string;
}

/** A thread that breakpoints are set in. */
export interface BreakableThread {
  readonly client: InspectorClient;
  readonly scripts: Scripts;
}

type Listener = (breakpoint: Breakpoint) => void;

/** A breakpoint with all that was set for it. */
interface Entry {
  readonly id: number;
  readonly file: string;
  readonly request: BreakpointRequest;
  state: Breakpoint;
}

const PENDING = 'waits for the file to be loaded';

/** The breakpoints of the program, one list a file, set in all of its threads. */
export class Breakpoints {
  private readonly ids = new Counter();
  private readonly ofFile = new Map<string, Entry[]>();
  private readonly threads = new Map<BreakableThread, ThreadBreakpoints>();

  /** `changed` is called when a file is loaded and a breakpoint that waited for it takes its place. */
  constructor(
    private readonly locations: SourceLocations,
    private readonly changed: Listener,
  ) {}

  /** Sets all breakpoints in a thread, and every later one too. */
  async join(thread: BreakableThread): Promise<void> {
    const set = new ThreadBreakpoints(thread);
    this.threads.set(thread, set);
    thread.client.on('Debugger.breakpointResolved', ({ breakpointId, location }) => {
      const entry = set.entryOf(breakpointId);
      if (entry !== undefined) this.changed(this.placed(entry, thread, location));
    });
    for (const entry of [...this.ofFile.values()].flat()) await this.place(entry, thread, set);
  }

  /** The thread has ended. */
  leave(thread: BreakableThread): void {
    this.threads.delete(thread);
  }

  /** Replaces all breakpoints of a file. The result has one entry for each request, in the same order. */
  async replace(file: string, requests: readonly BreakpointRequest[]): Promise<Breakpoint[]> {
    await this.removeAll(file);
    this.locations.want(file, requests.length > 0);
    const entries = requests.map((request) => this.createEntry(file, request));
    this.ofFile.set(file, entries);
    for (const entry of entries) await this.placeEverywhere(entry);
    return entries.map(({ state }) => state);
  }

  /**
   * Sets the breakpoints of a file in the scripts that it has become known to be in. Those that are set stay. All
   * that is to be set is sent off before this returns: a script may be about to run.
   */
  async placeAgain(file: string): Promise<void> {
    const entries = this.ofFile.get(file) ?? [];
    await Promise.all(entries.map((entry) => this.placeAgainOne(entry)));
  }

  /** The ids of the breakpoints that a pause of a thread has hit, from the inspector's list of them. */
  hitBy(thread: BreakableThread, inspectorIds: readonly string[]): number[] {
    const set = this.threads.get(thread);
    return inspectorIds.flatMap((inspectorId) => set?.entryOf(inspectorId)?.id ?? []);
  }

  private createEntry(file: string, request: BreakpointRequest): Entry {
    const id = this.ids.next();
    const { line, column } = request;
    const at = { line, ...(column !== undefined && { column }) };
    return { id, file, request, state: { id, verified: false, ...at, message: PENDING } };
  }

  private async placeAgainOne(entry: Entry): Promise<void> {
    const before = entry.state;
    await this.placeEverywhere(entry);
    const { verified, line, column } = entry.state;
    if (verified !== before.verified || line !== before.line || column !== before.column)
      this.changed(entry.state);
  }

  private async placeEverywhere(entry: Entry): Promise<void> {
    await Promise.all([...this.threads].map(([thread, set]) => this.place(entry, thread, set)));
  }

  private async place(entry: Entry, thread: BreakableThread, set: ThreadBreakpoints): Promise<void> {
    const places = this.locations.generated(entry.file, entry.request);
    const removed = set.keepOnly(entry, places);
    const added = places.filter((place) => !set.has(entry, place));
    await Promise.all([removed, ...added.map((place) => this.placeAt(place, entry, thread, set))]);
  }

  private async placeAt(
    place: ScriptPlace,
    entry: Entry,
    thread: BreakableThread,
    set: ThreadBreakpoints,
  ): Promise<void> {
    try {
      const location = await set.add(entry, place);
      if (location !== undefined) this.placed(entry, thread, location);
    } catch (error) {
      if (!entry.state.verified) entry.state = { ...entry.state, message: toError(error).message };
    }
  }

  private placed(entry: Entry, { scripts }: BreakableThread, location: Debugger.Location): Breakpoint {
    const { lineNumber, columnNumber = 0 } = location;
    const { line, column } = this.locations.original(scripts.urlOf(location), lineNumber, columnNumber);
    entry.state = { id: entry.id, verified: true, line, column };
    return entry.state;
  }

  private async removeAll(file: string): Promise<void> {
    const entries = this.ofFile.get(file) ?? [];
    this.ofFile.delete(file);
    for (const set of this.threads.values()) await set.remove(entries);
  }
}

/** A place in a thread that a breakpoint is set at. */
interface Spot {
  /** Undefined until the inspector has answered. */
  inspectorId: string | undefined;
  /** Not wanted any more. */
  isGone: boolean;
}

/** What is set in one thread's inspector. */
class ThreadBreakpoints {
  private readonly entries = new Map<string, Entry>();
  private readonly spots = new Map<Entry, Map<string, Spot>>();

  constructor(private readonly thread: BreakableThread) {}

  entryOf(inspectorId: string): Entry | undefined {
    return this.entries.get(inspectorId);
  }

  has(entry: Entry, place: ScriptPlace): boolean {
    return this.spots.get(entry)?.has(keyOf(place)) === true;
  }

  /** @returns where it came to stand, if its script is loaded, and it is still wanted */
  async add(entry: Entry, place: ScriptPlace): Promise<Debugger.Location | undefined> {
    const spot: Spot = { inspectorId: undefined, isGone: false };
    const spots = this.spots.get(entry) ?? new Map<string, Spot>();
    // Noted before the answer: whoever asks meanwhile must not set it twice.
    this.spots.set(entry, spots.set(keyOf(place), spot));
    const { breakpointId, locations } = await this.thread.client.post(
      'Debugger.setBreakpointByUrl',
      paramsOf(entry, place),
    );
    spot.inspectorId = breakpointId;
    if (spot.isGone) {
      await this.removeSpot(spot);
      return undefined;
    }
    this.entries.set(breakpointId, entry);
    return locations[0];
  }

  /** Removes a breakpoint from all places but these. */
  async keepOnly(entry: Entry, places: readonly ScriptPlace[]): Promise<void> {
    const spots = this.spots.get(entry);
    const kept = new Set(places.map(keyOf));
    const others = [...(spots ?? [])].filter(([key]) => !kept.has(key));
    for (const [key] of others) spots?.delete(key);
    await Promise.all(others.map(([, spot]) => this.removeSpot(spot)));
  }

  async remove(entries: readonly Entry[]): Promise<void> {
    await Promise.all(entries.map((entry) => this.keepOnly(entry, [])));
    for (const entry of entries) this.spots.delete(entry);
  }

  private async removeSpot(spot: Spot): Promise<void> {
    const { inspectorId: breakpointId } = spot;
    spot.isGone = true;
    if (breakpointId === undefined) return;
    this.entries.delete(breakpointId);
    await this.thread.client.post('Debugger.removeBreakpoint', { breakpointId });
  }
}

function paramsOf(
  { request: { condition } }: Entry,
  { urlRegex, lineNumber, columnNumber }: ScriptPlace,
): Debugger.SetBreakpointByUrlParameterType {
  return {
    urlRegex,
    lineNumber,
    ...(columnNumber !== undefined && { columnNumber }),
    ...(condition !== undefined && { condition }),
  };
}

function keyOf({ urlRegex, lineNumber, columnNumber = 0 }: ScriptPlace): string {
  return `${lineNumber}:${columnNumber}:${urlRegex}`;
}
