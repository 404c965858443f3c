import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { MAIN_THREAD } from '../debugger/threads/mainThread.js';
import type { VariablesRange } from '../debugger/values/variables.js';
import type { CommandHandler } from './commandHandler.js';
import {
  optionalNumber,
  optionalString,
  readFormat,
  requiredNumber,
  requiredString,
} from './readArguments.js';
import { requireDebugger, threadOf } from './requireDebugger.js';

/** The turns of the event loop in which all messages have been handled that the program's thread has sent before. */
const LOG_TURNS = 3;

/** Returns all threads. Without a debugger, that is the main thread alone. */
export const threads: CommandHandler = (context) => ({
  body: { threads: context.debugger?.threads ?? [MAIN_THREAD] },
});

export const stackTrace: CommandHandler = async (context, args) => {
  const startFrame = optionalNumber(args, 'startFrame');
  const levels = optionalNumber(args, 'levels');
  return { body: await threadOf(context, args).callStack.read({ startFrame, levels }) };
};

export const scopes: CommandHandler = async (context, args) => {
  const frameId = requiredNumber(args, 'frameId');
  return { body: { scopes: await requireDebugger(context).threadOfFrame(frameId).scopes(frameId) } };
};

export const variables: CommandHandler = async (context, args) => {
  const filter = optionalString(args, 'filter');
  const range: VariablesRange = {
    filter: filter === 'indexed' || filter === 'named' ? filter : undefined,
    start: optionalNumber(args, 'start'),
    count: optionalNumber(args, 'count'),
  };
  const reference = requiredNumber(args, 'variablesReference');
  const { consoleOutput } = context;
  if (consoleOutput?.has(reference) === true) {
    return { body: { variables: await consoleOutput.read(reference) } };
  }
  const { variables } = requireDebugger(context).threadOfReference(reference);
  return { body: { variables: await variables.read(reference, range, readFormat(args)) } };
};

export const evaluate: CommandHandler = async (context, args, signal) => {
  const frameId = optionalNumber(args, 'frameId');
  const purpose = optionalString(args, 'context');
  const program = requireDebugger(context);
  const thread = frameId === undefined ? program.main : program.threadOfFrame(frameId);
  const body = await thread.evaluate(requiredString(args, 'expression'), {
    ...(frameId !== undefined && { frameId }),
    ...(purpose !== undefined && { context: purpose }),
    format: readFormat(args),
    signal,
  });
  return { body };
};

/** Sends the descriptions of the program's console calls, and then responds. */
export const describeOutput: CommandHandler = async ({ consoleOutput, debugger: program }) => {
  // The messages of log points and of workers arrive in this thread before the text that the program writes after them
  // arrives in the adapter. They are handled within a turn of the event loop.
  const mayFollow = program?.breakpoints.hasLogPoints === true || consoleOutput?.hasWorkers === true;
  for (let turns = mayFollow ? LOG_TURNS : 0; turns > 0; turns -= 1) {
    await turnOfLoop();
  }
  return { body: { quietMs: consoleOutput?.flush() ?? 0 } };
};
