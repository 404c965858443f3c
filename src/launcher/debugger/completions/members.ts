import type { Runtime } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { asArgument, callInProgram } from '../values/inProgram.js';

/** A member that can be written after `.` or in brackets. */
export interface Member {
  readonly name: string;
  /** The `typeof` of the value; `accessor` if a getter would have to run, `class` for a class. */
  readonly type: string;
  /** The number of prototypes between the object and the member: 0 for the object's own members. */
  readonly depth: number;
}

/** The most members in one response. */
export const MAX_MEMBERS = 1_000;

/**
 * Runs in the program, without side effects. Follows data properties from `this` to an object, and lists the
 * members of that object and its prototypes that begin with the prefix. Calls no getters.
 */
const LIST_MEMBERS = `function (keys, prefix, most, withTypes, ...start) {
  const dataOf = (object, key) => {
    for (let holder = Object(object); holder !== null; holder = Object.getPrototypeOf(holder)) {
      const property = Reflect.getOwnPropertyDescriptor(holder, key);
      if (property !== undefined) return property.value;
    }
    return undefined;
  };
  let object = start.length > 0 ? start[0] : this;
  for (const key of keys) {
    if (object === undefined || object === null) return [];
    object = dataOf(object, key);
  }
  if (object === undefined || object === null) return [];
  const isArray = typeof object === 'string' || Array.isArray(object) || ArrayBuffer.isView(object);
  const found = { __proto__: null };
  const names = [];
  let depth = 0;
  for (let holder = Object(object); holder !== null; holder = Object.getPrototypeOf(holder), depth++) {
    const own = isArray && depth === 0 ? [] : Object.getOwnPropertyNames(holder);
    if (isArray && depth === 0 && !ArrayBuffer.isView(object)) own[0] = 'length';
    for (let index = 0; index < own.length; index++) {
      const name = own[index];
      if (names.length >= most) return names;
      if (found[name] === true || !name.startsWith(prefix)) continue;
      found[name] = true;
      const property = withTypes ? Reflect.getOwnPropertyDescriptor(holder, name) : { value: undefined };
      if (property === undefined) continue;
      const type = 'value' in property ? typeof property.value : 'accessor';
      const prototype =
        type === 'function' ? Reflect.getOwnPropertyDescriptor(property.value, 'prototype') : undefined;
      names[names.length] = [name, prototype !== undefined && prototype.writable === false ? 'class' : type, depth];
    }
  }
  return names;
}`;

/** The start and the path of a search. */
interface Search {
  readonly root: Runtime.RemoteObject;
  /** An object of the same realm as the root, used as `this` if the root is not an object. */
  readonly self: string;
  readonly keys: readonly string[];
  readonly prefix: string;
}

/** The members that begin with the prefix; empty if they cannot be read without side effects. */
export async function listMembers(client: InspectorClient, search: Search): Promise<Member[]> {
  const { root, self, keys, prefix } = search;
  const { objectId } = root;
  const start = objectId === undefined ? [asArgument(root)] : [];
  const list = (withTypes: boolean): Promise<Runtime.CallFunctionOnReturnType> =>
    callInProgram(client, {
      code: LIST_MEMBERS,
      thisObjectId: objectId ?? self,
      args: [{ value: keys }, { value: prefix }, { value: MAX_MEMBERS }, { value: withTypes }, ...start],
      lifetime: 'stop',
      byValue: true,
      throwOnSideEffect: true,
    });
  let listed = await list(true);
  // Reading some of node's own globals loads them, which is a side effect. Those are listed without types.
  if (listed.exceptionDetails !== undefined) listed = await list(false);
  if (listed.exceptionDetails !== undefined) return [];
  return (listed.result.value as [string, string, number][]).map(([name, type, depth]) => ({
    name,
    type,
    depth,
  }));
}
