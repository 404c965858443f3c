import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import type { BreakpointRequest, BreakpointSource } from '../debugger/breakpoints/breakpoint.js';
import type { FunctionRequest } from '../debugger/breakpoints/functionBreakpoints.js';
import type { LocationRange } from '../debugger/breakpoints/breakpointLocations.js';
import type { StopRequest } from '../debugger/breakpoints/stopCondition.js';
import { DebuggerError } from '../debugger/inspector/debuggerError.js';
import type { ExceptionRequest } from '../debugger/exceptions/exceptionBreakpoints.js';
import { optionalNumber, optionalString, requiredNumber, requiredString } from './readArguments.js';

/**
 * Reads the source and the breakpoints of `setBreakpoints`.
 *
 * @throws DebuggerError if a field is invalid
 */
export function readBreakpoints(args: Message): {
  source: BreakpointSource;
  requests: BreakpointRequest[];
} {
  return { source: readSource(args), requests: listIn(args, 'breakpoints').map(readBreakpoint) };
}

/**
 * Reads the breakpoints of `setFunctionBreakpoints`.
 *
 * @throws DebuggerError if a field is invalid
 */
export function readFunctionBreakpoints(args: Message): FunctionRequest[] {
  return listIn(args, 'breakpoints').map((entry) => ({
    name: requiredString(entry, 'name'),
    ...readStop(entry),
  }));
}

/**
 * Reads the filters of `setExceptionBreakpoints`, in the order of the response: `filters`, then
 * `filterOptions`, then `exceptionOptions`.
 *
 * @throws DebuggerError if a field is invalid
 */
export function readExceptionFilters(args: Message): ExceptionRequest[] {
  const filters: unknown = args.filters ?? [];
  if (!Array.isArray(filters)) throw new DebuggerError('"filters" must be a list');
  return [
    ...filters.map((filter: unknown) => ({ filter: String(filter) })),
    ...listIn(args, 'filterOptions').map((entry) => ({
      filter: requiredString(entry, 'filterId'),
      condition: nonEmpty(entry, 'condition'),
    })),
    ...listIn(args, 'exceptionOptions').map((entry) => ({ filter: filterOf(entry) })),
  ];
}

/**
 * Reads the source and the range of `breakpointLocations`.
 *
 * @throws DebuggerError if a field is invalid
 */
export function readLocationRange(args: Message): { source: BreakpointSource; range: LocationRange } {
  const line = readLine(args);
  const endLine = optionalNumber(args, 'endLine') ?? line;
  const column = optionalNumber(args, 'column');
  return {
    source: readSource(args),
    range: { line, column, endLine, endColumn: optionalNumber(args, 'endColumn') },
  };
}

/** Maps `breakMode` to a filter: `always` to `all`, `never` to no filter, other modes to `uncaught`. */
function filterOf(entry: Message): string {
  const mode = requiredString(entry, 'breakMode');
  if (mode === 'always') return 'all';
  return mode === 'never' ? 'never' : 'uncaught';
}

function readSource({ source }: Message): BreakpointSource {
  const known = isRecord(source) ? source : {};
  const path = optionalString(known, 'path');
  const sourceReference = optionalNumber(known, 'sourceReference') ?? 0;
  if (path === undefined && sourceReference === 0)
    throw new DebuggerError('"source.path" is missing: a string');
  return { path: path ?? '', ...(sourceReference > 0 && { sourceReference }) };
}

function readBreakpoint(entry: Message): BreakpointRequest {
  return { line: readLine(entry), column: optionalNumber(entry, 'column'), ...readStop(entry) };
}

function readStop(entry: Message): StopRequest {
  return {
    condition: nonEmpty(entry, 'condition'),
    hitCondition: nonEmpty(entry, 'hitCondition'),
    logMessage: nonEmpty(entry, 'logMessage'),
  };
}

function readLine(entry: Message): number {
  const line = requiredNumber(entry, 'line');
  if (!Number.isInteger(line) || line < 1) throw new DebuggerError('lines count from 1');
  return line;
}

/** Returns undefined for an empty text, which clients send for an empty field. */
function nonEmpty(entry: Message, name: string): string | undefined {
  const text = optionalString(entry, name);
  return text === undefined || text.trim() === '' ? undefined : text;
}

function listIn(args: Message, name: string): Message[] {
  const list: unknown = args[name] ?? [];
  if (!Array.isArray(list) || !list.every(isRecord))
    throw new DebuggerError(`"${name}" must be a list of objects`);
  return list;
}
