import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/** Returns the value, or a valid form of it. Undefined: the value is not of the field's type. */
type FieldType = (value: unknown) => unknown;

/** The largest exit code: 32 bits without a sign, as Windows has them. */
const MAX_EXIT_CODE = 2 ** 32 - 1;
const MIN_EXIT_CODE = -(2 ** 31);
/** The groups of output inside each other that are counted. */
const MAX_GROUP_DEPTH = 1_000;
/** The longest head of a console call that is kept, in characters. */
const MAX_HEAD_CHARACTERS = 16 * 1024;

const text: FieldType = (value) => (typeof value === 'string' ? value : undefined);
const flag: FieldType = (value) => (typeof value === 'boolean' ? value : undefined);
const id: FieldType = (value) => (Number.isSafeInteger(value) ? value : undefined);
const place: FieldType = (value) => (Number.isFinite(value) ? value : undefined);
const duration: FieldType = (value) => (Number.isFinite(value) && Number(value) >= 0 ? value : undefined);
const count = (least: number, most = Number.MAX_SAFE_INTEGER): FieldType => {
  return (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
      ? value
      : undefined;
};

/** A list in which every item has the type. Other lists are invalid: the order of the items has a meaning. */
function listOf(type: FieldType): FieldType {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const given: readonly unknown[] = value;
    const items = given.map(type);
    if (items.includes(undefined)) return undefined;
    return items.every((item, index) => item === given[index]) ? given : items;
  };
}

/** An object. Its known fields have their types or are left out, other fields stay as they are. */
function object(fields: Readonly<Record<string, FieldType>>): FieldType {
  const types = new Map(Object.entries(fields));
  return (value) => (isRecord(value) ? typed(value, types) : undefined);
}

function typed(record: Message, types: ReadonlyMap<string, FieldType>): Message {
  let changed: Record<string, unknown> | undefined;
  for (const name of Object.keys(record)) {
    const type = types.get(name);
    if (type === undefined) continue;
    const value = type(record[name]);
    if (value === record[name]) continue;
    changed ??= { ...record };
    if (value === undefined) delete changed[name];
    else changed[name] = value;
  }
  return changed ?? record;
}

const source = object({ name: text, path: text, sourceReference: id });
const range = { line: place, column: place, endLine: place, endColumn: place };
const breakpoint = object({ id, verified: flag, message: text, source, ...range });
const call = object({
  category: text,
  offset: count(0),
  length: count(0),
  head: (value) => (typeof value === 'string' ? value.slice(0, MAX_HEAD_CHARACTERS) : undefined),
  depth: count(0, MAX_GROUP_DEPTH),
  group: text,
  variablesReference: id,
  source,
  ...range,
});

/**
 * The fields of events and responses that the adapter itself reads. A name has one type in all bodies, as in DAP. A
 * field of another type counts as missing, and fields that are not listed pass as they are.
 */
const body = object({
  ...range,
  threadId: id,
  reason: text,
  description: text,
  text,
  output: text,
  category: text,
  group: text,
  message: text,
  source,
  breakpoint,
  breakpoints: listOf(breakpoint),
  hitBreakpointIds: listOf(id),
  allThreadsStopped: flag,
  allThreadsContinued: flag,
  variablesReference: id,
  calls: listOf(call),
  quietMs: duration,
  exitCode: count(MIN_EXIT_CODE, MAX_EXIT_CODE),
  systemProcessId: count(1),
  processSpace: text,
});

/**
 * Validates the body of a launcher's message. This is done once, where the message comes in: everything behind it
 * relies on the types.
 */
export function withTypedBody(message: Message): Message {
  if (!isRecord(message.body)) return message;
  const checked = body(message.body);
  return checked === message.body ? message : { ...message, body: checked };
}
