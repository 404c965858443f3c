import { createHistogram } from 'node:perf_hooks';
import type { Histogram, RecordableHistogram } from 'node:perf_hooks';
import type { TrafficCounters } from '../core/trafficCounters.js';

/**
 * The state of a connection to its peer: `good`; `slow`, if the last answer took a second or more; `silent`, if nothing
 * came for `silentAfterMs`; `resuming`, while the connection is broken and another one may continue the session.
 */
export type HealthState = 'good' | 'slow' | 'silent' | 'resuming';

/** A change of the state. */
export interface HealthChange {
  readonly state: HealthState;
  readonly previous: HealthState;
  /** Time in the previous state, in milliseconds. */
  readonly previousMs: number;
}

export type HealthWatcher = (change: HealthChange) => void;

/** Time of an answer from which on the connection is slow, in milliseconds. */
const SLOW_MS = 1_000;
const NS_PER_MS = 1_000_000;
/** The longest time that the histogram tells apart: an hour. */
const LONGEST_NS = 3_600_000 * NS_PER_MS;

/** The health of a connection, and what it has done so far. */
export interface ConnectionHealth extends TrafficCounters {
  readonly state: HealthState;
  /** Times from ping to answer, in nanoseconds. Undefined before the first: pings are sent while nothing else comes. */
  readonly roundTrips: Histogram | undefined;
  /** The most bytes that have waited to be sent. */
  readonly mostBytesToSend: number;
  /** The most bytes that have waited to be read. */
  readonly mostBytesToRead: number;
  /** How often another connection has continued the session. */
  readonly resumes: number;
  /** Bytes that were sent again for that. */
  readonly replayedBytes: number;
}

/** What is known of the health of one connection. */
export class HealthRecord {
  state: HealthState = 'good';
  /** How often another stream has continued the session. */
  resumes = 0;
  /** Bytes that were sent again. */
  replayedBytes = 0;
  private histogram: RecordableHistogram | undefined;
  private since = performance.now();
  private readonly watchers = new Set<HealthWatcher>();

  /** Calls `watcher`, which must not throw, for each change of the state. */
  watch(watcher: HealthWatcher): void {
    this.watchers.add(watcher);
  }

  /** @param most the most bytes that have waited: to be sent, and to be read */
  snapshot(
    counters: TrafficCounters,
    most: { readonly sent: number; readonly received: number } = { sent: 0, received: 0 },
  ): ConnectionHealth {
    const { state, resumes, replayedBytes, histogram: roundTrips } = this;
    const waited = { mostBytesToSend: most.sent, mostBytesToRead: most.received };
    return { state, roundTrips, ...counters, ...waited, resumes, replayedBytes };
  }

  enter(state: HealthState): void {
    const { state: previous, since } = this;
    if (state === previous) return;
    this.state = state;
    this.since = performance.now();
    const change = { state, previous, previousMs: this.since - since };
    for (const watcher of this.watchers) watcher(change);
  }

  roundTrip(ms: number): void {
    this.histogram ??= createHistogram({ lowest: 1, highest: LONGEST_NS, figures: 2 });
    this.histogram.record(Math.min(Math.max(1, Math.round(ms * NS_PER_MS)), LONGEST_NS));
    this.enter(ms < SLOW_MS ? 'good' : 'slow');
  }

  resumed(replayedBytes: number): void {
    this.resumes += 1;
    this.replayedBytes += replayedBytes;
    this.enter('good');
  }
}
