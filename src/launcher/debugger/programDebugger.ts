import { MAIN_THREAD } from './threads/mainThread.js';
import { Breakpoints } from './breakpoints/breakpoints.js';
import type { LocationRange, PossibleLocation } from './breakpoints/breakpointLocations.js';
import { staleFrame } from './stack/callStack.js';
import { staleReference } from './values/variableStore.js';
import { Counter } from './inspector/counter.js';
import { DebuggerError, notPaused } from './inspector/debuggerError.js';
import type { DebuggerEvents } from './debuggerEvents.js';
import { DEFAULT_SETTINGS } from './settings/debugSettings.js';
import type { DebugSettings } from './settings/debugSettings.js';
import type { Entry } from './execution/entryStop.js';
import { ExceptionBreakpoints } from './exceptions/exceptionBreakpoints.js';
import { restoreOsr } from './inspector/osrWorkaround.js';
import type { InspectorChannel } from './inspector/inspectorChannel.js';
import { LoadedSources } from './sources/loadedSources.js';
import type { Script } from './sources/script.js';
import { AsyncRecording } from './stack/asyncRecording.js';
import { SourceLocations } from './sources/sourceLocations.js';
import { VariableNames } from './names/variableNames.js';
import { Profiles } from './profiling/profiles.js';
import { SkipFiles } from './stepping/skipFiles.js';
import { ThreadDebugger } from './threadDebugger.js';
import type { SharedServices, ThreadName } from './threadDebugger.js';
import { nameOfWorker } from './threads/threadName.js';
import type { WorkerChannel } from './threads/workerChannel.js';
import { WorkerThreads } from './threads/workerThreads.js';
import type { WorkerInfo, WorkerListener } from './threads/workerThreads.js';

/** The way to the program's inspector. */
export interface InspectorAccess {
  /** The inspector of the main thread. */
  readonly channel: InspectorChannel;
  /** True if the program runs in this process. */
  readonly isThisProcess: boolean;
  /** True if the program's own console calls are reported, because the user sees them in no other way. */
  readonly reportsConsole: boolean;
}

/**
 * The debugger of a program with all its threads. The constructor connects; {@link ProgramDebugger.detach}
 * disconnects.
 */
export class ProgramDebugger {
  readonly breakpoints: Breakpoints;
  readonly exceptions: ExceptionBreakpoints;
  readonly main: ThreadDebugger;
  readonly profiles: Profiles;
  settings = DEFAULT_SETTINGS;
  private readonly shared: SharedServices;
  private readonly byId = new Map<number, ThreadDebugger>();
  private readonly idsOfWorkers = new Map<WorkerChannel, number>();
  private readonly threadIds = new Counter();
  private readonly workers: WorkerThreads;
  private detached: Promise<void> | undefined;
  private readonly asyncRecording: AsyncRecording;

  constructor(
    private readonly events: DebuggerEvents,
    { channel, isThisProcess, reportsConsole }: InspectorAccess,
  ) {
    const locations = new SourceLocations({
      placesChanged: (files) =>
        files.forEach((file) => void this.breakpoints.updatePlaces(file).catch(() => undefined)),
      warning: (text) => events.warning(text),
      scriptFilterChanged: () => {
        events.scriptFilterChanged(locations.scriptFilter);
        // Fails only if the thread has ended.
        for (const thread of this.byId.values()) thread.holdScripts().catch(() => undefined);
      },
    });
    this.asyncRecording = new AsyncRecording(
      () => this.byId.values(),
      (matter) => events.statementsMatter(matter),
    );
    const stopExpected = (): void => this.asyncRecording.begin();
    const breakpointIds = new Counter();
    const variableNames = new VariableNames(locations);
    this.breakpoints = new Breakpoints({ locations, variableNames }, breakpointIds, {
      stopExpected,
      changed: (breakpoint) => events.breakpointChanged(breakpoint),
      output: (output, position) => events.output(output, position),
    });
    this.exceptions = new ExceptionBreakpoints(breakpointIds, {
      stopExpected,
      report: (line) => events.output({ category: 'important', output: `${line}\n` }),
    });
    this.profiles = new Profiles((line) => events.profileEnded(line));
    this.shared = {
      breakpoints: this.breakpoints,
      exceptions: this.exceptions,
      locations,
      loadedSources: new LoadedSources(locations, (source) => events.sourceLoaded(source)),
      skipFiles: new SkipFiles(),
      variableNames,
      frameIds: new Counter(),
      references: new Counter(),
      settings: () => this.settings,
      isThisProcess,
      reportsConsole,
    };
    this.main = new ThreadDebugger(MAIN_THREAD, channel, this.shared, this.eventsOf(MAIN_THREAD));
    this.byId.set(this.threadIds.next(), this.main);
    const listener: WorkerListener = {
      started: (worker, info, isWaiting) => void this.addWorker(worker, info, isWaiting),
      ended: (worker) => this.removeWorker(worker),
    };
    this.workers = new WorkerThreads(this.main.client, listener, isThisProcess);
  }

  /** Translates between sources and scripts. */
  get locations(): SourceLocations {
    return this.shared.locations;
  }

  /** The scripts and sources that the program has loaded. */
  get loadedSources(): LoadedSources {
    return this.shared.loadedSources;
  }

  /**
   * Applies the settings. Must be called once, before `configurationDone`.
   *
   * @param isRunning true if the program already runs
   */
  async configure(settings: DebugSettings, isRunning: boolean): Promise<void> {
    this.settings = settings;
    await this.locations.configure(settings);
    await this.shared.skipFiles.configure(settings.skipFiles);
    this.asyncRecording.configure(settings.showAsyncStacks);
    if (settings.reportConsole && !this.shared.reportsConsole) await this.main.reportConsole();
    if (!isRunning) await this.asyncRecording.prepare(this.main);
  }

  /** Adds a script that is about to run. @param expectsStop true if the script has a `debugger` statement */
  async scriptStarts(script: Script, expectsStop: boolean): Promise<void> {
    if (expectsStop) this.asyncRecording.begin();
    await this.locations.add(script);
  }

  /** Enables the debugger in all threads. Breakpoints and pauses work afterwards. */
  async enable(): Promise<void> {
    await Promise.all([this.main.enable(), this.workers.enable()]);
  }

  /** Stops once before the program's first statement. Must be called before the program starts. */
  stopOnEntry(entry: Entry): Promise<void> {
    return this.main.entryStop.enable(entry);
  }

  /** Stops once where a program begins that waits for its debugger. */
  stopAtStart(): void {
    this.main.entryStop.enableAtStart();
  }

  /** All threads, the main thread first. */
  get threads(): ThreadName[] {
    return [...this.byId.values()].map(({ thread }) => thread);
  }

  /** True if every thread is paused. */
  get isPaused(): boolean {
    return [...this.byId.values()].every(({ execution }) => execution.isPaused);
  }

  /** True if at least one thread is paused. */
  get isPausedSomewhere(): boolean {
    return [...this.byId.values()].some(({ execution }) => execution.isPaused);
  }

  /** The threads that are paused. */
  get pausedThreads(): ThreadName[] {
    return [...this.byId.values()].filter(({ execution }) => execution.isPaused).map(({ thread }) => thread);
  }

  /** The thread with an id; by default the main thread. @throws DebuggerError for an unknown id */
  thread(id: number = MAIN_THREAD.id): ThreadDebugger {
    const found = this.byId.get(id);
    if (found === undefined) throw new DebuggerError(`there is no thread ${id}: it may have ended`);
    return found;
  }

  /** Continues all paused threads. @throws DebuggerError if no thread is paused */
  async resume(): Promise<void> {
    const paused = [...this.byId.values()].filter(({ execution }) => execution.isPaused);
    if (paused.length === 0) throw notPaused();
    await Promise.all(paused.map(({ execution }) => execution.resume()));
  }

  /** The thread of a frame. @throws DebuggerError if the frame belongs to an earlier stop */
  threadOfFrame(frameId: number): ThreadDebugger {
    const found = this.find(({ callStack }) => callStack.has(frameId));
    if (found === undefined) throw this.isPausedSomewhere ? staleFrame(frameId) : notPaused();
    return found;
  }

  /** The thread of a variable container. @throws DebuggerError if the container belongs to an earlier stop */
  threadOfReference(reference: number): ThreadDebugger {
    const found = this.find(({ variableStore }) => variableStore.has(reference));
    if (found === undefined) throw staleReference(reference);
    return found;
  }

  /**
   * Decides whether stepping skips a source from now on.
   *
   * @param path the path of the source, or the URL of a script that is no file
   * @param skip default: the opposite of now
   * @returns true if it is skipped
   */
  skipFile(path: string, skip?: boolean): boolean {
    const { skipFiles } = this.shared;
    skipFiles.decide(path, skip ?? !skipFiles.skips(path));
    for (const thread of this.byId.values()) thread.updateSkippedFiles();
    return skipFiles.skips(path);
  }

  /** The possible breakpoint positions in a range of a file. */
  breakpointLocations(file: string, range: LocationRange): Promise<PossibleLocation[]> {
    return this.breakpoints.locationsIn(this.main, file, range);
  }

  /**
   * Detaches from all threads, so that the program runs without a debugger. Resolves when this is done.
   * Idempotent.
   */
  detach(): Promise<void> {
    this.detached ??= this.detachThreads();
    return this.detached;
  }

  private async detachThreads(): Promise<void> {
    await this.profiles.end();
    for (const thread of this.byId.values()) if (thread !== this.main) thread.detach();
    await this.workers.release();
    this.main.detach();
    restoreOsr();
  }

  private async addWorker(channel: WorkerChannel, info: WorkerInfo, isWaiting: boolean): Promise<void> {
    if (this.detached !== undefined) return;
    const name = { id: this.threadIds.next(), name: nameOfWorker(info) };
    const thread = new ThreadDebugger(name, channel, this.shared, this.eventsOf(name));
    this.byId.set(name.id, thread);
    this.idsOfWorkers.set(channel, name.id);
    this.events.threadStarted(name);
    // Both commands fail only if the worker ends meanwhile.
    await thread.enable().catch(() => undefined);
    await this.asyncRecording.addWorker(thread, info.url, isWaiting).catch(() => undefined);
    if (isWaiting) await this.events.threadStarts(thread).catch(() => undefined);
    await thread.client.post('Runtime.runIfWaitingForDebugger').catch(() => undefined);
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
        this.asyncRecording.begin();
        this.emitUnlessDetached(() => this.events.stopped(id, stop));
      },
      continued: () => this.emitUnlessDetached(() => this.events.continued(id)),
      consoleCalled: (call) => {
        const thread = this.byId.get(id);
        if (thread !== undefined) this.events.consoleCalled(thread, call);
      },
    };
  }

  /**
   * Emits an event of a thread. Events during detaching are dropped, because the stops that they report are
   * no longer available.
   */
  private emitUnlessDetached(event: () => void): void {
    if (this.detached === undefined) event();
  }
}
