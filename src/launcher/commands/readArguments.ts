import { isRecord } from '../../ipc/index.js';
import type { CommandId, Message } from '../../ipc/index.js';
import { DebuggerError } from '../debugger/inspector/debuggerError.js';
import type { ValueFormat } from '../debugger/formatting/primitives.js';

/** @throws DebuggerError if the argument is missing or not a number */
export function requiredNumber(args: Message, name: string): number {
  const value = optionalNumber(args, name);
  if (value === undefined) throw new DebuggerError(`"${name}" is missing: a number`);
  return value;
}

/** @throws DebuggerError if the argument is present and not a number */
export function optionalNumber(args: Message, name: string): number | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw new DebuggerError(`"${name}" must be a number`);
  return value;
}

/** @throws DebuggerError if the argument is missing or not a string */
export function requiredString(args: Message, name: string): string {
  const value = optionalString(args, name);
  if (value === undefined) throw new DebuggerError(`"${name}" is missing: a string`);
  return value;
}

/** @throws DebuggerError if the argument is present and not a string */
export function optionalString(args: Message, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new DebuggerError(`"${name}" must be a string`);
  return value;
}

/** @throws DebuggerError if the argument is present and not a list of strings */
export function optionalStrings(args: Message, name: string): readonly string[] | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new DebuggerError(`"${name}" must be a list of strings`);
}

/** @throws DebuggerError if the argument is present and not a boolean */
export function optionalFlag(args: Message, name: string): boolean | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw new DebuggerError(`"${name}" must be true or false`);
  return value;
}

/**
 * Reads a memory reference, which is a number in the form of a string.
 *
 * @throws DebuggerError if the reference is missing or invalid
 */
export function requiredReference(args: Message, name: string): number {
  const text = requiredString(args, name);
  if (!/^\d{1,15}$/.test(text))
    throw new DebuggerError(`"${name}" is none that was given out: ${text.slice(0, 40)}`);
  return Number(text);
}

/** @throws DebuggerError if the argument is missing, or not a command id */
export function requiredId(args: Message, name: string): CommandId {
  const value = args[name];
  if (typeof value === 'number' || typeof value === 'string') return value;
  throw new DebuggerError(`"${name}" is missing: the id of a command`);
}

/** Reads the format of values. An argument that is not an object counts as missing. */
export function readFormat(args: Message): ValueFormat {
  return { hex: isRecord(args.format) && args.format.hex === true };
}
