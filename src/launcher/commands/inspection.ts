import type { VariablesRange } from '../debugger/variables.js';
import { MAIN_THREAD } from '../mainThread.js';
import type { CommandHandler } from './commandHandler.js';
import { optionalNumber, optionalString, requiredNumber, requiredString } from './readArguments.js';
import { requireDebugger } from './requireDebugger.js';

/** JavaScript has one thread that can be debugged here: the main one. */
export const threads: CommandHandler = () => ({ body: { threads: [MAIN_THREAD] } });

export const stackTrace: CommandHandler = (context, args) => {
  const startFrame = optionalNumber(args, 'startFrame');
  const levels = optionalNumber(args, 'levels');
  return { body: requireDebugger(context).callStack.read({ startFrame, levels }) };
};

export const scopes: CommandHandler = (context, args) => ({
  body: { scopes: requireDebugger(context).scopes(requiredNumber(args, 'frameId')) },
});

export const variables: CommandHandler = async (context, args) => {
  const filter = optionalString(args, 'filter');
  const range: VariablesRange = {
    filter: filter === 'indexed' || filter === 'named' ? filter : undefined,
    start: optionalNumber(args, 'start'),
    count: optionalNumber(args, 'count'),
  };
  const reference = requiredNumber(args, 'variablesReference');
  return { body: { variables: await requireDebugger(context).variables.read(reference, range) } };
};

export const evaluate: CommandHandler = async (context, args, signal) => {
  const frameId = optionalNumber(args, 'frameId');
  const purpose = optionalString(args, 'context');
  const body = await requireDebugger(context).evaluate(requiredString(args, 'expression'), {
    ...(frameId !== undefined && { frameId }),
    ...(purpose !== undefined && { context: purpose }),
    signal,
  });
  return { body };
};
