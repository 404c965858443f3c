import type { Runtime } from 'node:inspector';
import { inspect } from 'node:util';

/** Characters of a value's text, above which it is cut. */
const MAX_VALUE_CHARS = 10_000;
/** Characters of a function's head, above which it is cut. */
const MAX_FUNCTION_CHARS = 80;

/** The text of a value for people: short and on one line, as far as the value lets it. */
export function formatValue(value: Runtime.RemoteObject): string {
  switch (value.type) {
    case 'string':
      return quote(String(value.value));
    case 'function':
      return formatFunction(value.description ?? '');
    case 'object':
      return formatObject(value);
    default:
      return value.description ?? value.unserializableValue ?? String(value.value);
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

function quote(text: string): string {
  return inspect(text, { maxStringLength: MAX_VALUE_CHARS });
}

function formatFunction(source: string): string {
  if (source.startsWith('class')) return shorten(firstLine(source).replace(/\s*\{.*$/, ''));
  const head = /^(?:async\s+)?(?:function\s*)?(\*?\s*[^\s(]*\s*\([^)]*\))/.exec(source)?.[1];
  return shorten(`ƒ ${(head ?? firstLine(source)).replace(/\s+/g, ' ').trim()}`);
}

function shorten(text: string): string {
  return text.length > MAX_FUNCTION_CHARS ? `${text.slice(0, MAX_FUNCTION_CHARS)}…` : text;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function formatObject(value: Runtime.RemoteObject): string {
  if (value.subtype === 'null') return 'null';
  const { preview } = value;
  const description = firstLine(value.description ?? value.className ?? 'Object').slice(0, MAX_VALUE_CHARS);
  return preview === undefined || describesItself(value) ? description : formatPreview(preview, description);
}

/** Dates, errors and the like (and a Map's entries) say more by their description than by their properties. */
function describesItself({ subtype = '' }: Runtime.RemoteObject): boolean {
  return ['date', 'error', 'regexp', 'internal#entry'].includes(subtype);
}

function formatPreview(preview: Runtime.ObjectPreview, description: string): string {
  const more = preview.overflow ? ['…'] : [];
  if (preview.subtype === 'array') {
    const length = /\((\d+)\)$/.exec(description)?.[0] ?? '';
    return `${length} [${[...preview.properties.map(formatElement), ...more].join(', ')}]`.trim();
  }
  const members = preview.entries?.map(formatEntry) ?? preview.properties.map(formatMember);
  const prefix = description === 'Object' ? '' : `${description} `;
  return `${prefix}{${[...members, ...more].join(', ')}}`;
}

function formatElement(property: Runtime.PropertyPreview): string {
  return /^\d+$/.test(property.name) ? formatPreviewValue(property) : formatMember(property);
}

function formatMember(property: Runtime.PropertyPreview): string {
  return `${property.name}: ${formatPreviewValue(property)}`;
}

function formatEntry({ key, value }: Runtime.EntryPreview): string {
  return key === undefined ? formatNested(value) : `${formatNested(key)} => ${formatNested(value)}`;
}

function formatNested(preview: Runtime.ObjectPreview): string {
  return formatPreviewValue({ type: preview.type, subtype: preview.subtype, value: preview.description });
}

interface ValuePreview {
  readonly type: string;
  readonly subtype?: string | undefined;
  readonly value?: string | undefined;
}

/** A value inside a preview: the inspector has already cut it, and gives objects by their class alone. */
function formatPreviewValue({ type, subtype, value = type }: ValuePreview): string {
  if (type === 'string') return quote(value);
  if (type === 'function') return 'ƒ';
  if (type === 'accessor') return '[Getter]';
  return type === 'object' && subtype !== 'null' && value === 'Object' ? '{…}' : value;
}
