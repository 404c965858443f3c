import type { DapConnection } from './dapConnection.js';
import type { DapEvent } from './dapMessages.js';

/** A state that a session has reached. */
export type Progress = StoppedProgress | EndedProgress;

export interface StoppedProgress {
  kind: 'stopped';
  threadId: number;
  /** Reason in terms of DAP: `entry`, `breakpoint`, `step`, `pause`, `exception`, ... */
  reason: string;
  /** Text of the exception, if any. */
  text: string | undefined;
}

export interface EndedProgress {
  kind: 'ended';
  /** Exit code of the program. Undefined if the session ended without it. */
  exitCode: number | undefined;
}

/** Turns the events of a session into a sequence of stops, followed by the end. */
export class SessionProgress {
  /** Resolves when the session is over: the program or the adapter has ended. Never rejects. */
  readonly over: Promise<void>;
  private current: Progress | undefined;
  private failure: Error | undefined;
  private exitCode: number | undefined;
  private wake: () => void = () => undefined;
  private settleOver: () => void = () => undefined;

  constructor(connection: DapConnection) {
    this.over = new Promise((resolve) => (this.settleOver = resolve));
    connection.onEvent((event) => this.handleEvent(event));
    void connection.ended.then((error) => this.adapterEnded(error));
  }

  /** True once {@link SessionProgress.over} has resolved. */
  get isOver(): boolean {
    return this.failure !== undefined || this.current?.kind === 'ended';
  }

  /**
   * Returns the next stop or the end, at once if it has been reached already. Has no deadline, because a
   * program may run for any time. Rejects if the adapter dies.
   */
  async next(): Promise<Progress> {
    while (this.current === undefined) {
      if (this.failure !== undefined) throw this.failure;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const progress = this.current;
    // The end is kept, because nothing follows it.
    if (progress.kind === 'stopped') this.current = undefined;
    return progress;
  }

  private handleEvent({ event, body }: DapEvent): void {
    if (event === 'stopped') this.report(readStop(body));
    else if (event === 'continued') this.forgetStop();
    else if (event === 'exited') this.exitCode = Number(body['exitCode']);
    else if (event === 'terminated') this.end();
  }

  private report(progress: Progress): void {
    if (this.current?.kind !== 'ended') this.current = progress;
    this.wake();
  }

  /** Drops a stop that was not read yet, because the program has continued by itself. */
  private forgetStop(): void {
    if (this.current?.kind === 'stopped') this.current = undefined;
  }

  private end(): void {
    this.report({ kind: 'ended', exitCode: this.exitCode });
    this.settleOver();
  }

  private adapterEnded(error: Error): void {
    this.failure = error;
    // After the exit code the session had nothing more to report, so this is a normal end.
    if (this.exitCode !== undefined) this.report({ kind: 'ended', exitCode: this.exitCode });
    this.wake();
    this.settleOver();
  }
}

function readStop(body: Record<string, unknown>): StoppedProgress {
  const text = body['text'] ?? body['description'];
  return {
    kind: 'stopped',
    threadId: Number(body['threadId'] ?? 1),
    reason: String(body['reason']),
    text: typeof text === 'string' ? text : undefined,
  };
}
