import { isRecord } from '../../ipc/index.js';
import type { CommandId, Message } from '../../ipc/index.js';
import { DebuggerError } from '../debugger/inspector/debuggerError.js';
import type { ValueFormat } from '../debugger/formatting/valueFormat.js';

/** @throws DebuggerError when it is absent or no number */
export function requiredNumber(args: Message, name: string): number {
  const value = optionalNumber(args, name);
  if (value === undefined) throw new DebuggerError(`"${name}" is missing: a number`);
  return value;
}

/** @throws DebuggerError when it is there and no number */
export function optionalNumber(args: Message, name: string): number | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw new DebuggerError(`"${name}" must be a number`);
  return value;
}

/** @throws DebuggerError when it is absent or no string */
export function requiredString(args: Message, name: string): string {
  const value = optionalString(args, name);
  if (value === undefined) throw new DebuggerError(`"${name}" is missing: a string`);
  return value;
}

/** @throws DebuggerError when it is there and no string */
export function optionalString(args: Message, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new DebuggerError(`"${name}" must be a string`);
  return value;
}

/** @throws DebuggerError when it is there and no list of strings */
export function optionalStrings(args: Message, name: string): readonly string[] | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new DebuggerError(`"${name}" must be a list of strings`);
}

/** @throws DebuggerError when it is there and neither true nor false */
export function optionalFlag(args: Message, name: string): boolean | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw new DebuggerError(`"${name}" must be true or false`);
  return value;
}

/** A number that was given out as a text, for memory. @throws DebuggerError when it is absent or none of ours */
export function requiredReference(args: Message, name: string): number {
  const text = requiredString(args, name);
  if (!/^\d{1,15}$/.test(text))
    throw new DebuggerError(`"${name}" is none that was given out: ${text.slice(0, 40)}`);
  return Number(text);
}

/** @throws DebuggerError when it is absent, or nothing that a command's id can be */
export function requiredId(args: Message, name: string): CommandId {
  const value = args[name];
  if (typeof value === 'number' || typeof value === 'string') return value;
  throw new DebuggerError(`"${name}" is missing: the id of a command`);
}

/** How values are to be shown. What is no object says nothing. */
export function readFormat(args: Message): ValueFormat {
  return { hex: isRecord(args.format) && args.format.hex === true };
}
