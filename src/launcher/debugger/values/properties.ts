import type { Runtime } from 'node:inspector';
import { PROBE } from '../breakpoints/probe.js';
import type { Container } from './variableStore.js';
import type { GetPropertiesResult, InspectorClient, PrivateProperty } from '../inspector/inspectorClient.js';
import { callInProgram, resultInProgram } from './inProgram.js';

/** The most properties that are read at once: what is more comes in parts. */
export const MAX_AT_ONCE = 1_000;

/** In which order properties of different kinds are shown. */
const KINDS = ['data', 'symbol', 'accessor', 'private', 'internal'] as const;

/** One property as read, before it is put into words. */
export interface Property {
  readonly name: string;
  /** `internal` is no property of the program's: `[[Prototype]]`. */
  readonly kind: (typeof KINDS)[number];
  /** Absent for accessors, and for what has no value yet. */
  readonly value?: Runtime.RemoteObject | undefined;
  readonly getter?: Runtime.RemoteObject | undefined;
  readonly setter?: Runtime.RemoteObject | undefined;
  /** The key of a property whose key is a symbol. */
  readonly symbol?: Runtime.RemoteObject | undefined;
  /** Where the symbol stands among the object's symbols; -1 where that is not known. */
  readonly symbolIndex?: number;
  readonly isReadOnly?: boolean;
}

/** A run of an object's properties, or of an array's elements. */
export interface Run {
  readonly start: number;
  readonly count: number;
}

const ALL: Run = { start: 0, count: MAX_AT_ONCE };

/**
 * Runs in the program: copies a run of the own properties of `this`, or of its elements, with its prototype.
 * Getters are not called; what has no value yet (an import before its module has run) is a getter of nothing.
 */
const COPY = `function (start, count, indexed) {
  const copy = Object.create(Object.getPrototypeOf(this));
  const keys = indexed ? undefined : Reflect.ownKeys(this);
  const end = indexed ? start + count : Math.min(start + count, keys.length);
  for (let index = start; index < end; index++) {
    const key = indexed ? index : keys[index];
    let property;
    try {
      property = Reflect.getOwnPropertyDescriptor(this, key);
    } catch {
      property = { get: undefined, enumerable: true };
    }
    if (property !== undefined) Reflect.defineProperty(copy, key, { ...property, configurable: true });
  }
  return copy;
}`;

/** Runs in the program: the name of the first and of the last property of every so many. */
const NAME_BOUNDS = `function (size, start, end) {
  const keys = Reflect.ownKeys(this);
  const bounds = [];
  for (let first = start; first < end; first += size) {
    bounds.push([String(keys[first]), String(keys[Math.min(first + size, end) - 1])]);
  }
  return bounds;
}`;

/** How many own properties an object has. Not for proxies: they would be asked. */
export async function countProperties(
  client: InspectorClient,
  { objectId, lifetime }: Container,
): Promise<number> {
  const code = 'function () { return Reflect.ownKeys(this).length; }';
  return (await resultInProgram(client, { code, self: objectId, lifetime, byValue: true })).value as number;
}

/** The names of the first and the last property of each run of `size`, from `start` to `end`. */
export async function readNameBounds(
  client: InspectorClient,
  { objectId, lifetime }: Container,
  { size, start, end }: { size: number; start: number; end: number },
): Promise<[string, string][]> {
  const args = [{ value: size }, { value: start }, { value: end }];
  const call = { code: NAME_BOUNDS, self: objectId, args, lifetime, byValue: true };
  return (await resultInProgram(client, call)).value as [string, string][];
}

/** All properties of an object, its elements left out where it is an array or the like. */
export async function readProperties(client: InspectorClient, container: Container): Promise<Property[]> {
  const isCollection = container.shape === 'map' || container.shape === 'set';
  // Its entries, which are shown as elements, would be put together here, all of them.
  if (isCollection && container.indexedCount > MAX_AT_ONCE) return readRun(client, container, ALL, 'named');
  try {
    const found = await getProperties(client, container.objectId, container.indexedCount > 0);
    return inOrder(found).filter(({ name }) => name !== PROBE && !(isCollection && name === '[[Entries]]'));
  } catch {
    // The inspector gives up where one import of a module has no value yet.
    return readRun(client, container, ALL, 'named');
  }
}

/** A run of an object's own properties, with its prototype, or of an array's elements. The others are not touched. */
export async function readRun(
  client: InspectorClient,
  { objectId, lifetime }: Container,
  { start, count }: Run,
  kind: 'indexed' | 'named',
): Promise<Property[]> {
  const args = [{ value: start }, { value: count }, { value: kind === 'indexed' }];
  const { result } = await callInProgram(client, { code: COPY, self: objectId, args, lifetime });
  if (result.objectId === undefined) return [];
  const found = await getProperties(client, result.objectId, false);
  if (kind === 'indexed') return found.result.map(describeProperty);
  return inOrder(found).map((property) => ({ ...property, symbolIndex: -1 }));
}

function getProperties(
  client: InspectorClient,
  objectId: string,
  nonIndexedPropertiesOnly: boolean,
): Promise<GetPropertiesResult> {
  return client.post('Runtime.getProperties', {
    ...{ objectId, ownProperties: true, generatePreview: true },
    ...(nonIndexedPropertiesOnly && { nonIndexedPropertiesOnly }),
  });
}

function inOrder({
  result,
  privateProperties = [],
  internalProperties = [],
}: GetPropertiesResult): Property[] {
  const symbols = result.filter(({ symbol }) => symbol !== undefined);
  const properties = [
    ...result.map((property) => ({ ...describeProperty(property), symbolIndex: symbols.indexOf(property) })),
    ...privateProperties.map(describePrivate),
    ...internalProperties.map(({ name, value }): Property => ({ name, value, kind: 'internal' })),
  ];
  return properties.sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind));
}

function describeProperty(property: Runtime.PropertyDescriptor): Property {
  const { name, value, symbol, writable } = property;
  const key = symbol === undefined ? {} : { symbol };
  if (value !== undefined) {
    const kind = symbol === undefined ? 'data' : 'symbol';
    return { name, value, kind, ...key, isReadOnly: writable === false };
  }
  return { name, kind: 'accessor', ...key, ...accessorsOf(property) };
}

function describePrivate(property: PrivateProperty): Property {
  const { name, value } = property;
  return { name, kind: 'private', ...(value === undefined ? accessorsOf(property) : { value }) };
}

function accessorsOf({ get, set }: Pick<Runtime.PropertyDescriptor, 'get' | 'set'>): Partial<Property> {
  const getter = get?.type === 'function' ? get : undefined;
  const setter = set?.type === 'function' ? set : undefined;
  return { getter, setter };
}
