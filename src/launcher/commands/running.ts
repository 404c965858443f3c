import type { Step } from '../debugger/internals.js';
import type { CommandHandler } from './commandHandler.js';
import { readBreakpoints } from './readArguments.js';
import { requireDebugger } from './requireDebugger.js';

/** Replaces the breakpoints of a file. */
export const setBreakpoints: CommandHandler = async (context, args) => {
  const { file, requests } = readBreakpoints(args);
  const breakpoints = await requireDebugger(context).breakpoints.replace(file, requests);
  return {
    body: { breakpoints: breakpoints.map((breakpoint) => ({ ...breakpoint, source: { path: file } })) },
  };
};

/** Lets the program go on. */
export const continueProgram: CommandHandler = async (context) => {
  await requireDebugger(context).execution.resume();
  return { body: { allThreadsContinued: true } };
};

/** Stops the program, also in an endless loop. `stopped` tells when it stands. */
export const pause: CommandHandler = async (context) => {
  await requireDebugger(context).execution.pause();
  return {};
};

/** A handler that goes on by one line in the given way. */
export function stepBy(step: Step): CommandHandler {
  return async (context) => {
    await requireDebugger(context).execution.step(step);
    return {};
  };
}
