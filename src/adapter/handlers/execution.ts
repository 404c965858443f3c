import { MAIN_THREAD_ID } from '../translation/clientView.js';
import type { RequestTable } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';
import { forward } from './forward.js';

const forwardThreads = forward('threads');
const forwardConfigurationDone = forward('configurationDone');

/** Requests that resume and pause the program. */
export const execution: RequestTable<SessionContext> = {
  async configurationDone(context, args, signal) {
    // Without a debugger the program is running already.
    if (context.debuggeeFor('configurationDone').noDebug) return undefined;
    return forwardConfigurationDone(context, args, signal);
  },

  async threads(context, args, signal) {
    if (!context.debuggeeFor('threads').noDebug) return forwardThreads(context, args, signal);
    return { threads: [{ id: MAIN_THREAD_ID, name: 'main' }] };
  },

  continue: forward('continue'),
  next: forward('next'),
  stepIn: forward('stepIn'),
  stepOut: forward('stepOut'),
  pause: forward('pause'),
};
