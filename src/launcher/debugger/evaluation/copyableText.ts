import type { Runtime } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { formatValue } from '../formatting/valueFormat.js';
import { callInProgram } from '../values/inProgram.js';

/** Characters of a text to be copied, above which it is cut. */
const MAX_CHARS = 1_000_000;
/** Elements of one array, Map or Set in it. */
const MAX_ELEMENTS = 10_000;
/** How deep objects in objects are followed: the first of these at which the text is not too long. */
const DEPTHS = [100, 10, 4, 2];

/**
 * Runs in the program: all of `this` as Node.js writes it. No code of the program's runs for it: neither getters,
 * nor traps, nor an `inspect` of its own.
 */
const INSPECT = `function (depths, maxChars, maxElements) {
  const { inspect, types } = process.getBuiltinModule('node:util');
  const keysOf = (value) =>
    Array.isArray(value)
      ? Array.from({ length: Math.min(value.length, maxElements) }, (_, index) => index)
      : Reflect.ownKeys(value);
  const walk = (value, depth, seen) => {
    if (depth < 0 || value === null || typeof value !== 'object' || seen.objects.has(value)) return;
    if (types.isProxy(value) || ArrayBuffer.isView(value)) return;
    seen.objects.add(value);
    for (const key of keysOf(value)) {
      if ((seen.left -= 1) < 0) return;
      const property = Reflect.getOwnPropertyDescriptor(value, key);
      if (property !== undefined && 'value' in property) walk(property.value, depth - 1, seen);
    }
  };
  const isSmall = (depth) => {
    const seen = { left: 5_000, objects: new Set() };
    walk(this, depth, seen);
    return seen.left >= 0;
  };
  const how = { maxArrayLength: maxElements, maxStringLength: maxChars, customInspect: false, showProxy: true };
  return inspect(this, { ...how, depth: depths.find(isSmall) ?? 1 }).slice(0, maxChars + 1);
}`;

/** A value as text to be pasted elsewhere: a string as it is, an object with all that is in it. */
export async function copyableText(client: InspectorClient, value: Runtime.RemoteObject): Promise<string> {
  if (value.type === 'string') return cut(String(value.value));
  if (value.type === 'function') return cut(value.description ?? '');
  if (value.objectId === undefined || value.type === 'symbol') return formatValue(value);
  const { result, exceptionDetails } = await callInProgram(client, {
    code: INSPECT,
    self: value.objectId,
    args: [{ value: DEPTHS }, { value: MAX_CHARS }, { value: MAX_ELEMENTS }],
    lifetime: 'stop',
    byValue: true,
  });
  // Another world than Node.js's own, such as that of a vm context, has no `process`.
  if (exceptionDetails !== undefined || typeof result.value !== 'string') return formatValue(value);
  return cut(result.value);
}

function cut(text: string): string {
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}… (cut at ${MAX_CHARS} characters)` : text;
}
