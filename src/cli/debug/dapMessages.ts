/** What this front-end reads of the Debug Adapter Protocol. That it is an object is checked, no more. */
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
  /** 1-based. */
  line: number;
  source?: { name?: string; path?: string };
}

export interface Scope {
  name: string;
  variablesReference: number;
  /** Set for scopes too large to be shown unasked, such as the global one. */
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
  /** 1-based; where it really sits, which may be below the line asked for. */
  line?: number;
  message?: string;
}

/** Narrows what came over the wire; undefined if it is not a DAP message at all. */
export function readDapMessage(value: unknown): DapMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return 'type' in value && typeof value.type === 'string' ? (value as DapMessage) : undefined;
}

/** The text of a failed response: the filled-in `error.format` where there is one, else `message`. */
export function failureText(response: DapResponse): string {
  const error = response.body?.['error'] as
    { format?: string; variables?: Record<string, string> } | undefined;
  if (typeof error?.format !== 'string') return response.message ?? 'no reason given';
  return error.format.replace(/\{(\w+)\}/g, (whole, name: string) => error.variables?.[name] ?? whole);
}
