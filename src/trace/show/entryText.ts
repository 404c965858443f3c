import { isRecord } from '../../ipc/index.js';
import { contentOf } from '../format/classify.js';
import type { TraceEntry } from '../format/traceFormat.js';

/** The longest summary of a message, in UTF-16 units. */
const MAX_SUMMARY = 160;

/** What an entry says, in one line, without its name. */
export function summaryOf({ kind, ok, message, note }: TraceEntry): string {
  if (note !== undefined) return shortened(fields(note));
  if (ok === false) return shortened(reasonOf(message));
  if (kind === 'message') return shortened(JSON.stringify(message));
  return shortened(fields(contentOf(message)));
}

/** True for an entry that tells of a failure. */
export function isFailure({ kind, ok, note }: TraceEntry): boolean {
  if (ok === false) return true;
  if (kind === 'exit') return note?.code !== 0;
  if (kind === 'log') return note?.level === 'error' || note?.level === 'warn';
  return kind === 'state' && (note?.state === 'failed' || note?.clean === false);
}

function reasonOf(message: TraceEntry['message']): string {
  const { error } = contentOf(message);
  if (isRecord(error) && typeof error.format === 'string') return error.format;
  return typeof message?.message === 'string' ? message.message : 'no reason given';
}

/** The fields of an object, those that are objects as their lengths. */
function fields(object: Readonly<Record<string, unknown>>): string {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${short(value)}`)
    .join(' ');
}

function short(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const { name, path } = value;
  if (typeof path === 'string') return path;
  return typeof name === 'string' ? name : '{…}';
}

function shortened(text: string): string {
  return text.length > MAX_SUMMARY ? `${text.slice(0, MAX_SUMMARY - 1)}…` : text;
}
