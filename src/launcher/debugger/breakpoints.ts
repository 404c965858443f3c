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
    const entries = requests.map((request) => this.createEntry(file, request));
    this.ofFile.set(file, entries);
    for (const entry of entries) await this.placeEverywhere(entry);
    return entries.map(({ state }) => state);
  }

  /** Sets the breakpoints of a file in the scripts that it has become known to be in. Those that are set stay. */
  async placeAgain(file: string): Promise<void> {
    for (const entry of this.ofFile.get(file) ?? []) await this.placeEverywhere(entry);
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

  private async placeEverywhere(entry: Entry): Promise<void> {
    for (const [thread, set] of this.threads) await this.place(entry, thread, set);
  }

  private async place(entry: Entry, thread: BreakableThread, set: ThreadBreakpoints): Promise<void> {
    for (const place of this.locations.generated(entry.file, entry.request)) {
      if (set.has(entry, place)) continue;
      try {
        const location = await set.add(entry, place);
        if (location !== undefined) this.placed(entry, thread, location);
      } catch (error) {
        if (!entry.state.verified) entry.state = { ...entry.state, message: toError(error).message };
      }
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

/** What is set in one thread's inspector. */
class ThreadBreakpoints {
  private readonly entries = new Map<string, Entry>();
  private readonly places = new Map<Entry, Map<string, string>>();

  constructor(private readonly thread: BreakableThread) {}

  entryOf(inspectorId: string): Entry | undefined {
    return this.entries.get(inspectorId);
  }

  has(entry: Entry, place: ScriptPlace): boolean {
    return this.places.get(entry)?.has(keyOf(place)) === true;
  }

  /** @returns where it came to stand, if its script is loaded */
  async add(entry: Entry, place: ScriptPlace): Promise<Debugger.Location | undefined> {
    const { condition } = entry.request;
    const { breakpointId, locations } = await this.thread.client.post('Debugger.setBreakpointByUrl', {
      urlRegex: place.urlRegex,
      lineNumber: place.lineNumber,
      ...(place.columnNumber !== undefined && { columnNumber: place.columnNumber }),
      ...(condition !== undefined && { condition }),
    });
    this.entries.set(breakpointId, entry);
    const places = this.places.get(entry) ?? new Map<string, string>();
    this.places.set(entry, places.set(keyOf(place), breakpointId));
    return locations[0];
  }

  async remove(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) {
      const inspectorIds = [...(this.places.get(entry)?.values() ?? [])];
      this.places.delete(entry);
      for (const breakpointId of inspectorIds) {
        this.entries.delete(breakpointId);
        await this.thread.client.post('Debugger.removeBreakpoint', { breakpointId });
      }
    }
  }
}

function keyOf({ urlRegex, lineNumber, columnNumber = 0 }: ScriptPlace): string {
  return `${lineNumber}:${columnNumber}:${urlRegex}`;
}
