import type { Runtime } from 'node:inspector';
import { formatPrimitive, formatString } from './primitives.js';
import type { ValueFormat } from './primitives.js';

/**
 * The limit of a preview, in characters of members. The member that exceeds the limit is the last one shown.
 */
const MAX_MEMBERS_CHARS = 100;

/** Built-in properties that V8 includes in previews, and that the program did not define. */
const BUILT_IN = [
  ...['buffer', 'byteLength', 'byteOffset', 'length', 'size', 'callee'],
  ...['Symbol(Symbol.toStringTag)', 'Symbol(Symbol.iterator)'],
];

/** Formats an object from the inspector's preview: `Person {name: 'x'}`, `(3) [1, 2, 3]`. */
export function formatPreview(
  preview: Runtime.ObjectPreview,
  description: string,
  format: ValueFormat,
): string {
  const { subtype, overflow, entries } = preview;
  if (subtype === 'array' || subtype === 'typedarray') return formatArray(preview, description, format);
  const isCollection = subtype === 'map' || subtype === 'set';
  const shown = isCollection ? preview.properties.filter(isOwnMember) : preview.properties;
  const members = [
    ...(entries ?? []).map((entry) => entryText(entry, format)),
    ...(subtype === 'promise'
      ? [promiseText(shown, format)]
      : shown.map((member) => memberText(member, format))),
  ];
  const prefix = description === 'Object' ? '' : `${description} `;
  return `${prefix}{${joinMembers(members, overflow)}}`;
}

/** Formats an element of a Map, which is an object with `key` and `value`. */
export function formatEntry({ preview }: Runtime.RemoteObject, format: ValueFormat): string {
  const of = (name: string): string => {
    const found = preview?.properties.find((property) => property.name === name);
    return found === undefined ? '…' : valueText(found, format);
  };
  return `{${of('key')} => ${of('value')}}`;
}

function formatArray(
  { properties, overflow, subtype }: Runtime.ObjectPreview,
  description: string,
  format: ValueFormat,
): string {
  const [, name = '', length = ''] = /^(.*)\((\d+)\)$/.exec(description) ?? [];
  const isPlain = name === 'Array';
  const elements = withHoles(properties, Number(length), overflow).map((element) =>
    typeof element === 'string' ? element : elementText(element, format),
  );
  const own = isPlain ? properties : properties.filter(isOwnMember);
  const members = own.filter(({ name }) => !isIndex(name)).map((member) => memberText(member, format));
  const isCut = overflow || (subtype === 'typedarray' && Number(length) > elements.length);
  const text = `[${joinMembers([...elements, ...members], isCut)}]`;
  if (isPlain) return length === '0' ? text : `(${length}) ${text}`;
  return `${description} ${text}`;
}

/** Returns the elements, with a text such as `empty × 3` for each run of missing elements. */
function withHoles(
  properties: readonly Runtime.PropertyPreview[],
  length: number,
  overflow: boolean,
): (Runtime.PropertyPreview | string)[] {
  const elements = properties.filter(({ name }) => isIndex(name));
  const found: (Runtime.PropertyPreview | string)[] = [];
  let next = 0;
  for (const element of elements) {
    found.push(...hole(Number(element.name) - next), element);
    next = Number(element.name) + 1;
  }
  return overflow || elements.length > 99 ? found : [...found, ...hole(length - next)];
}

function hole(count: number): string[] {
  if (count < 1) return [];
  return [count === 1 ? 'empty' : `empty × ${count}`];
}

function isIndex(name: string): boolean {
  return /^\d+$/.test(name);
}

function isOwnMember({ name }: Runtime.PropertyPreview): boolean {
  return !BUILT_IN.includes(name);
}

function joinMembers(members: readonly string[], overflow: boolean): string {
  let remainingChars = MAX_MEMBERS_CHARS;
  const shown = members.filter((member) => {
    const fits = remainingChars > 0;
    remainingChars -= member.length + 2;
    return fits;
  });
  const isCut = overflow || shown.length < members.length;
  return [...shown, ...(isCut ? ['…'] : [])].join(', ');
}

function promiseText(properties: readonly Runtime.PropertyPreview[], format: ValueFormat): string {
  const of = (name: string) => properties.find((property) => property.name === name);
  const state = of('[[PromiseState]]')?.value ?? 'unknown';
  const result = of('[[PromiseResult]]');
  return state === 'pending' || result === undefined
    ? `<${state}>`
    : `<${state}>: ${valueText(result, format)}`;
}

function elementText(element: Runtime.PropertyPreview, format: ValueFormat): string {
  return valueText(element, format);
}

/** Formats a member. The value of a boxed primitive and the state of a generator are shown without a name. */
function memberText(member: Runtime.PropertyPreview, format: ValueFormat): string {
  if (member.name === '[[GeneratorState]]') return `<${member.value}>`;
  if (/^\[\[\w+\]\]$/.test(member.name)) return valueText(member, format);
  return `${member.name}: ${valueText(member, format)}`;
}

function entryText({ key, value }: Runtime.EntryPreview, format: ValueFormat): string {
  return key === undefined
    ? nestedText(value, format)
    : `${nestedText(key, format)} => ${nestedText(value, format)}`;
}

function nestedText({ type, subtype, description }: Runtime.ObjectPreview, format: ValueFormat): string {
  return valueText({ type, subtype, value: description }, format);
}

interface ValuePreview {
  readonly type: string;
  readonly subtype?: string | undefined;
  readonly value?: string | undefined;
}

/**
 * Formats a value inside a preview. The inspector has already cut the value, and gives only the class of
 * objects.
 */
function valueText({ type, subtype, value = type }: ValuePreview, format: ValueFormat): string {
  if (type === 'string') return formatString(value);
  if (type === 'number' || type === 'bigint') return formatPrimitive(value, format);
  if (type === 'function') return 'ƒ';
  if (type === 'accessor') return '(...)';
  if (type !== 'object' || subtype === 'null') return value;
  return value === 'Object' ? '{…}' : (value.split('\n', 1)[0] ?? '');
}
