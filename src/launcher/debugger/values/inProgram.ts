import type { Runtime } from 'node:inspector';
import type { Lifetime } from './variableStore.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { OBJECT_GROUPS } from './objectGroup.js';
import { formatException } from '../formatting/valueFormat.js';

/** A function's text, and what it is called with: `this`, and the rest. */
export interface Call {
  /** An expression that gives a function. It must not rely on anything but the language itself. */
  readonly code: string;
  readonly self: string;
  readonly args?: readonly Runtime.CallArgument[];
  readonly lifetime: Lifetime;
  /** Whether the result is given as JSON. */
  readonly byValue?: boolean;
  /** Ends it, and fails, where it would change anything. */
  readonly harmless?: boolean;
}

/** Calls a function in the program. What it throws is in the result. */
export function callInProgram(
  client: InspectorClient,
  call: Call,
): Promise<Runtime.CallFunctionOnReturnType> {
  return client.post('Runtime.callFunctionOn', {
    objectId: call.self,
    functionDeclaration: call.code,
    arguments: [...(call.args ?? [])],
    objectGroup: OBJECT_GROUPS[call.lifetime],
    silent: true,
    ...(call.byValue === true ? { returnByValue: true } : { generatePreview: true }),
    ...(call.harmless === true && { throwOnSideEffect: true }),
  });
}

/** As {@link callInProgram}. @throws DebuggerError with the text of what the function throws */
export async function resultInProgram(client: InspectorClient, call: Call): Promise<Runtime.RemoteObject> {
  const { result, exceptionDetails } = await callInProgram(client, call);
  if (exceptionDetails !== undefined) throw new DebuggerError(formatException(exceptionDetails));
  return result;
}

/** A value as an argument of a call. */
export function asArgument({
  objectId,
  unserializableValue,
  value,
}: Runtime.RemoteObject): Runtime.CallArgument {
  if (objectId !== undefined) return { objectId };
  if (unserializableValue !== undefined) return { unserializableValue };
  return value === undefined ? {} : { value: value as unknown };
}
