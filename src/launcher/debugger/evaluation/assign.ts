import type { Runtime } from 'node:inspector';
import type { VariableContainer } from '../values/variableStore.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import { valueOf } from './evaluate.js';
import type { Evaluation } from './evaluate.js';
import type { InspectedThread } from '../values/inspectedThread.js';
import type { ValueFormat } from '../formatting/primitives.js';
import { describeValue } from '../values/describeValue.js';
import type { ValueDetails } from '../values/describeValue.js';
import { asArgument, resultOfCall } from '../values/inProgram.js';
import { asParent } from '../values/memberExpression.js';
import { readProperties } from '../values/properties.js';
import { readEntries } from '../values/entries.js';
import { setInScope } from '../values/scopeValues.js';

/** A variable, and the expression for its new value. */
export interface Assignment {
  readonly reference: number;
  readonly name: string;
  readonly value: string;
  readonly format?: ValueFormat;
  readonly signal?: AbortSignal;
}

/** An assignable expression, and the expression for its new value. */
export interface ExpressionAssignment extends Omit<Evaluation, 'context' | 'isPaused'> {
  readonly value: string;
}

/** The new value as reported to the adapter. */
export type Assigned = ValueDetails & { readonly value: string };

/** Runs in the program. A setter of a prototype runs with the object that has the prototype as `this`. */
const SET_PROPERTY = `function (key, value, receiver) {
  'use strict';
  const own = Reflect.getOwnPropertyDescriptor(this, key);
  const target = own !== undefined && 'value' in own ? this : (receiver ?? this);
  target[key] = value;
  return target[key];
}`;

/** Runs in the program, for a Map. */
const SET_ENTRY = `function (key, value) {
  Map.prototype.set.call(this, key, value);
  return value;
}`;

/**
 * Changes the value of a variable.
 *
 * @throws DebuggerError with the reason if the variable cannot be changed, or the value cannot be evaluated
 */
export async function setVariable(thread: InspectedThread, assignment: Assignment): Promise<Assigned> {
  const { reference, name, value, format, signal } = assignment;
  const container = thread.variableStore.get(reference);
  const frame = thread.frameOf(container);
  thread.variableStore.markChanged();
  const names = await thread.namesIn(frame);
  const evaluation = {
    expression: `(${value}\n)`,
    names,
    frame,
    signal,
    isPaused: thread.execution.isPaused,
  };
  const newValue = await valueOf(thread.client, evaluation);
  if (signal?.aborted === true) throw new DebuggerError('the change was given up');
  const set = await assign(thread, container, { name, newValue, value });
  return describeValue(thread.variableStore, set, { origin: container, expression: undefined, format });
}

/**
 * Changes the value of an assignable expression.
 *
 * @throws DebuggerError as {@link setVariable}
 */
export async function setExpression(
  thread: InspectedThread,
  assignment: ExpressionAssignment,
): Promise<Assigned> {
  const { expression, value, frame, format } = assignment;
  const { client, variableStore, execution } = thread;
  const evaluation = { ...assignment, names: await thread.namesIn(frame), isPaused: execution.isPaused };
  variableStore.markChanged();
  const assigned = await valueOf(client, { ...evaluation, expression: `(${expression}\n) = (${value}\n)` });
  // The stored value may differ from the assigned value, for example in a typed array.
  const read = valueOf(client, { ...evaluation, expression, context: 'hover' });
  const result = await read.catch(() => assigned);
  const lifetime = frame === undefined ? 'session' : 'stop';
  const origin = { lifetime, callFrameId: frame?.callFrameId } as const;
  return describeValue(variableStore, result, { origin, expression: asParent(expression), format });
}

interface NewValue {
  readonly name: string;
  readonly newValue: Runtime.RemoteObject;
  /** The expression for the new value. */
  readonly value: string;
}

async function assign(
  thread: InspectedThread,
  container: VariableContainer,
  change: NewValue,
): Promise<Runtime.RemoteObject> {
  const { name, newValue } = change;
  if (container.shape === 'scope') {
    return setInScope(thread, container, await scriptNameOf(thread, container, name), newValue);
  }
  if (name.startsWith('[[')) throw new DebuggerError(`${name} is the engine's own, and cannot be changed`);
  if (name.startsWith('#')) return setPrivate(thread, container, change);
  if (container.shape === 'set')
    throw new DebuggerError('an element of a Set cannot be changed, only deleted');
  if (container.shape === 'entry' && name !== 'value') {
    throw new DebuggerError('the key of an entry cannot be changed, only its value');
  }
  const entry = await entryOf(thread, container, name);
  if (entry !== undefined) return setEntry(thread, container, entry, newValue);
  const { objectId: thisObjectId, receiver, lifetime } = container;
  const args = [
    await keyOf(thread, container, name),
    asArgument(newValue),
    ...(receiver === undefined ? [] : [{ objectId: receiver.objectId }]),
  ];
  return resultOfCall(thread.client, { code: SET_PROPERTY, thisObjectId, args, lifetime });
}

/** The name in the script of a variable of a scope, for the name under which it is shown. */
async function scriptNameOf(
  { client }: InspectedThread,
  container: VariableContainer,
  shown: string,
): Promise<string> {
  const { names } = container;
  if (names === undefined) return shown;
  const properties = await readProperties(client, container);
  return properties.find(({ name }) => names(name).name === shown)?.name ?? shown;
}

/**
 * The entry of a Map to change: an object with `key` and `value`. Undefined if a property is to be changed.
 */
async function entryOf(
  thread: InspectedThread,
  container: VariableContainer,
  name: string,
): Promise<string | undefined> {
  if (container.shape === 'entry') return container.objectId;
  if (container.shape !== 'map' || !/^\d+$/.test(name)) return undefined;
  const [entry] = await readEntries(thread.client, container, { start: Number(name), count: 1 });
  return entry?.value.objectId;
}

async function setEntry(
  { client }: InspectedThread,
  { objectId, receiver, lifetime }: VariableContainer,
  entry: string,
  newValue: Runtime.RemoteObject,
): Promise<Runtime.RemoteObject> {
  const code = 'function (value) { this.value = value; return this.key; }';
  const key = await resultOfCall(client, {
    code,
    thisObjectId: entry,
    args: [asArgument(newValue)],
    lifetime,
  });
  const args = [asArgument(key), asArgument(newValue)];
  return resultOfCall(client, {
    code: SET_ENTRY,
    thisObjectId: receiver?.objectId ?? objectId,
    args,
    lifetime,
  });
}

/** Changes a private member. Only an expression can access it. */
async function setPrivate(
  thread: InspectedThread,
  container: VariableContainer,
  { name, value }: NewValue,
): Promise<Runtime.RemoteObject> {
  const { expression } = container;
  if (expression === undefined)
    throw new DebuggerError(`${name} has no expression by which it can be changed`);
  const isPaused = thread.execution.isPaused;
  return valueOf(thread.client, {
    ...{ expression: `${expression}.${name} = (${value}\n)`, frame: thread.frameOf(container), isPaused },
  });
}

async function keyOf(
  { client }: InspectedThread,
  container: VariableContainer,
  name: string,
): Promise<Runtime.CallArgument> {
  if (!name.startsWith('Symbol(')) return { value: name };
  const found = (await readProperties(client, container)).find((property) => property.name === name);
  return found?.symbol === undefined ? { value: name } : asArgument(found.symbol);
}
