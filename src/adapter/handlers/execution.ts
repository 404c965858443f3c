import type { RequestTable } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';
import { forward } from './forward.js';

/** Requests that resume and pause the program. */
export const execution: RequestTable<SessionContext> = {
  configurationDone: forward('configurationDone'),
  threads: forward('threads'),
  continue: forward('continue'),
  next: forward('next'),
  stepIn: forward('stepIn'),
  stepOut: forward('stepOut'),
  pause: forward('pause'),
};
