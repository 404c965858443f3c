import type { InspectorClient } from '../inspector/inspectorClient.js';
import { OBJECT_GROUPS } from '../values/objectGroup.js';
import type { SourceLocations } from '../sources/sourceLocations.js';
import { formatType } from '../formatting/valueFormat.js';
import { textOfException } from './exception.js';
import type { ThrownException } from './exception.js';

/** The details of an exception as reported to the adapter. */
export interface ExceptionInfo {
  /** The class of an error, or the type of another value. */
  readonly exceptionId: string;
  readonly description: string;
  readonly breakMode: 'always' | 'unhandled';
  readonly details: ExceptionDetails;
}

export interface ExceptionDetails {
  readonly message: string;
  readonly typeName: string;
  readonly fullTypeName: string;
  readonly stackTrace?: string;
  /** The cause of the error, and the errors of an `AggregateError`. */
  readonly innerException?: ExceptionDetails[];
}

/** The result of {@link DESCRIBE_ERROR}. */
interface ErrorDescription {
  readonly type: string;
  readonly bases: string;
  readonly message: string;
  readonly stack?: string;
  readonly inner: readonly ErrorDescription[];
}

/** The most nested causes. */
const MAX_DEPTH = 16;
/** The most errors in one exception. */
const MAX_ERRORS = 100;

/**
 * Runs in the program. Describes an error and its causes. Values whose getter throws are left out, and each
 * error is described only once, even if it is its own cause.
 */
const DESCRIBE_ERROR = `function (maxDepth, maxErrors) {
  const seen = new Set();
  const attempt = (read) => { try { return read(); } catch { return undefined; } };
  const textOf = (value) => attempt(() => typeof value === 'object' && value !== null
    ? Object.prototype.toString.call(value) : typeof value === 'string' ? value : String(value)) ?? '';
  const describe = (error, depth) => {
    seen.add(error);
    const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function';
    const read = (name) => isObject ? attempt(() => error[name]) : undefined;
    const classes = [];
    for (let at = isObject ? attempt(() => Object.getPrototypeOf(error)) : null; at && classes.length < maxDepth; ) {
      const own = attempt(() => Object.getOwnPropertyDescriptor(at, 'constructor')?.value?.name);
      if (typeof own === 'string' && own !== '' && own !== 'Object') classes.push(own);
      at = attempt(() => Object.getPrototypeOf(at));
    }
    const hasMessage = typeof read('message') === 'string';
    const errors = attempt(() => Array.isArray(read('errors')) ? read('errors').slice(0, maxErrors) : []) ?? [];
    const behind = [...(read('cause') === undefined ? [] : [read('cause')]), ...errors];
    const inner = [];
    for (const one of depth < maxDepth ? behind : []) {
      if (seen.size < maxErrors && !seen.has(one)) inner.push(describe(one, depth + 1));
    }
    return {
      type: classes[0] ?? (error === null ? 'null' : typeof error),
      bases: classes.join(' < '),
      message: hasMessage ? read('message') : textOf(error),
      stack: typeof read('stack') === 'string' ? read('stack') : undefined,
      inner,
    };
  };
  return describe(this, 0);
}`;

/** Reads the details of an exception. */
export async function readExceptionInfo(
  client: InspectorClient,
  locations: SourceLocations,
  exception: ThrownException,
): Promise<ExceptionInfo> {
  const { value } = exception;
  const description = textOfException(exception);
  const breakMode = exception.isUncaught ? 'unhandled' : 'always';
  if (value.subtype !== 'error' || value.objectId === undefined) {
    const type = formatType(value);
    const details = { message: description, typeName: type, fullTypeName: type };
    return { exceptionId: type, description, breakMode, details };
  }
  const { result, exceptionDetails } = await client.post('Runtime.callFunctionOn', {
    objectId: value.objectId,
    functionDeclaration: DESCRIBE_ERROR,
    arguments: [{ value: MAX_DEPTH }, { value: MAX_ERRORS }],
    returnByValue: true,
    objectGroup: OBJECT_GROUPS.stop,
    silent: true,
  });
  const type = formatType(value);
  const known = exceptionDetails === undefined ? (result.value as ErrorDescription) : undefined;
  const details = known === undefined ? undefined : withoutHeader(detailsOf(known, locations), description);
  return {
    exceptionId: known?.type ?? type,
    description,
    breakMode,
    details: details ?? { message: description, typeName: type, fullTypeName: type },
  };
}

/** Leaves the description out of the stack: clients show the one above the other. */
function withoutHeader(details: ExceptionDetails, description: string): ExceptionDetails {
  const { stackTrace } = details;
  const header = `${description}\n`;
  return stackTrace?.startsWith(header) === true
    ? { ...details, stackTrace: stackTrace.slice(header.length) }
    : details;
}

function detailsOf(
  { type, bases, message, stack, inner }: ErrorDescription,
  locations: SourceLocations,
): ExceptionDetails {
  return {
    message,
    typeName: type,
    fullTypeName: bases === '' ? type : bases,
    ...(stack !== undefined && { stackTrace: locations.translateStack(stack) }),
    ...(inner.length > 0 && { innerException: inner.map((one) => detailsOf(one, locations)) }),
  };
}
