import type { Logger, TraceNote, TraceSink } from '../../ipc/index.js';
import { classify } from '../format/classify.js';
import type { TraceOrigin } from '../format/traceFormat.js';
import type { TraceTarget } from './traceFile.js';

/** Logs each message at level `trace`: what it is, and not what it contains. */
export class LogTrace implements TraceTarget {
  constructor(private readonly logger: Logger) {}

  link(origin: TraceOrigin): TraceSink {
    const log = (fields: object, what: string): void => this.logger.trace({ ...origin, ...fields }, what);
    return {
      message: (direction, message) => log({ direction, ...classify(message) }, 'message'),
      note: (kind: TraceNote, fields) => {
        if (kind !== 'log') log(fields, kind);
      },
    };
  }

  hide(): void {
    // Contents are not logged.
  }
}

/** Records in several targets at once. */
export class TraceTargets implements TraceTarget {
  constructor(private readonly targets: readonly TraceTarget[]) {}

  link(origin: TraceOrigin): TraceSink {
    const sinks = this.targets.map((target) => target.link(origin));
    return {
      message: (direction, message, json, at) => {
        for (const sink of sinks) sink.message(direction, message, json, at);
      },
      note: (kind, fields) => {
        for (const sink of sinks) sink.note(kind, fields);
      },
    };
  }

  hide(values: Iterable<string>): void {
    const all = [...values];
    for (const target of this.targets) target.hide(all);
  }
}
