import { isRecord } from '../core/messages.js';
import type { Message } from '../core/messages.js';

/** The longest title of a waiting process, in characters. */
const MAX_TITLE_CHARACTERS = 1_000;
/** The longest path of a program, in characters. */
const MAX_PATH_CHARACTERS = 32_767;

/** The fields of a hello that are read here and by the adapter. */
const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  title: (value) => isText(value, MAX_TITLE_CHARACTERS),
  program: (value) => isText(value, MAX_PATH_CHARACTERS),
  sessionId: (value) => isText(value, MAX_TITLE_CHARACTERS),
  pid: isProcessId,
  parentPid: isProcessId,
};

/**
 * Reads the hello of a waiting process. A known field of another type, or that is too long, is left out. Other fields
 * pass as they are.
 */
export function readHello(body: unknown): Message {
  if (!isRecord(body)) return {};
  const invalid = Object.keys(FIELDS).filter(
    (name) => Object.hasOwn(body, name) && !FIELDS[name]?.(body[name]),
  );
  if (invalid.length === 0) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !invalid.includes(name)));
}

function isText(value: unknown, maxCharacters: number): boolean {
  return typeof value === 'string' && value.length <= maxCharacters;
}

function isProcessId(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
