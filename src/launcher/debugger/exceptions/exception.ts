import type { Debugger, Runtime } from 'node:inspector';
import { formatException, formatValue } from '../formatting/valueFormat.js';

/** The exception at which a thread has paused. */
export interface ThrownException {
  readonly value: Runtime.RemoteObject;
  /** True if V8 expects that the exception will not be caught. */
  readonly isUncaught: boolean;
  /** True if a promise was rejected with the value. */
  readonly isRejection: boolean;
}

interface Reason {
  readonly reason: string;
  readonly auxData?: unknown;
}

/** Reads the exception of a pause. @returns undefined if the pause has another reason */
export function exceptionIn({ reason, data }: Debugger.PausedEventDataType): ThrownException | undefined {
  const found = reasonsIn(reason, data).find(({ reason: one }) => isThrow(one));
  if (found === undefined) return undefined;
  const value = (found.auxData ?? { type: 'undefined' }) as Runtime.RemoteObject & { uncaught?: boolean };
  return { value, isUncaught: value.uncaught === true, isRejection: found.reason === 'promiseRejection' };
}

/** The names that V8 gives for the reasons of a pause, `other` left out. Empty for a `debugger` statement. */
export function namedReasons({ reason, data }: Debugger.PausedEventDataType): readonly string[] {
  return reasonsIn(reason, data)
    .map(({ reason: name }) => name)
    .filter((name) => name !== 'other' && name !== '');
}

/**
 * Returns all reasons of a pause. If there are several, the reason is `ambiguous` and the data contains the
 * list.
 */
function reasonsIn(reason: string, data: object | undefined): readonly Reason[] {
  if (reason !== 'ambiguous') return [{ reason, auxData: data }];
  return data !== undefined && 'reasons' in data ? (data.reasons as Reason[]) : [];
}

function isThrow(reason: string): boolean {
  return reason === 'exception' || reason === 'promiseRejection';
}

/** The text of an exception: the class and the message of an error, or the value of other exceptions. */
export function textOfException({ value }: ThrownException): string {
  if (value.subtype !== 'error') return formatValue(value);
  return formatException({ exceptionId: 0, text: '', lineNumber: 0, columnNumber: 0, exception: value });
}
