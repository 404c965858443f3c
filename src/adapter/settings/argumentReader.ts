import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { badLaunchArgument } from '../dap/dapErrors.js';

/** The longest delay that a Node timer takes, in milliseconds; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

function wrongType(name: string, expected: string, value: unknown): Error {
  return badLaunchArgument(`"${name}" must be ${expected}, and it is ${kindOf(value)}.`);
}

/** Reads a string. Undefined if the argument is left out or null, as js-debug has it. An empty string is refused: it is likely a mistake. */
export function optionalString(raw: Message, name: string, prefix = ''): string | undefined {
  const value = raw[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(prefix + name, 'a string', value);
  if (value === '') throw badLaunchArgument(`"${prefix}${name}" is empty. Give it a value or leave it out.`);
  if (value.includes('\0')) throw badLaunchArgument(`"${prefix}${name}" has a null character in it.`);
  return value;
}

/** Reads a boolean. False if the argument is left out. */
export function flag(raw: Message, name: string): boolean {
  return optionalBoolean(raw, name) ?? false;
}

/** Reads a boolean. Undefined if the argument is left out. */
export function optionalBoolean(raw: Message, name: string, prefix = ''): boolean | undefined {
  const value = raw[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrongType(prefix + name, 'true or false', value);
}

export function stringAt(name: string, value: unknown): string {
  if (typeof value !== 'string') throw wrongType(name, 'a string', value);
  if (value.includes('\0')) throw badLaunchArgument(`"${name}" has a null character in it.`);
  return value;
}

/** Reads one of the known names. Undefined if the argument is left out. */
export function optionalChoice<T extends string>(
  raw: Message,
  name: string,
  known: readonly T[],
  prefix = '',
): T | undefined {
  const value = optionalString(raw, name, prefix);
  const found = known.find((choice) => choice === value);
  if (value === undefined || found !== undefined) return found;
  throw badLaunchArgument(`"${prefix}${name}" is one of ${known.join(', ')}, and it is "${value}".`);
}

/** Reads a list of strings. Empty if the argument is left out or null. */
export function stringList(raw: Message, name: string, prefix = ''): readonly string[] {
  const value = raw[name];
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') {
    const list = JSON.stringify(value.split(/\s+/).filter((part) => part !== ''));
    throw badLaunchArgument(
      `"${prefix}${name}" must be a list of strings, one for each item, and it is one string. Write ${list}.`,
    );
  }
  if (!Array.isArray(value)) throw wrongType(prefix + name, 'a list of strings', value);
  return value.map((item: unknown, index) => stringAt(`${prefix}${name}[${index}]`, item));
}

/**
 * Reads words, as a list or as one string: VS Code's `${command:pickArgs}` gives a string. Blanks divide its words, except
 * in quotes.
 */
export function wordList(raw: Message, name: string): readonly string[] {
  const value = raw[name];
  if (typeof value !== 'string') return stringList(raw, name);
  const words = stringAt(name, value).match(/(?:[^\s"']|"[^"]*"|'[^']*'|["'])+/g) ?? [];
  return words.map((word) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, one?: string, other?: string) => one ?? other ?? ''),
  );
}

/** Reads a number above 0. Undefined if the argument is left out. */
export function optionalAboveZero(raw: Message, name: string, prefix = ''): number | undefined {
  const value = raw[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw wrongType(prefix + name, 'a number', value);
  if (value > 0) return value;
  throw badLaunchArgument(`"${prefix}${name}" must be above 0, and it is ${value}.`);
}

/** Reads a delay in milliseconds, more than 0. `defaultMs` if the argument is left out. */
export function delayMs(raw: Message, name: string, defaultMs: number): number {
  const value = raw[name];
  if (value === undefined) return defaultMs;
  if (typeof value !== 'number') throw wrongType(name, 'a number of milliseconds', value);
  if (value > 0 && value <= MAX_TIMER_MS) return value;
  throw badLaunchArgument(
    `"${name}" must be more than 0 and at most ${MAX_TIMER_MS} ms, and it is ${value}.`,
  );
}

/** Reads an object that has only known keys. Undefined if the argument is left out. */
export function optionalObject(
  raw: Message,
  name: string,
  known?: readonly string[],
  prefix = '',
): Message | undefined {
  const value = raw[name];
  if (value === undefined) return undefined;
  if (!isRecord(value)) throw wrongType(prefix + name, 'an object', value);
  const unknown = Object.keys(value).find((key) => known !== undefined && !known.includes(key));
  if (unknown === undefined) return value;
  throw badLaunchArgument(`"${name}" has no setting "${unknown}". Known: ${known?.join(', ')}.`);
}
