import type { Debugger } from 'node:inspector';
import type { Request } from './internals.js';

/** Why the program stands still. */
export type StopReason = 'entry' | 'breakpoint' | 'step' | 'pause' | 'exception' | 'debugger statement';

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
  readonly ids: number[];
}

/** @param request what was asked for before the stop, if anything */
export function describeStop(
  paused: Debugger.PausedEventDataType,
  hit: Hit,
  request: Request | undefined,
): Stop {
  const ids = hit.ids.length > 0 && { hitBreakpointIds: hit.ids };
  if (hit.entry) return { reason: 'entry', ...ids };
  if (hit.ids.length > 0) return { reason: 'breakpoint', ...ids };
  if (paused.reason === 'exception' || paused.reason === 'promiseRejection') {
    return { reason: 'exception', description: 'Paused on exception', ...exceptionText(paused.data) };
  }
  if (request !== undefined) return { reason: request === 'pause' ? 'pause' : 'step' };
  return { reason: 'debugger statement', description: 'Paused on a debugger statement' };
}

function exceptionText(data: object | undefined): { text?: string } {
  const description: unknown = data !== undefined && 'description' in data ? data.description : undefined;
  return typeof description === 'string' ? { text: description } : {};
}
