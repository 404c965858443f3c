import type { Runtime } from 'node:inspector';
import type { VariableContainer } from './variableStore.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { callInProgram } from './inProgram.js';
import type { ItemRange } from './properties.js';

/** An element of a Set, or of a Map as an object with `key` and `value`. */
export interface Entry {
  readonly index: number;
  readonly value: Runtime.RemoteObject;
}

/** Runs in the program. Returns a range of the elements of `this`, a Map or a Set. */
const READ_ENTRIES = `function (start, count, isMap) {
  const iterator = (isMap ? Map : Set).prototype.entries.call(this);
  const found = [];
  for (let index = 0; index < start + count; index++) {
    const { done, value } = iterator.next();
    if (done) break;
    if (index < start) continue;
    found.push(isMap ? { __proto__: null, key: value[0], value: value[1] } : value[0]);
  }
  return found;
}`;

/** Reads a range of a collection's elements in iteration order. */
export async function readEntries(
  client: InspectorClient,
  { objectId, lifetime, shape }: VariableContainer,
  { start, count }: ItemRange,
): Promise<Entry[]> {
  const args = [{ value: start }, { value: count }, { value: shape === 'map' }];
  const { result } = await callInProgram(client, {
    code: READ_ENTRIES,
    thisObjectId: objectId,
    args,
    lifetime,
  });
  if (result.objectId === undefined) return [];
  const { result: found } = await client.post('Runtime.getProperties', {
    ...{ objectId: result.objectId, ownProperties: true, generatePreview: true },
  });
  return found.flatMap(({ name, value }) =>
    /^\d+$/.test(name) && value !== undefined ? [{ index: start + Number(name), value }] : [],
  );
}
