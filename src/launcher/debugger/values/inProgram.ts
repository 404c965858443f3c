import type { Runtime } from 'node:inspector';
import type { Lifetime } from './variableStore.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { OBJECT_GROUPS } from './objectGroup.js';
import { formatException } from '../formatting/valueFormat.js';

/** A function to call in the program, with its `this` and its arguments. */
export interface Call {
  /** An expression that evaluates to a function. The function must use only built-ins of the language. */
  readonly code: string;
  readonly thisObjectId: string;
  readonly args?: readonly Runtime.CallArgument[];
  readonly lifetime: Lifetime;
  /** True to return the result as JSON. Default: as a remote object. */
  readonly byValue?: boolean;
  /** True to fail instead of changing anything in the program. */
  readonly throwOnSideEffect?: boolean;
}

/** Calls a function in the program. An exception of the function is part of the result. */
export function callInProgram(
  client: InspectorClient,
  call: Call,
): Promise<Runtime.CallFunctionOnReturnType> {
  return client.post('Runtime.callFunctionOn', {
    objectId: call.thisObjectId,
    functionDeclaration: call.code,
    arguments: [...(call.args ?? [])],
    objectGroup: OBJECT_GROUPS[call.lifetime],
    silent: true,
    ...(call.byValue === true ? { returnByValue: true } : { generatePreview: true }),
    ...(call.throwOnSideEffect === true && { throwOnSideEffect: true }),
  });
}

/**
 * Calls a function in the program and returns its result.
 *
 * @throws DebuggerError with the text of the exception that the function throws
 */
export async function resultOfCall(client: InspectorClient, call: Call): Promise<Runtime.RemoteObject> {
  const { result, exceptionDetails } = await callInProgram(client, call);
  if (exceptionDetails !== undefined) throw new DebuggerError(formatException(exceptionDetails));
  return result;
}

/** Converts a value to a call argument. */
export function asArgument({
  objectId,
  unserializableValue,
  value,
}: Runtime.RemoteObject): Runtime.CallArgument {
  if (objectId !== undefined) return { objectId };
  if (unserializableValue !== undefined) return { unserializableValue };
  return value === undefined ? {} : { value: value as unknown };
}
