import type { RequestHandler } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';

/** Makes a handler that sends the request to the launcher and responds with the launcher's body. */
export function forward(command: string): RequestHandler<SessionContext> {
  // Async, so that a missing debuggee rejects like every other refusal.
  return async (context, args, signal) => await context.debuggeeFor(command).request(command, args, signal);
}
