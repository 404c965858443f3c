import type { CommandHandler } from './commandHandler.js';
import { requireDebugger, threadOf } from './requireDebugger.js';

/** Continues all paused threads, or with `singleThread` the named thread alone. */
export const continueProgram: CommandHandler = async (context, args) => {
  const program = requireDebugger(context);
  const { execution } = threadOf(context, args);
  await (args.singleThread === true ? execution.resume() : program.resume());
  return { body: { allThreadsContinued: !program.isPausedSomewhere } };
};

/** Pauses a thread, even in an endless loop. The event `stopped` is sent once the thread is paused. */
export const pause: CommandHandler = async (context, args) => {
  await threadOf(context, args).execution.pause();
  return {};
};
