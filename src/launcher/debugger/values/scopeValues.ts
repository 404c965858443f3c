import type { Runtime } from 'node:inspector';
import type { Container } from './variableStore.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { ThreadDebugger } from '../threadDebugger.js';
import { asArgument, callInProgram, resultInProgram } from './inProgram.js';

/** Reading plain variables takes no longer, however many there are. In milliseconds. */
const READ_MS = 500;

/** Runs in the program: the names in a scope that no scope further in has too. */
const VISIBLE_NAMES = `function (...inner) {
  return Reflect.ownKeys(this).filter((name) => !inner.some((scope) => Object.hasOwn(scope, name)));
}`;

/** Runs in the program. */
const TAKE_OVER = `function (values) {
  for (const name of Reflect.ownKeys(values)) Reflect.defineProperty(this, name, {
    value: values[name], writable: true, enumerable: true, configurable: true,
  });
}`;

/**
 * Brings a scope's object up to date. The inspector makes it when the thread stops, and what an expression changes
 * afterwards does not show in it.
 */
export async function refreshScope(client: InspectorClient, container: Container): Promise<void> {
  const { objectId, callFrameId, innerScopes, lifetime } = container;
  if (innerScopes === undefined || callFrameId === undefined) return;
  const args = innerScopes.map((id) => ({ objectId: id }));
  const call = { code: VISIBLE_NAMES, self: objectId, args, lifetime, byValue: true };
  const names = (await resultInProgram(client, call)).value as string[];
  const reads = names.map((name) => `try { values.${name} = ${name}; } catch {}`);
  const { result } = await client.post('Debugger.evaluateOnCallFrame', {
    callFrameId,
    expression: `(() => { const values = { __proto__: null }; ${reads.join(' ')} return values; })()`,
    silent: true,
    ...{ throwOnSideEffect: true, timeout: READ_MS },
  });
  if (result.objectId === undefined || result.subtype === 'error') return;
  await takeOver(client, container, result.objectId);
}

/**
 * Gives a variable of a scope a new value.
 *
 * @throws DebuggerError where the engine does not let it be changed
 */
export async function setInScope(
  { client, execution }: ThreadDebugger,
  container: Container,
  variableName: string,
  newValue: Runtime.RemoteObject,
): Promise<Runtime.RemoteObject> {
  const { objectId: self, callFrameId, scopeNumber, lifetime } = container;
  const frame = execution.callFrames.find((one) => one.callFrameId === callFrameId);
  const scope = scopeNumber === undefined ? undefined : frame?.scopeChain[scopeNumber];
  if (callFrameId === undefined || scopeNumber === undefined || scope === undefined)
    throw notToBeChanged(variableName);
  if (container.extras?.some(({ name }) => name === variableName) === true)
    throw notToBeChanged(variableName);
  const value = asArgument(newValue);
  if (scope.type === 'global' || scope.type === 'with') {
    const code = `function (name, value) { 'use strict'; this[name] = value; return this[name]; }`;
    return resultInProgram(client, { code, self, args: [{ value: variableName }, value], lifetime });
  }
  try {
    await client.post('Debugger.setVariableValue', {
      scopeNumber,
      variableName,
      newValue: value,
      callFrameId,
    });
  } catch (error) {
    throw notToBeChanged(variableName, error);
  }
  const code = 'function (name, value) { return { __proto__: null, [name]: value }; }';
  const values = await resultInProgram(client, {
    code,
    self,
    args: [{ value: variableName }, value],
    lifetime,
  });
  if (values.objectId !== undefined) await takeOver(client, container, values.objectId);
  return newValue;
}

async function takeOver(
  client: InspectorClient,
  { objectId: self, lifetime }: Container,
  values: string,
): Promise<void> {
  await callInProgram(client, {
    code: TAKE_OVER,
    self,
    args: [{ objectId: values }],
    lifetime,
    byValue: true,
  });
}

function notToBeChanged(name: string, cause?: unknown): DebuggerError {
  return new DebuggerError(`${name} cannot be changed here`, { cause });
}
