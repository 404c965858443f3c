import type { CommandHandler } from './commandHandler.js';
import { readBreakpoints } from './readArguments.js';
import { requireDebugger, threadOf } from './requireDebugger.js';

/** Replaces the breakpoints of a file. */
export const setBreakpoints: CommandHandler = async (context, args) => {
  const { file, requests } = readBreakpoints(args);
  const breakpoints = await requireDebugger(context).breakpoints.replace(file, requests);
  return {
    body: { breakpoints: breakpoints.map((breakpoint) => ({ ...breakpoint, source: { path: file } })) },
  };
};

/** Lets every thread go on that stands still; with `singleThread`, the named one alone. */
export const continueProgram: CommandHandler = async (context, args) => {
  const program = requireDebugger(context);
  const { execution } = threadOf(context, args);
  await (args.singleThread === true ? execution.resume() : program.resume());
  return { body: { allThreadsContinued: !program.isPausedSomewhere } };
};

/** Stops a thread, also in an endless loop. `stopped` tells when it stands. */
export const pause: CommandHandler = async (context, args) => {
  await threadOf(context, args).execution.pause();
  return {};
};
