import type { Runtime } from 'node:inspector';
import type { Container } from '../values/variableStore.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import { valueOf } from './evaluate.js';
import type { Evaluation } from './evaluate.js';
import type { ThreadDebugger } from '../threadDebugger.js';
import type { ValueFormat } from '../formatting/valueFormat.js';
import { describeValue } from '../values/describeValue.js';
import type { ValueDetails } from '../values/describeValue.js';
import { asArgument, resultInProgram } from '../values/inProgram.js';
import { asParent } from '../values/memberExpression.js';
import { readProperties } from '../values/properties.js';
import { readEntries } from '../values/entries.js';
import { setInScope } from '../values/scopeValues.js';

/** A variable, and the expression of its new value. */
export interface Assignment {
  readonly reference: number;
  readonly name: string;
  readonly value: string;
  readonly format?: ValueFormat;
  readonly signal?: AbortSignal;
}

/** Any expression that can be assigned to, and the expression of its new value. */
export interface ExpressionAssignment extends Omit<Evaluation, 'context' | 'isPaused'> {
  readonly value: string;
}

/** The new value, as the adapter is told of it. */
export type Assigned = ValueDetails & { readonly value: string };

/** Runs in the program. A setter of a prototype is run for the object whose prototype it is. */
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
 * Gives a variable a new value.
 *
 * @throws DebuggerError with the reason where it cannot be changed, or the value has no value
 */
export async function setVariable(thread: ThreadDebugger, assignment: Assignment): Promise<Assigned> {
  const { reference, name, value, format, signal } = assignment;
  const container = thread.containers.get(reference);
  const frame = thread.frameOf(container);
  thread.containers.touch();
  const evaluation = { expression: `(${value}\n)`, frame, signal, isPaused: thread.execution.isPaused };
  const newValue = await valueOf(thread.client, evaluation);
  if (signal?.aborted === true) throw new DebuggerError('the change was given up');
  const set = await assign(thread, container, { name, newValue, value });
  return describeValue(thread.containers, set, { origin: container, expression: undefined, format });
}

/**
 * Gives whatever can be assigned to a new value.
 *
 * @throws DebuggerError as {@link setVariable}
 */
export async function setExpression(
  thread: ThreadDebugger,
  assignment: ExpressionAssignment,
): Promise<Assigned> {
  const { expression, value, frame, format } = assignment;
  const { client, containers, execution } = thread;
  const how = { ...assignment, isPaused: execution.isPaused };
  containers.touch();
  const assigned = await valueOf(client, { ...how, expression: `(${expression}\n) = (${value}\n)` });
  // What it has become: an element of a typed array may not be what it was given.
  const read = valueOf(client, { ...how, expression, context: 'hover' });
  const result = await read.catch(() => assigned);
  const lifetime = frame === undefined ? 'session' : 'stop';
  const origin = { lifetime, callFrameId: frame?.callFrameId } as const;
  return describeValue(containers, result, { origin, expression: asParent(expression), format });
}

interface NewValue {
  readonly name: string;
  readonly newValue: Runtime.RemoteObject;
  /** Its expression. */
  readonly value: string;
}

async function assign(
  thread: ThreadDebugger,
  container: Container,
  wanted: NewValue,
): Promise<Runtime.RemoteObject> {
  const { name, newValue } = wanted;
  if (container.shape === 'scope') return setInScope(thread, container, name, newValue);
  if (name.startsWith('[[')) throw new DebuggerError(`${name} is the engine's own, and cannot be changed`);
  if (name.startsWith('#')) return setPrivate(thread, container, wanted);
  if (container.shape === 'set')
    throw new DebuggerError('an element of a Set cannot be changed, only deleted');
  if (container.shape === 'entry' && name !== 'value') {
    throw new DebuggerError('the key of an entry cannot be changed, only its value');
  }
  const entry = await entryOf(thread, container, name);
  if (entry !== undefined) return setEntry(thread, container, entry, newValue);
  const { objectId: self, receiver, lifetime } = container;
  const args = [
    await keyOf(thread, container, name),
    asArgument(newValue),
    ...(receiver === undefined ? [] : [{ objectId: receiver.objectId }]),
  ];
  return resultInProgram(thread.client, { code: SET_PROPERTY, self, args, lifetime });
}

/** The entry that is meant: an object of `key` and `value`; undefined where it is a property that is meant. */
async function entryOf(
  thread: ThreadDebugger,
  container: Container,
  name: string,
): Promise<string | undefined> {
  if (container.shape === 'entry') return container.objectId;
  if (container.shape !== 'map' || !/^\d+$/.test(name)) return undefined;
  const [entry] = await readEntries(thread.client, container, { start: Number(name), count: 1 });
  return entry?.value.objectId;
}

async function setEntry(
  { client }: ThreadDebugger,
  { objectId, receiver, lifetime }: Container,
  entry: string,
  newValue: Runtime.RemoteObject,
): Promise<Runtime.RemoteObject> {
  const code = 'function (value) { this.value = value; return this.key; }';
  const key = await resultInProgram(client, { code, self: entry, args: [asArgument(newValue)], lifetime });
  const args = [asArgument(key), asArgument(newValue)];
  return resultInProgram(client, { code: SET_ENTRY, self: receiver?.objectId ?? objectId, args, lifetime });
}

/** Private names are known to expressions alone. */
async function setPrivate(
  thread: ThreadDebugger,
  container: Container,
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
  { client }: ThreadDebugger,
  container: Container,
  name: string,
): Promise<Runtime.CallArgument> {
  if (!name.startsWith('Symbol(')) return { value: name };
  const found = (await readProperties(client, container)).find((property) => property.name === name);
  return found?.symbol === undefined ? { value: name } : asArgument(found.symbol);
}
