import { textOfException } from '../exceptions/exception.js';
import type { ThrownException } from '../exceptions/exception.js';
import type { Request } from '../stepping/stepThroughSkipped.js';

/** The reasons of a stop. */
export type StopReason =
  | (
      | 'entry'
      | 'breakpoint'
      | 'step'
      | 'pause'
      | 'restart'
      | 'exception'
      | 'debugger statement'
      | 'out of memory'
    )
  /** A reason of V8 that has no name here yet. */
  | (string & {});

/** A stop as reported to the adapter. */
export interface Stop {
  readonly reason: StopReason;
  /** A sentence for the user, if the reason alone is not sufficient. */
  readonly description?: string;
  /** Additional text such as the exception's message. */
  readonly text?: string;
  readonly hitBreakpointIds?: number[];
}

/** The breakpoints and the exception of a pause. */
export interface Hit {
  /** True for the stop before the program's first statement. */
  readonly isEntry: boolean;
  /** The ids of the breakpoints and exception filters that were hit. */
  readonly ids: number[];
  /**
   * True if the pause was caused only by breakpoints or exceptions that do not stop. The program continues.
   */
  readonly autoContinue: boolean;
  readonly exception: ThrownException | undefined;
}

/** The stops for reasons that V8 gives by name, beside exceptions and `debugger` statements. */
const NAMED_STOPS: Readonly<Record<string, Stop>> = {
  OOM: { reason: 'out of memory', description: 'Paused before running out of memory' },
  EventListener: { reason: 'event listener', description: 'Paused on an event listener' },
};

/** The reasons that say no more than that the thread paused: by a request or a `debugger` statement. */
const UNSPECIFIC_REASONS: ReadonlySet<string> = new Set([
  ...['step', 'debugCommand', 'ambiguous', 'Break on start'],
]);

/**
 * Describes a stop.
 *
 * @param request the last request before the stop, if any
 * @param reasons the names that V8 gives for the pause
 */
export function describeStop(hit: Hit, request: Request | undefined, reasons: readonly string[] = []): Stop {
  const ids = hit.ids.length > 0 && { hitBreakpointIds: hit.ids };
  if (hit.isEntry) return { reason: 'entry', description: 'Paused on entry', ...ids };
  if (hit.exception !== undefined) return { ...describeException(hit.exception), ...ids };
  if (hit.ids.length > 0) return { reason: 'breakpoint', description: 'Paused on breakpoint', ...ids };
  const named = reasons.find((reason) => !UNSPECIFIC_REASONS.has(reason));
  if (named !== undefined) return NAMED_STOPS[named] ?? { reason: named, description: `Paused on ${named}` };
  if (request === 'pause') return { reason: 'pause', description: 'Paused' };
  if (request === 'restart') return { reason: 'restart', description: 'Paused at the restarted frame' };
  if (request !== undefined) return { reason: 'step', description: 'Paused on step' };
  return { reason: 'debugger statement', description: 'Paused on a debugger statement' };
}

function describeException(exception: ThrownException): Stop {
  const what = exception.isRejection ? 'promise rejection' : 'exception';
  const kind = exception.isUncaught ? 'uncaught ' : '';
  return { reason: 'exception', description: `Paused on ${kind}${what}`, text: textOfException(exception) };
}
