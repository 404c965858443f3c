import type { Debugger, Runtime } from 'node:inspector';
import { DebuggerError, DetachedError, notPaused } from '../inspector/debuggerError.js';
import { BREAK_ON_START } from './entryStop.js';
import type { EntryStop } from './entryStop.js';
import type { HitResult } from '../breakpoints/threadBreakpoints.js';
import { exceptionIn, namedReasons } from '../exceptions/exception.js';
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
  /** The program continued from a reported stop. `wasRequested` is false if no command caused this. */
  resumed(wasRequested: boolean): void;
}

/** Determines the meaning of a pause. */
interface Dependencies {
  /** Determines the breakpoints that a pause has hit. */
  readonly resolveHits: (paused: Debugger.PausedEventDataType) => Promise<HitResult>;
  /** Determines the exception filters that stop at an exception. */
  readonly matchingFilters: (
    exception: ThrownException,
    frame: Debugger.CallFrame | undefined,
  ) => Promise<number[]>;
  readonly entryStop: EntryStop;
  /** Called before a script runs, while the thread is paused for that reason. */
  readonly scriptStarts: (scriptId: string) => Promise<void>;
  /** Determines how stepping and exceptions treat the code of a frame. */
  readonly codeKindOf: (frame: Debugger.CallFrame) => CodeKind;
}

/** The reason of the pause at a failing `console.assert()`. */
const ASSERT = 'assert';

/** The execution state of a thread, and the commands that change it. */
export class Execution {
  private frames: readonly Debugger.CallFrame[] | undefined;
  private lastAsyncStack: Runtime.StackTrace | undefined;
  /**
   * The last request that has not led to a stop yet. Reported as the reason of a stop without another reason.
   */
  private request: Request | undefined;
  /** The number of statements in skipped code that the current request has run through. */
  private skippedSteps = 0;
  private target: TargetedStep | undefined;
  /** The number of frames at the stop from which the program last continued. */
  private depth = 0;
  private resumeRequested = false;
  /** True from the `paused` event, before the pause is evaluated, until the `resumed` event. */
  private isV8Paused = false;
  /** True if a pause was requested while V8 was paused. V8 would have ignored it. */
  private pauseDeferred = false;
  private lastException: ThrownException | undefined;

  constructor(
    private readonly client: InspectorClient,
    private readonly dependencies: Dependencies,
    private readonly listener: ExecutionListener,
  ) {
    client.on('Debugger.paused', (paused) => void this.onPaused(paused).catch(() => undefined));
    client.on('Debugger.resumed', () => this.onResumed());
  }

  /** True if the thread is paused at a reported stop. */
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

  /**
   * The exception at which the thread is paused. Undefined if the thread runs, or is paused for another
   * reason.
   */
  get exception(): ThrownException | undefined {
    return this.frames === undefined ? undefined : this.lastException;
  }

  /** The asynchronous calls that led to the current one, if V8 records them. */
  get asyncStack(): Runtime.StackTrace | undefined {
    return this.lastAsyncStack;
  }

  /** Requests a stop at the next statement. Does nothing if the program is paused. */
  async pause(): Promise<void> {
    if (this.frames !== undefined) return;
    this.setRequest('pause');
    if (this.isV8Paused) this.pauseDeferred = true;
    else await this.client.post('Debugger.pause');
  }

  /** @throws DebuggerError when the program runs */
  resume(): Promise<void> {
    return this.continueWith('Debugger.resume', undefined);
  }

  /** @throws DebuggerError when the program runs */
  step(step: Exclude<Step, 'stepInto'>): Promise<void> {
    return this.continueWith(`Debugger.${step}`, step);
  }

  /**
   * Steps into the next call, or into a specific call.
   *
   * @throws DebuggerError when the program runs
   */
  stepInto(target?: CallTarget): Promise<void> {
    const resumed = this.continueWith('Debugger.stepInto', 'stepInto');
    if (target !== undefined) this.target = new TargetedStep(target, this.depth);
    return resumed;
  }

  /**
   * Restarts the call of a frame. Frames above it are removed.
   *
   * @throws DebuggerError when the program runs, or if V8 cannot restart the call
   */
  async restart(frame: Debugger.CallFrame & { readonly canBeRestarted?: boolean }): Promise<void> {
    const { frames } = this;
    if (frames === undefined) throw notPaused();
    if (frame.canBeRestarted !== true) throw notRestartable();
    this.setRequest('restart');
    this.frames = undefined;
    this.resumeRequested = true;
    const { callFrameId } = frame;
    try {
      await this.client.post('Debugger.restartFrame', { callFrameId, mode: 'StepInto' });
    } catch (error) {
      this.frames ??= frames;
      throw error;
    }
    this.listener.resumed(true);
  }

  private async continueWith(
    method: 'Debugger.resume' | `Debugger.${Step}`,
    request: Step | undefined,
  ): Promise<void> {
    if (this.frames === undefined) throw notPaused();
    // The state changes before the inspector responds, so that a second command cannot use this stop.
    this.depth = this.frames.length;
    this.frames = undefined;
    this.setRequest(request);
    this.resumeRequested = true;
    this.listener.resumed(true);
    await this.client.post(method).catch(unlessDetached);
  }

  private setRequest(request: Request | undefined): void {
    this.request = request;
    this.skippedSteps = 0;
    this.target = undefined;
  }

  private onResumed(): void {
    const wasRequested = this.resumeRequested;
    this.resumeRequested = false;
    this.isV8Paused = false;
    this.sendDeferredPause();
    if (wasRequested) return;
    this.frames = undefined;
    this.listener.resumed(false);
  }

  private sendDeferredPause(): void {
    if (!this.pauseDeferred) return;
    this.pauseDeferred = false;
    // Fails only if the debugger is detached. There is nothing to pause then.
    this.client.post('Debugger.pause').catch(() => undefined);
  }

  /** Rejects if the debugger is detached meanwhile. The program then runs, and there is nothing to report. */
  private async onPaused(paused: Debugger.PausedEventDataType): Promise<void> {
    this.isV8Paused = true;
    const hit = await this.readHit(paused);
    const step = this.nextStep(paused, hit);
    // A step ends in a stop anyway, so the deferred pause is not necessary.
    if (step !== 'resume') this.pauseDeferred = false;
    if (step !== undefined) {
      this.resumeRequested = true;
      await this.client.post(`Debugger.${step}`);
      return;
    }
    this.resumeRequested = false;
    this.frames = paused.callFrames;
    this.lastException = hit.exception;
    this.lastAsyncStack = paused.asyncStackTrace;
    const { request } = this;
    this.setRequest(undefined);
    this.listener.stopped(describeStop(hit, request, namedReasons(paused)));
  }

  private async readHit(paused: Debugger.PausedEventDataType): Promise<Hit> {
    if (paused.reason === 'instrumentation') await this.dependencies.scriptStarts(scriptIdIn(paused));
    const isEntry = await this.dependencies.entryStop.isHit(paused);
    const { ids, autoContinue } = await this.dependencies.resolveHits(paused);
    const exception = exceptionIn(paused);
    // V8 pauses at a failing console.assert() while it pauses at exceptions. It is no exception: node prints it.
    const isAssert = namedReasons(paused).includes(ASSERT);
    if (exception === undefined) return { isEntry, ids, autoContinue: autoContinue || isAssert, exception };
    const isIgnored = this.isSkippedException(exception, paused.callFrames);
    const filters = isIgnored ? [] : await this.dependencies.matchingFilters(exception, paused.callFrames[0]);
    const isWanted = filters.length > 0;
    return {
      isEntry,
      ids: [...ids, ...filters],
      autoContinue: !isWanted,
      exception: isWanted ? exception : undefined,
    };
  }

  /**
   * True for an exception that node throws internally, and for a caught exception that is thrown in skipped
   * code.
   *
   * V8 has the same rule but cannot apply it to node's own scripts, because they come from a snapshot.
   */
  private isSkippedException(
    { isUncaught }: ThrownException,
    frames: readonly Debugger.CallFrame[],
  ): boolean {
    if (isUncaught) return frames.every((frame) => this.isSkipped(frame));
    const [top] = frames;
    return top !== undefined && this.isSkipped(top);
  }

  private nextStep(paused: Debugger.PausedEventDataType, hit: Hit): Step | 'resume' | undefined {
    if (hit.isEntry || hit.ids.length > 0) return undefined;
    // A script other than the entry script is about to run.
    if (paused.reason === 'instrumentation') return 'resume';
    const { request } = this;
    // The stop of a worker or program that waited for its debugger. It was not requested.
    if (paused.reason === BREAK_ON_START && request === undefined) return 'resume';
    const [top, ...below] = paused.callFrames;
    if (top === undefined) return undefined;
    if (hit.autoContinue) return stepAfterAutoContinue(request);
    if (hit.exception !== undefined) return undefined;
    if (request === undefined) return undefined;
    const targetStep = this.target?.next(paused.callFrames);
    if (targetStep !== undefined) return targetStep;
    const place = {
      codeKind: this.dependencies.codeKindOf(top),
      ownBelow: below.some((frame) => !this.isSkipped(frame)),
    };
    this.skippedSteps += 1;
    return stepThroughSkipped(request, place, this.skippedSteps);
  }

  private isSkipped(frame: Debugger.CallFrame): boolean {
    return this.dependencies.codeKindOf(frame) === 'skipped';
  }
}

function scriptIdIn({ data }: Debugger.PausedEventDataType): string {
  return data !== undefined && 'scriptId' in data ? String(data.scriptId) : '';
}

/** The command that continues from a pause that is not reported, according to the current request. */
function stepAfterAutoContinue(request: Request | undefined): Step | 'resume' {
  if (request === 'pause' || request === 'restart') return 'stepInto';
  return request ?? 'resume';
}

/**
 * The program may end and detach the debugger before the inspector responds to a command that continues it.
 */
function unlessDetached(error: unknown): void {
  if (!(error instanceof DetachedError)) throw error;
}

function notRestartable(): DebuggerError {
  return new DebuggerError(
    'this call cannot be begun anew: V8 can do that only for functions that are neither async nor generators, with no such function, and no code of its own, above them on the stack',
  );
}
