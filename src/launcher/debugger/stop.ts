import type { Debugger } from 'node:inspector';
import type { Request } from './stepping/onward.js';

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
  if (isException(paused)) {
    return { reason: 'exception', description: 'Paused on exception', ...exceptionText(paused.data) };
  }
  if (request !== undefined)
    return { reason: request === 'pause' || request === 'restart' ? request : 'step' };
  return { reason: 'debugger statement', description: 'Paused on a debugger statement' };
}

/** Whether it is a thrown value that the program stands still for. */
export function isException({ reason }: Debugger.PausedEventDataType): boolean {
  return reason === 'exception' || reason === 'promiseRejection';
}

/** Whether somebody is there to catch it. */
export function isCaught({ data }: Debugger.PausedEventDataType): boolean {
  return !(data !== undefined && 'uncaught' in data && data.uncaught === true);
}

function exceptionText(data: object | undefined): { text?: string } {
  const description: unknown = data !== undefined && 'description' in data ? data.description : undefined;
  return typeof description === 'string' ? { text: description } : {};
}
