import type { Runtime } from 'node:inspector';
import type { GetPropertiesResult, InspectorClient } from './inspectorClient.js';
import type { Container } from './containers.js';
import { OBJECT_GROUPS } from './objectGroup.js';

/** One property as read, before it is put into words. */
export interface Property {
  readonly name: string;
  /** Absent for accessors, and for what has no value yet. */
  readonly value?: Runtime.RemoteObject | undefined;
  readonly accessor?: 'Getter' | 'Setter' | 'Getter/Setter';
  /** `property` can be reached by name in an expression, `internal` ([[Prototype]], #private) cannot. */
  readonly kind: 'property' | 'internal';
}

/** A run of elements of an array, read without touching the others. */
export interface ElementRange {
  readonly start: number;
  readonly count: number;
}

/** Runs in the program: copies a run of elements, holes left out and getters not called. */
const COPY_ELEMENTS = `function (start, count) {
  const copy = Object.create(null);
  for (let index = start; index < start + count; index++) {
    const property = Reflect.getOwnPropertyDescriptor(this, index);
    if (property !== undefined) Reflect.defineProperty(copy, index, property);
  }
  return copy;
}`;

/** All own properties of an object, without the elements of an array where `named` is set. */
export async function readProperties(
  client: InspectorClient,
  objectId: string,
  { named = false }: { named?: boolean } = {},
): Promise<Property[]> {
  const found = await client.post('Runtime.getProperties', {
    objectId,
    ownProperties: true,
    generatePreview: true,
    ...(named && { nonIndexedPropertiesOnly: true }),
  });
  return [...found.result.map(describeProperty), ...describeInternals(found)];
}

/** A run of elements of an array or typed array. */
export async function readElements(
  client: InspectorClient,
  { objectId, lifetime }: Container,
  { start, count }: ElementRange,
): Promise<Property[]> {
  if (count <= 0) return [];
  const { result } = await client.post('Runtime.callFunctionOn', {
    objectId,
    functionDeclaration: COPY_ELEMENTS,
    arguments: [{ value: start }, { value: count }],
    objectGroup: OBJECT_GROUPS[lifetime],
    silent: true,
  });
  if (result.objectId === undefined) return [];
  const copied = await client.post('Runtime.getProperties', {
    objectId: result.objectId,
    ownProperties: true,
    generatePreview: true,
  });
  return copied.result.map(describeProperty);
}

function describeProperty(property: Runtime.PropertyDescriptor): Property {
  const { name, value } = property;
  if (value !== undefined) return { name, value, kind: 'property' };
  const accessor = accessorKind(property);
  return { name, kind: 'property', ...(accessor !== undefined && { accessor }) };
}

function accessorKind({ get, set }: Runtime.PropertyDescriptor): Property['accessor'] {
  const readable = get?.type === 'function';
  const writable = set?.type === 'function';
  if (readable) return writable ? 'Getter/Setter' : 'Getter';
  return writable ? 'Setter' : undefined;
}

function describeInternals({
  internalProperties = [],
  privateProperties = [],
}: GetPropertiesResult): Property[] {
  return [...privateProperties, ...internalProperties].map(({ name, value }) => ({
    name,
    value,
    kind: 'internal' as const,
  }));
}
