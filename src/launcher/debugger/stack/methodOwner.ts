import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { callInProgram } from '../values/inProgram.js';

/**
 * Runs in the program, without side effects. Returns the name of the class of `this`, if `this` has a method of the given
 * name. A function that is only called with that `this`, such as an arrow function in a method, is none.
 */
const FIND_OWNER = `function (name) {
  for (let holder = this; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const property = Object.getOwnPropertyDescriptor(holder, name);
    if (property === undefined) continue;
    if (typeof property.value !== 'function') return undefined;
    const of = typeof this === 'function' ? this : holder === this ? undefined : this.constructor;
    return typeof of === 'function' && of !== Object && typeof of.name === 'string' ? of.name : undefined;
  }
  return undefined;
}`;

/** Matches the kinds of `this` whose class has no methods. */
const GLOBAL = /^(?:global|globalThis|Window)$/;

/** Returns the name of the class whose method a frame is in: `OrderBook` for `OrderBook.total`. Undefined for functions. */
export async function ownerOf(
  client: InspectorClient,
  { this: receiver, functionName }: Debugger.CallFrame,
): Promise<string | undefined> {
  const { objectId, type, subtype, className = '' } = receiver;
  if (functionName === '' || objectId === undefined || subtype === 'proxy' || GLOBAL.test(className))
    return undefined;
  if ((type !== 'object' && type !== 'function') || functionName.includes('.')) return undefined;
  const found = await callInProgram(client, {
    code: FIND_OWNER,
    thisObjectId: objectId,
    args: [{ value: functionName }],
    lifetime: 'stop',
    byValue: true,
    throwOnSideEffect: true,
  }).catch(() => undefined);
  const name: unknown = found?.exceptionDetails === undefined ? found?.result.value : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
