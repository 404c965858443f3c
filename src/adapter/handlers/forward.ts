import type { RequestHandler } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';

/** A handler that has the launcher do the request, and gives back its answer as it is. */
export function forward(command: string): RequestHandler<SessionContext> {
  // Async, so that a session without a debuggee is a rejection like every other refusal.
  return async (context, args, signal) => await context.debuggeeFor(command).request(command, args, signal);
}
