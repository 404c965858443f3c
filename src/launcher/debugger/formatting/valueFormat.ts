import type { Runtime } from 'node:inspector';
import { formatFunction } from './functions.js';
import { formatPreview } from './previews.js';
import { formatPrimitive, formatString, MAX_VALUE_CHARS } from './primitives.js';
import type { ValueFormat } from './primitives.js';

/** Subtypes whose description says more than their properties. */
const SUBTYPES_SHOWN_BY_DESCRIPTION = [
  ...['date', 'error', 'regexp', 'arraybuffer', 'dataview', 'webassemblymemory'],
  ...['internal#entry', 'internal#scope', 'internal#scopeList'],
];

/** Formats a value on one short line. Never runs code of the program. */
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

/** The type of a value as shown to users: the class of an object, otherwise the result of `typeof`. */
export function formatType(value: Runtime.RemoteObject): string {
  if (value.subtype === 'null') return 'null';
  return value.type === 'object' ? (value.className ?? value.type) : value.type;
}

/** Formats the exception of an evaluation. The stack of an Error is left out. */
export function formatException({ exception, text }: Runtime.ExceptionDetails): string {
  if (exception === undefined) return text;
  if (exception.subtype === 'error') return (exception.description ?? text).split('\n    at ')[0] ?? text;
  return `${text} ${formatValue(exception)}`;
}

function formatObject(value: Runtime.RemoteObject, format: ValueFormat): string {
  const { subtype = '', preview } = value;
  if (subtype === 'null') return 'null';
  const description = firstLine(value.description ?? value.className ?? 'Object').slice(0, MAX_VALUE_CHARS);
  if (preview === undefined || SUBTYPES_SHOWN_BY_DESCRIPTION.includes(subtype)) return description;
  return formatPreview(preview, description, format);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
