import type { Step } from '../debugger/stepping/stepThroughSkipped.js';
import type { CommandHandler } from './commandHandler.js';
import { optionalNumber, requiredNumber } from './readArguments.js';
import { requireDebugger, threadOf } from './requireDebugger.js';

/** A handler that goes on by one line in the given way. */
export function stepBy(step: Exclude<Step, 'stepInto'>): CommandHandler {
  return async (context, args) => {
    await threadOf(context, args).execution.step(step);
    return {};
  };
}

/** Goes on by one line, into what is called next, or into the call of `targetId`. */
export const stepIn: CommandHandler = async (context, args) => {
  const { callTargets, execution } = threadOf(context, args);
  const targetId = optionalNumber(args, 'targetId');
  await execution.stepInto(targetId === undefined ? undefined : callTargets.get(targetId));
  return {};
};

/** The calls of the line that a frame stands at; none where it is not the innermost, which cannot be stepped in. */
export const stepInTargets: CommandHandler = async (context, args) => {
  const frameId = requiredNumber(args, 'frameId');
  const targets = await requireDebugger(context).threadOfFrame(frameId).stepInTargets(frameId);
  return { body: { targets } };
};

/** Begins a frame's call anew. `stopped` tells when it stands at its first statement. */
export const restartFrame: CommandHandler = async (context, args) => {
  const frameId = requiredNumber(args, 'frameId');
  const { callStack, execution } = requireDebugger(context).threadOfFrame(frameId);
  await execution.restart(callStack.frame(frameId));
  return {};
};
