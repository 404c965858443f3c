import type { Runtime } from 'node:inspector';
import { inspect } from 'node:util';
import { formatFunction } from './functions.js';
import { formatPreview } from './previews.js';

/** How values are put into words. */
export interface ValueFormat {
  /** Whole numbers in hexadecimal. */
  readonly hex?: boolean | undefined;
}

/** Characters of a value's text, above which it is cut. */
const MAX_VALUE_CHARS = 10_000;

/** What says more by its description than by its properties. */
const DESCRIBE_THEMSELVES = [
  ...['date', 'error', 'regexp', 'arraybuffer', 'dataview', 'webassemblymemory'],
  ...['internal#entry', 'internal#scope', 'internal#scopeList'],
];

/** The text of a value for people: short and on one line. It never runs any code of the program. */
export function formatValue(value: Runtime.RemoteObject, format: ValueFormat = {}): string {
  switch (value.type) {
    case 'string':
      return formatString(String(value.value));
    case 'function':
      return formatFunction(value.description ?? '');
    case 'object':
      return formatObject(value, format);
    default:
      return formatPrimitive(value.description ?? value.unserializableValue ?? String(value.value), format);
  }
}

/** The type of a value for people: the class of an object, else what `typeof` gives. */
export function formatType(value: Runtime.RemoteObject): string {
  if (value.subtype === 'null') return 'null';
  return value.type === 'object' ? (value.className ?? value.type) : value.type;
}

/** The text of what an expression threw, without the stack where it is an Error. */
export function formatException({ exception, text }: Runtime.ExceptionDetails): string {
  if (exception === undefined) return text;
  if (exception.subtype === 'error') return (exception.description ?? text).split('\n    at ')[0] ?? text;
  return `${text} ${formatValue(exception)}`;
}

/** A string in quotes, cut where it is very long. */
export function formatString(text: string): string {
  return inspect(text, { maxStringLength: MAX_VALUE_CHARS, breakLength: Infinity });
}

/** A number or the like, from its decimal text; what is no whole number stays as it is. */
export function formatPrimitive(text: string, { hex = false }: ValueFormat): string {
  const [, sign = '', digits, big = ''] = /^(-?)(\d+)(n?)$/.exec(text) ?? [];
  return hex && digits !== undefined ? `${sign}0x${BigInt(digits).toString(16)}${big}` : text;
}

function formatObject(value: Runtime.RemoteObject, format: ValueFormat): string {
  const { subtype = '', preview } = value;
  if (subtype === 'null') return 'null';
  const description = firstLine(value.description ?? value.className ?? 'Object').slice(0, MAX_VALUE_CHARS);
  if (preview === undefined || DESCRIBE_THEMSELVES.includes(subtype)) return description;
  return formatPreview(preview, description, format);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
