import type { Duplex } from 'node:stream';
import { timerMs } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import { redialUntilResumed } from './redial.js';
import type { Redial } from './redial.js';

/** How a session is continued when its stream breaks. */
export interface ContinuationOptions {
  /** Time to wait for another stream, in milliseconds. */
  readonly graceMs: number;
  readonly maxUnacknowledgedBytes: number;
  /** Connects again. Undefined for a listener, which is connected to. */
  readonly redial?: Redial | undefined;
}

/** The session that is continued. */
export interface ContinuationHost {
  continueOn(socket: Duplex, counter: number, peerPosition: number): void;
  fail(error: IpcError): void;
}

/** The wait for another stream: at the connector by dialling, at the listener until the peer comes. Bounded in time. */
export class Continuation {
  /** The number of the peer's last attempt that was proved, or of the last own one. */
  lastCounter = 0;
  /** The reason why the stream broke, or why the last attempt has failed. */
  lastFailure: Error | undefined;
  private timer: NodeJS.Timeout | undefined;
  private dialling: AbortController | undefined;

  constructor(
    private readonly options: ContinuationOptions,
    private readonly host: ContinuationHost,
  ) {}

  /** Starts to wait. @param position bytes that were taken over */
  begin(position: number): void {
    const { graceMs, redial } = this.options;
    this.end();
    if (graceMs !== Infinity) {
      this.timer = setTimeout(() => this.host.fail(this.expired(graceMs)), timerMs(graceMs));
    }
    if (redial !== undefined) void this.dial(redial, position);
  }

  /** Ends the wait. */
  end(): void {
    clearTimeout(this.timer);
    this.dialling?.abort();
    this.dialling = undefined;
  }

  private async dial(redial: Redial, position: number): Promise<void> {
    const controller = new AbortController();
    this.dialling = controller;
    try {
      const { socket, peerPosition } = await redialUntilResumed({
        redial,
        position,
        signal: controller.signal,
        nextCounter: () => (this.lastCounter += 1),
        onFailure: (error) => {
          this.lastFailure = error;
        },
      });
      this.host.continueOn(socket, this.lastCounter, peerPosition);
    } catch (error) {
      if (!controller.signal.aborted) this.host.fail(error as IpcError);
    }
  }

  private expired(graceMs: number): IpcError {
    const last = this.lastFailure === undefined ? '' : ` (the last failure: ${this.lastFailure.message})`;
    const what = `the connection broke, and no other one has continued the session within ${graceMs} ms${last}`;
    return new IpcError('ERR_IPC_SESSION_EXPIRED', what, { cause: this.lastFailure });
  }
}
