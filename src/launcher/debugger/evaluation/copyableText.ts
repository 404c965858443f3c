import type { Runtime } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { formatValue } from '../formatting/valueFormat.js';
import { callInProgram } from '../values/inProgram.js';

/** The most characters of the text; the rest is cut. */
const MAX_CHARS = 1_000_000;
/** The most elements of an array, Map or Set. */
const MAX_ELEMENTS = 10_000;
/** The depths to which nested objects are shown. The first depth that does not give too much text is used. */
const DEPTHS = [100, 10, 4, 2];

/**
 * Runs in the program. Formats `this` as Node.js does, but without running getters, proxy traps or custom
 * `inspect` functions of the program.
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

/** Formats a value for the clipboard: a string without quotes, an object with all its contents. */
export async function copyableText(client: InspectorClient, value: Runtime.RemoteObject): Promise<string> {
  if (value.type === 'string') return cut(String(value.value));
  if (value.type === 'function') return cut(value.description ?? '');
  if (value.objectId === undefined || value.type === 'symbol') return formatValue(value);
  const { result, exceptionDetails } = await callInProgram(client, {
    code: INSPECT,
    thisObjectId: value.objectId,
    args: [{ value: DEPTHS }, { value: MAX_CHARS }, { value: MAX_ELEMENTS }],
    lifetime: 'stop',
    byValue: true,
  });
  // A `node:vm` context has no `process`.
  if (exceptionDetails !== undefined || typeof result.value !== 'string') return formatValue(value);
  return cut(result.value);
}

function cut(text: string): string {
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}… (cut at ${MAX_CHARS} characters)` : text;
}
