import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { callInProgram } from '../values/inProgram.js';

/**
 * Runs in the program, without side effects. Returns for each name, which is that of a function, the name of the class of
 * the `this` at the same position, if that `this` has a method of the name. A function that is only called with that `this`,
 * such as an arrow function in a method, has no class: null.
 */
const FIND_OWNERS = `function (names, ...receivers) {
  const ownerOf = (receiver, name) => {
    for (let holder = receiver; holder !== null; holder = Object.getPrototypeOf(holder)) {
      const property = Object.getOwnPropertyDescriptor(holder, name);
      if (property === undefined) continue;
      if (typeof property.value !== 'function') return null;
      const of = typeof receiver === 'function' ? receiver : holder === receiver ? undefined : receiver.constructor;
      return typeof of === 'function' && of !== Object && typeof of.name === 'string' ? of.name : null;
    }
    return null;
  };
  const owners = [];
  for (let at = 0; at < receivers.length; at += 1) owners[at] = ownerOf(receivers[at], names[at]);
  return owners;
}`;

/** Matches the kinds of `this` whose class has no methods. */
const GLOBAL = /^(?:global|globalThis|Window)$/;

/** A frame whose function may be a method of its `this`. */
interface Candidate {
  readonly frame: Debugger.CallFrame;
  readonly objectId: string;
}

/**
 * Returns the names of the classes whose methods frames are in: `OrderBook` for `OrderBook.total`. Frames of other functions
 * are absent. All frames cost one call in the program.
 */
export async function ownersOf(
  client: InspectorClient,
  frames: readonly Debugger.CallFrame[],
): Promise<ReadonlyMap<Debugger.CallFrame, string>> {
  const candidates = frames.flatMap((frame) => candidateOf(frame) ?? []);
  const owners = await findOwners(client, candidates);
  if (owners !== undefined || candidates.length < 2) return owners ?? new Map();
  // One `this` has side effects when it is looked at, or the frames are of several contexts.
  const each = await Promise.all(candidates.map((candidate) => findOwners(client, [candidate])));
  return new Map(each.flatMap((found) => [...(found ?? [])]));
}

function candidateOf(frame: Debugger.CallFrame): Candidate | undefined {
  const { functionName } = frame;
  const { objectId, type, subtype, className = '' } = frame.this;
  if (functionName === '' || functionName.includes('.') || objectId === undefined) return undefined;
  if ((type !== 'object' && type !== 'function') || subtype === 'proxy' || GLOBAL.test(className))
    return undefined;
  return { frame, objectId };
}

/** @returns undefined if the program cannot be asked without side effects */
async function findOwners(
  client: InspectorClient,
  candidates: readonly Candidate[],
): Promise<Map<Debugger.CallFrame, string> | undefined> {
  const [first] = candidates;
  if (first === undefined) return new Map();
  const names = candidates.map(({ frame }) => frame.functionName);
  const answer = await callInProgram(client, {
    code: FIND_OWNERS,
    thisObjectId: first.objectId,
    args: [{ value: names }, ...candidates.map(({ objectId }) => ({ objectId }))],
    lifetime: 'stop',
    byValue: true,
    throwOnSideEffect: true,
  }).catch(() => undefined);
  const owners: unknown = answer?.exceptionDetails === undefined ? answer?.result.value : undefined;
  if (!Array.isArray(owners)) return undefined;
  return new Map(
    candidates.flatMap(({ frame }, at) => {
      const name: unknown = owners[at];
      return typeof name === 'string' && name !== '' ? [[frame, name] as const] : [];
    }),
  );
}
