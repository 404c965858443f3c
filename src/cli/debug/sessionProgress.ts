import type { DapConnection } from './dapConnection.js';
import type { DapEvent } from './dapMessages.js';

/** Where a session has come to. */
export type Progress = StoppedProgress | EndedProgress;

export interface StoppedProgress {
  kind: 'stopped';
  threadId: number;
  /** DAP's reason: `entry`, `breakpoint`, `step`, `pause`, `exception`, ... */
  reason: string;
  /** What was thrown, for an exception. */
  text: string | undefined;
}

export interface EndedProgress {
  kind: 'ended';
  /** The program's own; undefined if the session ended without telling one. */
  exitCode: number | undefined;
}

/** Turns a session's events into the sequence that a person follows: it stopped, it stopped, it ended. */
export class SessionProgress {
  /** Resolves when the session is over: the program ended, or the adapter did. Never rejects. */
  readonly over: Promise<void>;
  private arrived: Progress | undefined;
  private failure: Error | undefined;
  private exitCode: number | undefined;
  private wake: () => void = () => undefined;
  private settleOver: () => void = () => undefined;

  constructor(connection: DapConnection) {
    this.over = new Promise((resolve) => (this.settleOver = resolve));
    connection.onEvent((event) => this.follow(event));
    void connection.ended.then((error) => this.lose(error));
  }

  /** Whether {@link SessionProgress.over} has resolved. */
  get isOver(): boolean {
    return this.failure !== undefined || this.arrived?.kind === 'ended';
  }

  /**
   * The next stop, or the end; at once if it is there already. It has no deadline, for a program may run as
   * long as it likes, but rejects if the adapter goes away.
   */
  async next(): Promise<Progress> {
    while (this.arrived === undefined) {
      if (this.failure !== undefined) throw this.failure;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const progress = this.arrived;
    // The end stays: nothing comes after it.
    if (progress.kind === 'stopped') this.arrived = undefined;
    return progress;
  }

  private follow({ event, body }: DapEvent): void {
    if (event === 'stopped') this.arrive(readStop(body));
    else if (event === 'continued') this.forgetStop();
    else if (event === 'exited') this.exitCode = Number(body['exitCode']);
    else if (event === 'terminated') this.end();
  }

  private arrive(progress: Progress): void {
    if (this.arrived?.kind !== 'ended') this.arrived = progress;
    this.wake();
  }

  /** The program has gone on by itself: a stop that nobody has looked at yet is no longer one. */
  private forgetStop(): void {
    if (this.arrived?.kind === 'stopped') this.arrived = undefined;
  }

  private end(): void {
    this.arrive({ kind: 'ended', exitCode: this.exitCode });
    this.settleOver();
  }

  private lose(error: Error): void {
    this.failure = error;
    // An exit code that came before is the program's own, and its session had nothing left to say.
    if (this.exitCode !== undefined) this.arrive({ kind: 'ended', exitCode: this.exitCode });
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
