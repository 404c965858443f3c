import { timerMs } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import { CONTROL_KIND } from '../framing/dpFrame.js';
import type { ControlKind } from '../framing/dpFrame.js';
import type { HealthRecord } from './health.js';
import type { HeartbeatTimes } from '../authentication/resumeSettings.js';

/** Ticks until the peer counts as silent. */
const TICKS_TO_SILENCE = 4;
const NUMBERS = 2 ** 32;

/** What a heartbeat needs of the stream. */
export interface HeartbeatHost {
  /** True if this end reads at present. If it does not, the peer's silence means nothing. */
  isReading(): boolean;
  sendControl(kind: ControlKind, value: number): void;
  /** Shows that this end lives, without an answer. */
  sendSign(): void;
  loseSilent(error: IpcError): void;
}

/**
 * Notices a peer that has fallen silent. Each tick without a byte of the peer is silence of one tick, however late the
 * tick comes: time in which this process did not run is not counted.
 */
export class Heartbeat {
  /** Set by the stream for each chunk that arrives. */
  heard = true;
  private silentMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly tickMs: number;
  private lastPing = 0;
  private awaited: { readonly number: number; readonly sentAt: number } | undefined;

  constructor(
    private readonly times: HeartbeatTimes,
    private readonly host: HeartbeatHost,
    private readonly health: HealthRecord,
  ) {
    this.tickMs = timerMs(times.silentAfterMs / TICKS_TO_SILENCE);
  }

  /** Starts, also again, with a peer that was heard just now. */
  start(): void {
    this.stop();
    this.heard = true;
    this.silentMs = 0;
    this.schedule();
  }

  /** Stops, and awaits no answer: the stream is gone. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.awaited = undefined;
  }

  receivePong(number: number): void {
    if (this.awaited?.number !== number) return;
    this.health.roundTrip(performance.now() - this.awaited.sentAt);
    this.awaited = undefined;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.schedule();
      this.tick();
    }, this.tickMs);
    // The stream keeps the process alive, not its heartbeat.
    this.timer.unref();
  }

  private tick(): void {
    if (this.heard) {
      this.heard = false;
      this.silentMs = 0;
    } else if (this.host.isReading()) this.addSilence();
    else this.host.sendSign();
  }

  private addSilence(): void {
    this.silentMs += this.tickMs;
    if (this.silentMs >= this.times.lostAfterMs) {
      const what = `the peer was silent for ${Math.round(this.silentMs)} ms: it hangs, or nothing arrives any more`;
      this.host.loseSilent(new IpcError('ERR_IPC_PEER_SILENT', what));
      return;
    }
    this.lastPing = (this.lastPing + 1) % NUMBERS;
    this.awaited ??= { number: this.lastPing, sentAt: performance.now() };
    this.host.sendControl(CONTROL_KIND.ping, this.lastPing);
    if (this.silentMs >= this.times.silentAfterMs) this.health.enter('silent');
  }
}
