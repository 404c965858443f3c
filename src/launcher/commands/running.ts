import type { CommandHandler } from './commandHandler.js';
import { requireDebugger, threadOf } from './requireDebugger.js';

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
