/**
 * The parts of the Debug Adapter Protocol that this front-end uses. Messages are only checked to be objects
 * with a type.
 */
export interface DapMessage {
  type: string;
  seq: number;
  [field: string]: unknown;
}

export interface DapEvent {
  event: string;
  body: Record<string, unknown>;
}

export interface DapResponse extends DapMessage {
  request_seq: number;
  success: boolean;
  message?: string;
  body?: Record<string, unknown>;
}

export interface StackFrame {
  id: number;
  name: string;
  /** Counts from 1. */
  line: number;
  source?: { name?: string; path?: string };
}

export interface Scope {
  name: string;
  variablesReference: number;
  /** True for scopes that are too large to be shown without request, such as the global scope. */
  expensive?: boolean;
}

export interface Variable {
  name: string;
  value: string;
  variablesReference: number;
}

export interface Evaluation {
  result: string;
  variablesReference: number;
}

export interface BreakpointState {
  id?: number;
  verified: boolean;
  /** Actual line, counted from 1. It may be below the requested line. */
  line?: number;
  message?: string;
}

/** Checks that a value is a DAP message. Returns undefined if not. */
export function readDapMessage(value: unknown): DapMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return 'type' in value && typeof value.type === 'string' ? (value as DapMessage) : undefined;
}

/** Returns the text of a failed response: the filled-in `error.format` if it exists, otherwise `message`. */
export function failureText(response: DapResponse): string {
  const error = response.body?.['error'] as
    { format?: string; variables?: Record<string, string> } | undefined;
  if (typeof error?.format !== 'string') return response.message ?? 'no reason given';
  return error.format.replace(/\{(\w+)\}/g, (whole, name: string) => error.variables?.[name] ?? whole);
}
