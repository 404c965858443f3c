import { isRecord } from '../../ipc/index.js';
import type { Step } from '../debugger/stepping/stepThroughSkipped.js';
import type { CommandHandler } from './commandHandler.js';
import { optionalFlag, optionalNumber, requiredNumber, requiredString } from './readArguments.js';
import { requireDebugger, threadOf } from './requireDebugger.js';

/** Returns a handler that steps by one line in the given way. */
export function stepBy(step: Exclude<Step, 'stepInto'>): CommandHandler {
  return async (context, args) => {
    await threadOf(context, args).execution.step(step);
    return {};
  };
}

/** Steps by one line, into the next call or into the call of `targetId`. */
export const stepIn: CommandHandler = async (context, args) => {
  const { callTargets, execution } = threadOf(context, args);
  const targetId = optionalNumber(args, 'targetId');
  await execution.stepInto(targetId === undefined ? undefined : callTargets.get(targetId));
  return {};
};

/**
 * Returns the calls in the current line of a frame. The list is empty for frames other than the innermost,
 * because only that frame can be stepped in.
 */
export const stepInTargets: CommandHandler = async (context, args) => {
  const frameId = requiredNumber(args, 'frameId');
  const targets = await requireDebugger(context).threadOfFrame(frameId).stepInTargets(frameId);
  return { body: { targets } };
};

/** Restarts a frame's call. The event `stopped` is sent once the thread is paused at the first statement. */
export const restartFrame: CommandHandler = async (context, args) => {
  const frameId = requiredNumber(args, 'frameId');
  const { callStack, execution } = requireDebugger(context).threadOfFrame(frameId);
  await execution.restart(callStack.frame(frameId));
  return {};
};

/** Skips a source from now on, or does not any more. Body: `skipped`. Clients are to ask for the stack again. */
export const toggleSkipFileStatus: CommandHandler = (context, args) => {
  const path = requiredString(isRecord(args.source) ? args.source : {}, 'path');
  const skipped = requireDebugger(context).skipFile(path, optionalFlag(args, 'skip'));
  context.emit('invalidated', { areas: ['stacks'] });
  return { body: { skipped } };
};
