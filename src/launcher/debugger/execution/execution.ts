import type { Debugger, Runtime } from 'node:inspector';
import { DebuggerError, DetachedError, notPaused } from '../inspector/debuggerError.js';
import type { EntryStop } from './entryStop.js';
import type { HitResult } from '../breakpoints/threadBreakpoints.js';
import { thrownIn } from '../exceptions/exception.js';
import type { ThrownException } from '../exceptions/exception.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { stepThroughSkipped } from '../stepping/stepThroughSkipped.js';
import type { Request, CodeKind, Step } from '../stepping/stepThroughSkipped.js';
import { TargetedStep } from '../stepping/targetedStep.js';
import type { CallTarget } from '../stepping/targetedStep.js';
import { describeStop } from './stop.js';
import type { Hit, Stop } from './stop.js';

export interface ExecutionListener {
  stopped(stop: Stop): void;
  /** The program went on from a stop that was told. `asked` is false when that was not our doing. */
  resumed(asked: boolean): void;
}

/** What a thread's stops are judged by. */
interface Known {
  /** Says which breakpoints a pause has hit. */
  readonly resolveHits: (paused: Debugger.PausedEventDataType) => Promise<HitResult>;
  /** Says which exception filters stop at what was thrown. */
  readonly matchingFilters: (
    thrown: ThrownException,
    frame: Debugger.CallFrame | undefined,
  ) => Promise<number[]>;
  readonly entryStop: EntryStop;
  /** Whether a frame is in code that stepping passes by, and that keeps its exceptions to itself. */
  readonly codeKindOf: (frame: Debugger.CallFrame) => CodeKind;
}

/** What node calls the stop before the first statement of a worker that has waited. It is no reason of the types. */
const BREAK_ON_START: string = 'Break on start';

/** Whether a thread runs or stands still, and the commands that change that. */
export class Execution {
  private frames: readonly Debugger.CallFrame[] | undefined;
  private asyncParents: Runtime.StackTrace | undefined;
  /** What was asked last and has not led to a stop yet: it becomes the reason of a stop that names none. */
  private request: Request | undefined;
  /** Statements of code that is passed by that the request has gone through. */
  private skippedSteps = 0;
  private target: TargetedStep | undefined;
  /** How many frames the stop had that the program has gone on from. */
  private depth = 0;
  private resumeAsked = false;
  /** As V8 sees it: it stands from before a stop is judged until it says that it has gone on. */
  private stands = false;
  /** A pause that V8 would not have heeded, because it stood. */
  private pauseOwed = false;
  private thrownLast: ThrownException | undefined;

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

  /** What was thrown, where the thread stands for that; undefined where it runs, or stands for something else. */
  get thrown(): ThrownException | undefined {
    return this.frames === undefined ? undefined : this.thrownLast;
  }

  /** The calls that led to this turn of the event loop, where V8 keeps account of them. */
  get asyncStack(): Runtime.StackTrace | undefined {
    return this.asyncParents;
  }

  /** Asks the program to stop at the next statement it runs. A program that stands still stays so. */
  async pause(): Promise<void> {
    if (this.frames !== undefined) return;
    this.expect('pause');
    if (this.stands) this.pauseOwed = true;
    else await this.client.post('Debugger.pause');
  }

  /** @throws DebuggerError when the program runs */
  resume(): Promise<void> {
    return this.goOn('Debugger.resume', undefined);
  }

  /** @throws DebuggerError when the program runs */
  step(step: Exclude<Step, 'stepInto'>): Promise<void> {
    return this.goOn(`Debugger.${step}`, step);
  }

  /**
   * Steps into what is called next, or into one certain call.
   *
   * @throws DebuggerError when the program runs
   */
  stepInto(target?: CallTarget): Promise<void> {
    const asked = this.goOn('Debugger.stepInto', 'stepInto');
    if (target !== undefined) this.target = new TargetedStep(target, this.depth);
    return asked;
  }

  /**
   * Begins a call of this stop's stack anew: a frame, with those above it gone.
   *
   * @throws DebuggerError when the program runs, and where V8 cannot begin that call anew
   */
  async restart(frame: Debugger.CallFrame & { readonly canBeRestarted?: boolean }): Promise<void> {
    const { frames } = this;
    if (frames === undefined) throw notPaused();
    if (frame.canBeRestarted !== true) throw notRestartable();
    this.expect('restart');
    this.frames = undefined;
    this.resumeAsked = true;
    const { callFrameId } = frame;
    try {
      await this.client.post('Debugger.restartFrame', { callFrameId, mode: 'StepInto' });
    } catch (error) {
      this.frames ??= frames;
      throw error;
    }
    this.listener.resumed(true);
  }

  private async goOn(
    method: 'Debugger.resume' | `Debugger.${Step}`,
    request: Step | undefined,
  ): Promise<void> {
    if (this.frames === undefined) throw notPaused();
    // From here on, before the inspector says so: a second command must not count on this stop.
    this.depth = this.frames.length;
    this.frames = undefined;
    this.expect(request);
    this.resumeAsked = true;
    this.listener.resumed(true);
    await this.client.post(method).catch(unlessDetached);
  }

  private expect(request: Request | undefined): void {
    this.request = request;
    this.skippedSteps = 0;
    this.target = undefined;
  }

  private wentOn(): void {
    const asked = this.resumeAsked;
    this.resumeAsked = false;
    this.stands = false;
    this.payPause();
    if (asked) return;
    this.frames = undefined;
    this.listener.resumed(false);
  }

  private payPause(): void {
    if (!this.pauseOwed) return;
    this.pauseOwed = false;
    // Fails only when detached: then there is nothing to pause.
    this.client.post('Debugger.pause').catch(() => undefined);
  }

  /** Rejects when the debugger is detached meanwhile: then the program runs, and there is nothing to tell. */
  private async pausedAt(paused: Debugger.PausedEventDataType): Promise<void> {
    this.stands = true;
    const hit = await this.hitBy(paused);
    const way = this.wayFrom(paused, hit);
    // A step ends in a stop of its own.
    if (way !== 'resume') this.pauseOwed = false;
    if (way !== undefined) {
      this.resumeAsked = true;
      await this.client.post(`Debugger.${way}`);
      return;
    }
    this.resumeAsked = false;
    this.frames = paused.callFrames;
    this.thrownLast = hit.thrown;
    this.asyncParents = paused.asyncStackTrace;
    const { request } = this;
    this.expect(undefined);
    this.listener.stopped(describeStop(hit, request));
  }

  private async hitBy(paused: Debugger.PausedEventDataType): Promise<Hit> {
    const entry = await this.known.entryStop.isHit(paused);
    const { ids, autoContinue: isVoid } = await this.known.resolveHits(paused);
    const thrown = thrownIn(paused);
    if (thrown === undefined) return { entry, ids, isUnwanted: isVoid, thrown };
    const concerns = !this.isOfOthers(thrown, paused.callFrames);
    const filters = concerns ? await this.known.matchingFilters(thrown, paused.callFrames[0]) : [];
    const isWanted = filters.length > 0;
    return { entry, ids: [...ids, ...filters], isUnwanted: !isWanted, thrown: isWanted ? thrown : undefined };
  }

  /**
   * What node throws to itself is nobody's concern, nor what is thrown in a script that is skipped and caught. This
   * is V8's own rule, which it cannot apply to node's scripts: they come out of its snapshot.
   */
  private isOfOthers({ isUncaught }: ThrownException, frames: readonly Debugger.CallFrame[]): boolean {
    if (isUncaught) return frames.every((frame) => this.isOthers(frame));
    const [top] = frames;
    return top !== undefined && this.isOthers(top);
  }

  private wayFrom(paused: Debugger.PausedEventDataType, hit: Hit): Step | 'resume' | undefined {
    if (hit.entry || hit.ids.length > 0) return undefined;
    // Some other script than the program's is about to run.
    if (paused.reason === 'instrumentation') return 'resume';
    const { request } = this;
    // A worker that waited for its debugger. Nobody has asked for this stop.
    if (paused.reason === BREAK_ON_START && request === undefined) return 'resume';
    const [top, ...below] = paused.callFrames;
    if (top === undefined) return undefined;
    if (hit.isUnwanted) return wayOn(request);
    if (hit.thrown !== undefined) return undefined;
    if (request === undefined) return undefined;
    const targeted = this.target?.onward(paused.callFrames);
    if (targeted !== undefined) return targeted;
    const place = {
      standing: this.known.codeKindOf(top),
      ownBelow: below.some((frame) => !this.isOthers(frame)),
    };
    this.skippedSteps += 1;
    return stepThroughSkipped(request, place, this.skippedSteps);
  }

  private isOthers(frame: Debugger.CallFrame): boolean {
    return this.known.codeKindOf(frame) === 'skipped';
  }
}

/** How to go on from a pause that nobody is to see, with what was asked for before it. */
function wayOn(request: Request | undefined): Step | 'resume' {
  if (request === 'pause' || request === 'restart') return 'stepInto';
  return request ?? 'resume';
}

/** A program that has gone on may come to its end, and so lose its debugger, before the inspector has answered. */
function unlessDetached(error: unknown): void {
  if (!(error instanceof DetachedError)) throw error;
}

function notRestartable(): DebuggerError {
  return new DebuggerError(
    'this call cannot be begun anew: V8 can do that only for functions that are neither async nor generators, with no such function, and no code of its own, above them on the stack',
  );
}
