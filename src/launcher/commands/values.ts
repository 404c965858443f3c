import { complete } from '../debugger/completions/complete.js';
import {
  setExpression as assignExpression,
  setVariable as assignVariable,
} from '../debugger/evaluation/assign.js';
import { functionLocation } from '../debugger/values/functionLocation.js';
import { readMemory as read, writeMemory as write } from '../debugger/values/memory.js';
import { DebuggerError } from '../debugger/inspector/debuggerError.js';
import type { ThreadDebugger } from '../debugger/threadDebugger.js';
import type { Message } from '../../ipc/index.js';
import type { CommandContext, CommandHandler } from './commandHandler.js';
import {
  optionalNumber,
  readFormat,
  requiredNumber,
  requiredReference,
  requiredString,
} from './readArguments.js';
import { requireDebugger } from './requireDebugger.js';

/** Sets a variable to a new value. */
export const setVariable: CommandHandler = async (context, args, signal) => {
  const reference = requiredNumber(args, 'variablesReference');
  const assignment = { reference, name: requiredString(args, 'name'), value: requiredString(args, 'value') };
  const thread = requireDebugger(context).threadOfReference(reference);
  return { body: await assignVariable(thread, { ...assignment, format: readFormat(args), signal }) };
};

/** Sets an assignable expression to a new value. */
export const setExpression: CommandHandler = async (context, args, signal) => {
  const { thread, frame } = placeOf(context, args);
  const assignment = { expression: requiredString(args, 'expression'), value: requiredString(args, 'value') };
  return { body: await assignExpression(thread, { ...assignment, frame, format: readFormat(args), signal }) };
};

/** Returns completions for the text before the cursor. */
export const completions: CommandHandler = async (context, args) => {
  const { thread, frame } = placeOf(context, args);
  const text = requiredString(args, 'text');
  const offset = offsetOf(text, optionalNumber(args, 'line') ?? 1, requiredNumber(args, 'column'));
  const targets = await complete(thread, { text, offset, frame });
  // Columns count from 1.
  return { body: { targets: targets.map((target) => ({ ...target, start: target.start + 1 })) } };
};

/** Reads bytes of a buffer. */
export const readMemory: CommandHandler = async (context, args) => {
  const reference = requiredReference(args, 'memoryReference');
  const thread = requireDebugger(context).threadOfReference(reference);
  const range = {
    reference,
    offset: optionalNumber(args, 'offset') ?? 0,
    count: requiredNumber(args, 'count'),
  };
  return { body: await read(thread, range) };
};

/** Writes bytes to a buffer. */
export const writeMemory: CommandHandler = async (context, args) => {
  const reference = requiredReference(args, 'memoryReference');
  const thread = requireDebugger(context).threadOfReference(reference);
  const bytes = Buffer.from(requiredString(args, 'data'), 'base64');
  const offset = optionalNumber(args, 'offset') ?? 0;
  const what = { reference, offset, bytes, allowPartial: args.allowPartial === true };
  return { body: { bytesWritten: await write(thread, what) } };
};

/** Returns the source location of a function. */
export const locations: CommandHandler = async (context, args) => {
  const reference = requiredNumber(args, 'locationReference');
  const thread = requireDebugger(context).threadOfReference(reference);
  return { body: await functionLocation(thread, reference) };
};

/** Returns the thread and the frame of an expression. Without a frame id, that is the main thread. */
function placeOf(
  context: CommandContext,
  args: Message,
): { thread: ThreadDebugger; frame: ReturnType<ThreadDebugger['callStack']['frame']> | undefined } {
  const frameId = optionalNumber(args, 'frameId');
  const program = requireDebugger(context);
  if (frameId === undefined) return { thread: program.main, frame: undefined };
  const thread = program.threadOfFrame(frameId);
  return { thread, frame: thread.callStack.frame(frameId) };
}

/** Returns the number of characters before a place in a text. Line and column count from 1. */
function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  if (line < 1 || column < 1) throw new DebuggerError('lines and columns count from 1');
  const offset = before.reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
  return Math.min(offset, text.length);
}
