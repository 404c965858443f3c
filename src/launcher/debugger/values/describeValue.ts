import type { Runtime } from 'node:inspector';
import { countIndexed } from './variableStore.js';
import type { VariableStore, Origin, Receiver } from './variableStore.js';
import { formatType, formatValue } from '../formatting/valueFormat.js';
import type { ValueFormat } from '../formatting/valueFormat.js';

/** What is told of a value beside its text, wherever it is shown. */
export interface ValueDetails {
  readonly type: string;
  /** 0: nothing to expand. */
  readonly variablesReference: number;
  /** For arrays, Maps and Sets: how many elements a client can ask for by `start` and `count`. */
  readonly indexedVariables?: number;
  /** Given beside the elements alone: that there are others, not how many. */
  readonly namedVariables?: number;
  /** For buffers, and views of them. */
  readonly memoryReference?: string;
  /** For functions: where they are written. */
  readonly valueLocationReference?: number;
}

/** Where a value was found, and how it is to be shown. */
export interface Found {
  readonly origin: Origin;
  readonly expression?: string | undefined;
  readonly receiver?: Receiver | undefined;
  readonly format?: ValueFormat | undefined;
}

/** What has bytes to be read. */
const WITH_MEMORY = ['typedarray', 'arraybuffer', 'dataview', 'webassemblymemory'];

/** The text of a value and everything else that is told of it. */
export function describeValue(
  containers: VariableStore,
  value: Runtime.RemoteObject,
  { origin, expression, receiver, format }: Found,
): ValueDetails & { readonly value: string } {
  const variablesReference = containers.addValue(value, expression, origin, receiver);
  const indexedVariables = countIndexed(value);
  return {
    value: formatValue(value, format),
    type: formatType(value),
    variablesReference,
    ...(indexedVariables > 0 && { indexedVariables, namedVariables: 1 }),
    ...(WITH_MEMORY.includes(value.subtype ?? '') && { memoryReference: String(variablesReference) }),
    ...(value.type === 'function' && { valueLocationReference: variablesReference }),
  };
}
