import type { Runtime } from 'node:inspector';
import type { VariableContainer } from './variableStore.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { InspectedThread } from './inspectedThread.js';
import { asArgument, callInProgram, resultOfCall } from './inProgram.js';

/** The time limit for reading the variables of a scope, in milliseconds. */
const READ_TIMEOUT_MS = 500;

/** Runs in the program. Returns the names in a scope that no inner scope hides. */
const VISIBLE_NAMES = `function (...inner) {
  return Reflect.ownKeys(this).filter((name) => !inner.some((scope) => Object.hasOwn(scope, name)));
}`;

/** Runs in the program. Copies all values to `this`. */
const COPY_VALUES = `function (values) {
  for (const name of Reflect.ownKeys(values)) Reflect.defineProperty(this, name, {
    value: values[name], writable: true, enumerable: true, configurable: true,
  });
}`;

/**
 * Updates the object of a scope. The inspector creates this object when the thread stops, so later changes by
 * expressions are not visible in it.
 */
export async function refreshScope(client: InspectorClient, container: VariableContainer): Promise<void> {
  const { objectId, callFrameId, innerScopes, lifetime } = container;
  if (innerScopes === undefined || callFrameId === undefined) return;
  const args = innerScopes.map((id) => ({ objectId: id }));
  const call = { code: VISIBLE_NAMES, thisObjectId: objectId, args, lifetime, byValue: true };
  const names = (await resultOfCall(client, call)).value as string[];
  const reads = names.map((name) => `try { values.${name} = ${name}; } catch {}`);
  const { result } = await client.post('Debugger.evaluateOnCallFrame', {
    callFrameId,
    expression: `(() => { const values = { __proto__: null }; ${reads.join(' ')} return values; })()`,
    silent: true,
    ...{ throwOnSideEffect: true, timeout: READ_TIMEOUT_MS },
  });
  if (result.objectId === undefined || result.subtype === 'error') return;
  await copyValues(client, container, result.objectId);
}

/**
 * Changes a variable of a scope.
 *
 * @throws DebuggerError if the engine does not allow the change
 */
export async function setInScope(
  { client, execution }: Pick<InspectedThread, 'client' | 'execution'>,
  container: VariableContainer,
  variableName: string,
  newValue: Runtime.RemoteObject,
): Promise<Runtime.RemoteObject> {
  const { objectId: thisObjectId, callFrameId, scopeNumber, lifetime } = container;
  const frame = execution.callFrames.find((one) => one.callFrameId === callFrameId);
  const scope = scopeNumber === undefined ? undefined : frame?.scopeChain[scopeNumber];
  if (callFrameId === undefined || scopeNumber === undefined || scope === undefined)
    throw notChangeable(variableName);
  if (container.extras?.some(({ name }) => name === variableName) === true) throw notChangeable(variableName);
  const value = asArgument(newValue);
  if (scope.type === 'global' || scope.type === 'with') {
    const code = `function (name, value) { 'use strict'; this[name] = value; return this[name]; }`;
    return resultOfCall(client, {
      code,
      thisObjectId,
      args: [{ value: variableName }, value],
      lifetime,
    });
  }
  try {
    await client.post('Debugger.setVariableValue', {
      scopeNumber,
      variableName,
      newValue: value,
      callFrameId,
    });
  } catch (error) {
    throw notChangeable(variableName, error);
  }
  const code = 'function (name, value) { return { __proto__: null, [name]: value }; }';
  const values = await resultOfCall(client, {
    code,
    thisObjectId,
    args: [{ value: variableName }, value],
    lifetime,
  });
  if (values.objectId !== undefined) await copyValues(client, container, values.objectId);
  return newValue;
}

async function copyValues(
  client: InspectorClient,
  { objectId: thisObjectId, lifetime }: VariableContainer,
  values: string,
): Promise<void> {
  await callInProgram(client, {
    code: COPY_VALUES,
    thisObjectId,
    args: [{ objectId: values }],
    lifetime,
    byValue: true,
  });
}

function notChangeable(name: string, cause?: unknown): DebuggerError {
  return new DebuggerError(`${name} cannot be changed here`, { cause });
}
