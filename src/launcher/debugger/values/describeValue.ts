import type { Runtime } from 'node:inspector';
import { countIndexed } from './variableStore.js';
import type { VariableStore, Origin, Receiver } from './variableStore.js';
import { formatType, formatValue } from '../formatting/valueFormat.js';
import type { ValueFormat } from '../formatting/primitives.js';

/** The details that are reported with each value. */
export interface ValueDetails {
  readonly type: string;
  /** 0 if the value cannot be expanded. */
  readonly variablesReference: number;
  /** The number of elements of a large array, Map or Set, which a client can request by `start` and `count`. */
  readonly indexedVariables?: number;
  /** Present only with `indexedVariables`. Indicates that there are named variables, not how many. */
  readonly namedVariables?: number;
  /** For buffers and views of buffers. */
  readonly memoryReference?: string;
  /** The reference for the source location of a function. */
  readonly valueLocationReference?: number;
}

/** The origin of a value and the format to show it in. */
export interface ValueContext {
  readonly origin: Origin;
  readonly expression?: string | undefined;
  readonly receiver?: Receiver | undefined;
  readonly format?: ValueFormat | undefined;
}

/**
 * The most elements that are not counted for the client. A client asks for named variables first if it knows the count, and
 * for everything at once if it does not: elements are then first, as this launcher lists them.
 */
const MAX_UNCOUNTED = 100;

/** Subtypes of values whose bytes can be read. */
const SUBTYPES_WITH_MEMORY = ['typedarray', 'arraybuffer', 'dataview', 'webassemblymemory'];

/** Stores a value, and returns its text and its details. */
export function describeValue(
  store: VariableStore,
  value: Runtime.RemoteObject,
  { origin, expression, receiver, format }: ValueContext,
): ValueDetails & { readonly value: string } {
  const variablesReference = store.addValue(value, expression, origin, receiver);
  const indexedVariables = countIndexed(value);
  return {
    value: formatValue(value, format),
    type: formatType(value),
    variablesReference,
    ...(indexedVariables > MAX_UNCOUNTED && { indexedVariables, namedVariables: 1 }),
    ...(SUBTYPES_WITH_MEMORY.includes(value.subtype ?? '') && {
      memoryReference: String(variablesReference),
    }),
    ...(value.type === 'function' && { valueLocationReference: variablesReference }),
  };
}
