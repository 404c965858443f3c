import type { Debugger } from 'node:inspector';
import { DetachedError, notPaused } from './debuggerError.js';
import type { EntryStop } from './entryStop.js';
import type { InspectorClient } from './inspectorClient.js';
import { wayOutOfInternals, wayThroughUnmapped, type Request, type Step } from './internals.js';
import type { Scripts } from './sources/scripts.js';
import { describeStop, type Hit, type Stop } from './stop.js';

export interface ExecutionListener {
  stopped(stop: Stop): void;
  /** The program went on from a stop that was told. `asked` is false when that was not our doing. */
  resumed(asked: boolean): void;
}

/** What a thread's stops are judged by. */
interface Known {
  /** Says which breakpoints a pause has hit. */
  readonly hitBy: (inspectorIds: readonly string[]) => number[];
  readonly entryStop: EntryStop;
  readonly scripts: Scripts;
  /** Whether a step is not to end in a frame: a compiler's own code, which no source is known of. */
  readonly isPassedBy: (frame: Debugger.CallFrame) => boolean;
}

/** What node calls the stop before the first statement of a worker that has waited. It is no reason of the types. */
const BREAK_ON_START: string = 'Break on start';

/** Whether a thread runs or stands still, and the commands that change that. */
export class Execution {
  private frames: readonly Debugger.CallFrame[] | undefined;
  /** What was asked last and has not led to a stop yet: it becomes the reason of a stop that names none. */
  private request: Request | undefined;
  /** Statements of node's own that the request has gone through. */
  private internalsTaken = 0;
  private resumeAsked = false;

  constructor(
    private readonly client: InspectorClient,
    private readonly known: Known,
    private readonly listener: ExecutionListener,
  ) {
    client.on('Debugger.paused', (paused) => void this.pausedAt(paused).catch(() => undefined));
    client.on('Debugger.resumed', () => this.wentOn());
  }

  /** Whether the thread stands still. */
  get isPaused(): boolean {
    return this.frames !== undefined;
  }

  /**
   * The stack of the current stop, innermost first.
   *
   * @throws DebuggerError when the program runs
   */
  get callFrames(): readonly Debugger.CallFrame[] {
    if (this.frames === undefined) throw notPaused();
    return this.frames;
  }

  /** Asks the program to stop at the next statement it runs. A program that stands still stays so. */
  async pause(): Promise<void> {
    if (this.frames !== undefined) return;
    this.expect('pause');
    await this.client.post('Debugger.pause');
  }

  /** @throws DebuggerError when the program runs */
  resume(): Promise<void> {
    return this.goOn('Debugger.resume', undefined);
  }

  /** @throws DebuggerError when the program runs */
  step(step: Step): Promise<void> {
    return this.goOn(`Debugger.${step}`, step);
  }

  private async goOn(
    method: 'Debugger.resume' | `Debugger.${Step}`,
    request: Step | undefined,
  ): Promise<void> {
    if (this.frames === undefined) throw notPaused();
    // From here on, before the inspector says so: a second command must not count on this stop.
    this.frames = undefined;
    this.expect(request);
    this.resumeAsked = true;
    this.listener.resumed(true);
    await this.client.post(method).catch(unlessDetached);
  }

  private expect(request: Request | undefined): void {
    this.request = request;
    this.internalsTaken = 0;
  }

  private wentOn(): void {
    const asked = this.resumeAsked;
    this.resumeAsked = false;
    if (asked) return;
    this.frames = undefined;
    this.listener.resumed(false);
  }

  /** Rejects when the debugger is detached meanwhile: then the program runs, and there is nothing to tell. */
  private async pausedAt(paused: Debugger.PausedEventDataType): Promise<void> {
    const hit = {
      entry: await this.known.entryStop.isHit(paused),
      ids: this.known.hitBy(paused.hitBreakpoints ?? []),
    };
    const onward = this.onwardFrom(paused, hit);
    if (onward !== undefined) {
      this.internalsTaken += 1;
      this.resumeAsked = true;
      await this.client.post(`Debugger.${onward}`);
      return;
    }
    this.frames = paused.callFrames;
    const { request } = this;
    this.expect(undefined);
    this.listener.stopped(describeStop(paused, hit, request));
  }

  private onwardFrom(paused: Debugger.PausedEventDataType, hit: Hit): Step | 'resume' | undefined {
    if (hit.entry || hit.ids.length > 0) return undefined;
    // Some other script than the program's is about to run.
    if (paused.reason === 'instrumentation') return 'resume';
    const { request } = this;
    // A worker that waited for its debugger. Nobody has asked for this stop.
    if (paused.reason === BREAK_ON_START && request === undefined) return 'resume';
    const [top, ...below] = paused.callFrames;
    if (request === undefined || top === undefined) return undefined;
    if (this.known.isPassedBy(top)) return wayThroughUnmapped(request, this.internalsTaken);
    const place = {
      inInternal: this.known.scripts.isInternal(top),
      programBelow: below.some((frame) => !this.known.scripts.isInternal(frame)),
    };
    return wayOutOfInternals(request, place, this.internalsTaken);
  }
}

/** A program that has gone on may come to its end, and so lose its debugger, before the inspector has answered. */
function unlessDetached(error: unknown): void {
  if (!(error instanceof DetachedError)) throw error;
}
