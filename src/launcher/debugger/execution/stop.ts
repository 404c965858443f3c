import { textOfThrown } from '../exceptions/exception.js';
import type { ThrownException } from '../exceptions/exception.js';
import type { Request } from '../stepping/stepThroughSkipped.js';

/** Why the program stands still. */
export type StopReason =
  'entry' | 'breakpoint' | 'step' | 'pause' | 'restart' | 'exception' | 'debugger statement';

/** What is told when the program stops. */
export interface Stop {
  readonly reason: StopReason;
  /** A sentence for people, where the reason alone is not one. */
  readonly description?: string;
  /** More on the reason, such as the exception's text. */
  readonly text?: string;
  readonly hitBreakpointIds?: number[];
}

/** The breakpoints that a pause has hit. */
export interface Hit {
  /** The stop before the program's first statement. */
  readonly entry: boolean;
  /** Of breakpoints, and of the exception filters that stop at what was thrown. */
  readonly ids: number[];
  /** The pause was for breakpoints or exceptions that do not stop after all. */
  readonly isUnwanted: boolean;
  readonly thrown: ThrownException | undefined;
}

/** @param request what was asked for before the stop, if anything */
export function describeStop(hit: Hit, request: Request | undefined): Stop {
  const ids = hit.ids.length > 0 && { hitBreakpointIds: hit.ids };
  if (hit.entry) return { reason: 'entry', ...ids };
  if (hit.thrown !== undefined) return { ...describeThrown(hit.thrown), ...ids };
  if (hit.ids.length > 0) return { reason: 'breakpoint', ...ids };
  if (request !== undefined)
    return { reason: request === 'pause' || request === 'restart' ? request : 'step' };
  return { reason: 'debugger statement', description: 'Paused on a debugger statement' };
}

function describeThrown(thrown: ThrownException): Stop {
  const what = thrown.isRejection ? 'promise rejection' : 'exception';
  const kind = thrown.isUncaught ? 'uncaught ' : '';
  return { reason: 'exception', description: `Paused on ${kind}${what}`, text: textOfThrown(thrown) };
}
