import { unknownRequest } from '../dap/dapErrors.js';
import { OPTIONAL_REQUESTS } from '../profiles/profiles.js';
import type { RequestHandler, RequestTable } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';

/** Makes a handler that forwards a request to launchers that support it. For others the request is unknown. */
function forwardIfSupported(command: string): RequestHandler<SessionContext> {
  return async ({ debuggee }, args, signal) => {
    if (debuggee?.supports(command) !== true) throw unknownRequest(command);
    return debuggee.request(command, args, signal);
  };
}

/** Requests that some launchers support and others do not. */
export const optional: RequestTable<SessionContext> = Object.fromEntries(
  [...OPTIONAL_REQUESTS].map((command) => [command, forwardIfSupported(command)]),
);
