import type { Runtime } from 'node:inspector';
import { PROBE_NAME } from '../inspector/probeName.js';
import type { VariableContainer } from './variableStore.js';
import type { GetPropertiesResult, InspectorClient, PrivateProperty } from '../inspector/inspectorClient.js';
import { callInProgram, resultOfCall } from './inProgram.js';

/** The most properties that are read at once. Larger objects are read in chunks. */
export const MAX_AT_ONCE = 1_000;

/** The kinds of properties in display order. */
const KINDS = ['data', 'symbol', 'accessor', 'private', 'internal'] as const;

/** A property as read, before formatting. */
export interface Property {
  readonly name: string;
  /** `internal` for properties of the engine, such as `[[Prototype]]`. */
  readonly kind: (typeof KINDS)[number];
  /** Absent for accessors, and for variables that are not initialized. */
  readonly value?: Runtime.RemoteObject | undefined;
  readonly getter?: Runtime.RemoteObject | undefined;
  readonly setter?: Runtime.RemoteObject | undefined;
  /** The key of a property with a symbol key. */
  readonly symbol?: Runtime.RemoteObject | undefined;
  /** The index of the symbol among the object's symbols; -1 if unknown. */
  readonly symbolIndex?: number;
  readonly isReadOnly?: boolean;
}

/** A range of an object's properties or of an array's elements. */
export interface ItemRange {
  readonly start: number;
  readonly count: number;
}

/** Getters that all objects, and all functions, inherit. */
const COMMON_GETTERS: ReadonlySet<string> = new Set(['__proto__', 'caller', 'arguments']);

const ALL: ItemRange = { start: 0, count: MAX_AT_ONCE };

/**
 * Runs in the program. Copies a range of the own properties or elements of `this`, with the prototype. Does
 * not call getters. Copies a value that is not initialized (an import before its module has run) as an
 * accessor without a getter.
 */
const COPY_PROPERTIES = `function (start, count, indexed) {
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

/** Runs in the program. Returns the names of the first and the last property of each chunk. */
const NAME_BOUNDS = `function (size, start, end) {
  const keys = Reflect.ownKeys(this);
  const bounds = [];
  for (let first = start; first < end; first += size) {
    bounds.push([String(keys[first]), String(keys[Math.min(first + size, end) - 1])]);
  }
  return bounds;
}`;

/**
 * Counts the own properties of an object. Must not be called for proxies, because it would run their traps.
 */
export async function countProperties(
  client: InspectorClient,
  { objectId, lifetime }: VariableContainer,
): Promise<number> {
  const code = 'function () { return Reflect.ownKeys(this).length; }';
  return (await resultOfCall(client, { code, thisObjectId: objectId, lifetime, byValue: true }))
    .value as number;
}

/** The names of the first and the last property of each chunk of `size`, from `start` to `end`. */
export async function readNameBounds(
  client: InspectorClient,
  { objectId, lifetime }: VariableContainer,
  { size, start, end }: { size: number; start: number; end: number },
): Promise<[string, string][]> {
  const args = [{ value: size }, { value: start }, { value: end }];
  const call = { code: NAME_BOUNDS, thisObjectId: objectId, args, lifetime, byValue: true };
  return (await resultOfCall(client, call)).value as [string, string][];
}

/** Reads the properties of an object, except the elements of an array or a typed array. */
export async function readProperties(
  client: InspectorClient,
  container: VariableContainer,
): Promise<Property[]> {
  const isCollection = container.shape === 'map' || container.shape === 'set';
  // The inspector would return all entries, which are already shown as elements.
  if (isCollection && container.indexedCount > MAX_AT_ONCE) return readRange(client, container, ALL, 'named');
  try {
    const [found, inherited] = await Promise.all([
      getProperties(client, container.objectId, container.indexedCount > 0),
      showsInherited(container) ? inheritedAccessors(client, container) : [],
    ]);
    const own = new Set(found.result.map(({ name }) => name));
    const result = [...found.result, ...inherited.filter(({ name }) => !own.has(name))];
    return inOrder({ ...found, result }).filter(
      ({ name }) => name !== PROBE_NAME && !(isCollection && name === '[[Entries]]'),
    );
  } catch {
    // The inspector fails if an import of a module is not initialized.
    return readRange(client, container, ALL, 'named');
  }
}

/**
 * Reads a range of an object's own properties, with its prototype, or of an array's elements. Other
 * properties are not accessed.
 */
export async function readRange(
  client: InspectorClient,
  { objectId, lifetime }: VariableContainer,
  { start, count }: ItemRange,
  kind: 'indexed' | 'named',
): Promise<Property[]> {
  const args = [{ value: start }, { value: count }, { value: kind === 'indexed' }];
  const { result } = await callInProgram(client, {
    code: COPY_PROPERTIES,
    thisObjectId: objectId,
    args,
    lifetime,
  });
  if (result.objectId === undefined) return [];
  const found = await getProperties(client, result.objectId, false);
  if (kind === 'indexed') return found.result.map(describeProperty);
  return inOrder(found).map((property) => ({ ...property, symbolIndex: -1 }));
}

/** True if the getters of an object's classes are shown with its own properties. Elements come without them. */
function showsInherited({ shape, indexedCount, receiver }: VariableContainer): boolean {
  return shape === 'object' && indexedCount === 0 && receiver === undefined;
}

/** Reads the getters that an object inherits. V8 finds them: no code runs, and traps of proxies are not called. */
async function inheritedAccessors(
  client: InspectorClient,
  { objectId }: VariableContainer,
): Promise<Runtime.PropertyDescriptor[]> {
  const found = await client.post('Runtime.getProperties', {
    ...{ objectId, ownProperties: false, accessorPropertiesOnly: true },
  });
  return found.result.filter(
    ({ name, isOwn, symbol, get }) =>
      isOwn !== true && symbol === undefined && get?.type === 'function' && !COMMON_GETTERS.has(name),
  );
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
