import { MAIN_THREAD } from './threads/mainThread.js';
import { Breakpoints } from './breakpoints/breakpoints.js';
import type { Breakpoint } from './breakpoints/breakpoints.js';
import type { BreakpointOutput } from './breakpoints/breakpoint.js';
import type { LocationRange, PossibleLocation } from './breakpoints/breakpointLocations.js';
import { staleFrame } from './stack/callStack.js';
import { staleReference } from './values/variableStore.js';
import { Counter } from './inspector/counter.js';
import { DebuggerError, notPaused } from './inspector/debuggerError.js';
import { DEFAULT_SETTINGS } from './sources/debugSettings.js';
import type { DebugSettings } from './sources/debugSettings.js';
import type { Entry } from './execution/entryStop.js';
import { ExceptionBreakpoints } from './exceptions/exceptionBreakpoints.js';
import { letLoopsBeImproved } from './inspector/osrWorkaround.js';
import { MainThreadChannel } from './inspector/inspectorChannel.js';
import { LoadedSources } from './sources/loadedSources.js';
import type { Source } from './sources/scriptUrls.js';
import { SourceLocations } from './sources/sourceLocations.js';
import type { ScriptFilter } from './sources/sourceLocations.js';
import { SkipFiles } from './stepping/skipFiles.js';
import type { Stop } from './execution/stop.js';
import { ThreadDebugger } from './threadDebugger.js';
import type { Shared, ThreadName } from './threadDebugger.js';
import { nameOfWorker } from './threads/threadName.js';
import type { WorkerChannel } from './threads/workerChannel.js';
import { WorkerThreads } from './threads/workerThreads.js';
import type { WorkerInfo } from './threads/workerThreads.js';

/** What the debugger tells unasked. */
export interface DebuggerEvents {
  /** A worker has begun, and waits for what its debugger has to set. */
  threadStarted(thread: ThreadName): void;
  /** A worker has ended. */
  threadExited(thread: ThreadName): void;
  /** A thread has stopped. */
  stopped(threadId: number, stop: Stop): void;
  /** A thread went on without having been told to. */
  continued(threadId: number): void;
  /** A breakpoint that waited for its file has taken its place. */
  breakpointChanged(breakpoint: Breakpoint): void;
  /** The program has loaded a source. */
  sourceLoaded(source: Source): void;
  /** Something that a person should know; one line without its end. */
  note(text: string): void;
  /** Other scripts than before are to be told before they run. */
  scriptFilterChanged(interest: ScriptFilter): void;
  /** A log point has logged, or a condition is wrong. */
  output(output: BreakpointOutput): void;
}

/** The debugger of a program with all its threads. Constructed means connected; {@link ProgramDebugger.detach} ends it. */
export class ProgramDebugger {
  readonly breakpoints: Breakpoints;
  readonly exceptions: ExceptionBreakpoints;
  readonly main: ThreadDebugger;
  settings = DEFAULT_SETTINGS;
  private readonly shared: Shared;
  private readonly byId = new Map<number, ThreadDebugger>();
  private readonly idsOfWorkers = new Map<WorkerChannel, number>();
  private readonly threadIds = new Counter();
  private readonly workers: WorkerThreads;
  private detached: Promise<void> | undefined;
  private followsAsyncCalls = false;

  constructor(private readonly events: DebuggerEvents) {
    const locations = new SourceLocations({
      placesChanged: (files) =>
        files.forEach((file) => void this.breakpoints.placeAgain(file).catch(() => undefined)),
      note: (text) => events.note(text),
      interestChanged: () => events.scriptFilterChanged(locations.scriptFilter),
    });
    const breakpointIds = new Counter();
    this.breakpoints = new Breakpoints(locations, breakpointIds, {
      changed: (breakpoint) => {
        if (breakpoint.verified) this.enableAsyncStacks();
        events.breakpointChanged(breakpoint);
      },
      output: (output) => events.output(output),
    });
    this.exceptions = new ExceptionBreakpoints(breakpointIds, (line) =>
      events.output({ category: 'important', output: `${line}\n` }),
    );
    this.shared = {
      breakpoints: this.breakpoints,
      exceptions: this.exceptions,
      locations,
      loadedSources: new LoadedSources(locations, (source) => events.sourceLoaded(source)),
      skipFiles: new SkipFiles(),
      frameIds: new Counter(),
      references: new Counter(),
    };
    this.main = new ThreadDebugger(
      MAIN_THREAD,
      new MainThreadChannel(),
      this.shared,
      this.eventsOf(MAIN_THREAD),
    );
    this.byId.set(this.threadIds.next(), this.main);
    this.workers = new WorkerThreads(this.main.client, {
      started: (channel, info, isWaiting) => void this.addWorker(channel, info, isWaiting),
      ended: (channel) => this.removeWorker(channel),
    });
  }

  /** Translates between sources and scripts. */
  get locations(): SourceLocations {
    return this.shared.locations;
  }

  /** What the program has loaded. */
  get loadedSources(): LoadedSources {
    return this.shared.loadedSources;
  }

  /**
   * To be called once, before `configurationDone`.
   *
   * @param isRunning whether the program runs already
   */
  async configure(settings: DebugSettings, isRunning: boolean): Promise<void> {
    this.settings = settings;
    this.locations.configure(settings);
    await this.shared.skipFiles.configure(settings.skipFiles);
    if (!isRunning) await this.prepareToFollow(this.main);
  }

  /** Breakpoints and pauses work from here on. */
  async enable(): Promise<void> {
    await Promise.all([this.main.enable(), this.workers.enable()]);
  }

  /** Stops once before the program's first statement. To be called before it starts. */
  stopOnEntry(entry: Entry): Promise<void> {
    return this.main.stopOnEntry(entry);
  }

  /** Every thread there is, the main one first. */
  get threads(): ThreadName[] {
    return [...this.byId.values()].map(({ thread }) => thread);
  }

  /** Whether every thread stands still. */
  get isPaused(): boolean {
    return [...this.byId.values()].every(({ execution }) => execution.isPaused);
  }

  /** Whether some thread stands still. */
  get isPausedSomewhere(): boolean {
    return [...this.byId.values()].some(({ execution }) => execution.isPaused);
  }

  /** The thread of that id; the main one where none is named. @throws DebuggerError where there is none of that id */
  thread(id: number = MAIN_THREAD.id): ThreadDebugger {
    const found = this.byId.get(id);
    if (found === undefined) throw new DebuggerError(`there is no thread ${id}: it may have ended`);
    return found;
  }

  /** Lets every thread go on that stands still. @throws DebuggerError when none does */
  async resume(): Promise<void> {
    const paused = [...this.byId.values()].filter(({ execution }) => execution.isPaused);
    if (paused.length === 0) throw notPaused();
    await Promise.all(paused.map(({ execution }) => execution.resume()));
  }

  /** The thread that a frame is of. @throws DebuggerError when it is of an earlier stop */
  threadOfFrame(frameId: number): ThreadDebugger {
    const found = this.find(({ callStack }) => callStack.has(frameId));
    if (found === undefined) throw this.isPausedSomewhere ? staleFrame(frameId) : notPaused();
    return found;
  }

  /** The thread that has a container. @throws DebuggerError when it is of an earlier stop */
  threadOfReference(reference: number): ThreadDebugger {
    const found = this.find(({ containers }) => containers.has(reference));
    if (found === undefined) throw staleReference(reference);
    return found;
  }

  /** Where in a range of a file breakpoints can be. */
  breakpointLocations(file: string, range: LocationRange): Promise<PossibleLocation[]> {
    return this.breakpoints.locationsIn(this.main, file, range);
  }

  /** Lets the program run on as if there had never been a debugger. Idempotent. Resolves when it does. */
  detach(): Promise<void> {
    this.detached ??= this.letGo();
    return this.detached;
  }

  private async letGo(): Promise<void> {
    for (const thread of this.byId.values()) if (thread !== this.main) thread.detach();
    await this.workers.release();
    this.main.detach();
    letLoopsBeImproved();
  }

  private async addWorker(channel: WorkerChannel, info: WorkerInfo, isWaiting: boolean): Promise<void> {
    if (this.detached !== undefined) return;
    const name = { id: this.threadIds.next(), name: nameOfWorker(info) };
    const thread = new ThreadDebugger(name, channel, this.shared, this.eventsOf(name));
    this.byId.set(name.id, thread);
    this.idsOfWorkers.set(channel, name.id);
    this.events.threadStarted(name);
    // Either fails only where the worker ends meanwhile.
    await thread.enable().catch(() => undefined);
    if (isWaiting) await this.prepareToFollow(thread).catch(() => undefined);
    if (this.followsAsyncCalls) void thread.enableAsyncStacks().catch(() => undefined);
    await thread.client.post('Runtime.runIfWaitingForDebugger').catch(() => undefined);
  }

  private async prepareToFollow(thread: ThreadDebugger): Promise<void> {
    if (this.settings.showAsyncStacks) await thread.prepareToFollow();
  }

  /**
   * Not before a stop is to be expected: a program that does little but await takes many times as long with it.
   */
  private enableAsyncStacks(): void {
    if (!this.settings.showAsyncStacks) return;
    this.followsAsyncCalls = true;
    // Fails only for a thread that has ended.
    for (const thread of this.byId.values()) thread.enableAsyncStacks().catch(() => undefined);
  }

  private removeWorker(channel: WorkerChannel): void {
    const id = this.idsOfWorkers.get(channel);
    const ended = id === undefined ? undefined : this.byId.get(id);
    if (id === undefined || ended === undefined) return;
    this.idsOfWorkers.delete(channel);
    this.byId.delete(id);
    ended.detach();
    this.events.threadExited(ended.thread);
  }

  private find(fits: (thread: ThreadDebugger) => boolean): ThreadDebugger | undefined {
    return [...this.byId.values()].find(fits);
  }

  private eventsOf({ id }: ThreadName): ConstructorParameters<typeof ThreadDebugger>[3] {
    return {
      stopped: (stop) => {
        this.enableAsyncStacks();
        this.tell(() => this.events.stopped(id, stop));
      },
      continued: () => this.tell(() => this.events.continued(id)),
    };
  }

  /** What a thread says while it is being let go is of no stop that anybody could still act on. */
  private tell(event: () => void): void {
    if (this.detached === undefined) event();
  }
}
