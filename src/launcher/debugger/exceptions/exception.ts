import type { Debugger, Runtime } from 'node:inspector';
import { formatException, formatValue } from '../formatting/valueFormat.js';

/** What a thread has stopped for: something was thrown. */
export interface ThrownException {
  readonly value: Runtime.RemoteObject;
  /** Whether V8 expects that nobody will catch it. */
  readonly isUncaught: boolean;
  /** Whether it is a promise that is rejected with it. */
  readonly isRejection: boolean;
}

interface Reason {
  readonly reason: string;
  readonly auxData?: unknown;
}

/** @returns undefined for a pause that has another reason */
export function thrownIn({ reason, data }: Debugger.PausedEventDataType): ThrownException | undefined {
  const found = reasonsIn(reason, data).find(({ reason: one }) => isThrow(one));
  if (found === undefined) return undefined;
  const value = (found.auxData ?? { type: 'undefined' }) as Runtime.RemoteObject & { uncaught?: boolean };
  return { value, isUncaught: value.uncaught === true, isRejection: found.reason === 'promiseRejection' };
}

/** A pause that has several reasons at once names them in its data. */
function reasonsIn(reason: string, data: object | undefined): readonly Reason[] {
  if (reason !== 'ambiguous') return [{ reason, auxData: data }];
  return data !== undefined && 'reasons' in data ? (data.reasons as Reason[]) : [];
}

function isThrow(reason: string): boolean {
  return reason === 'exception' || reason === 'promiseRejection';
}

/** What was thrown, on one line where it has no more: the class and message of an error, the value of anything else. */
export function textOfThrown({ value }: ThrownException): string {
  if (value.subtype !== 'error') return formatValue(value);
  return formatException({ exceptionId: 0, text: '', lineNumber: 0, columnNumber: 0, exception: value });
}
