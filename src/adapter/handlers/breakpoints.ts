import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { badRequestArguments } from '../dap/dapErrors.js';
import type { RequestTable } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';
import { forward } from './forward.js';

const forwardFilters = forward('setExceptionBreakpoints');

function listOf(value: unknown): readonly Message[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function requestedBreakpoints(args: Message): readonly Message[] {
  if (!isRecord(args.source) || !isNamed(args.source)) {
    throw badRequestArguments('setBreakpoints', '"source.path" must be the path of a file');
  }
  if (args.breakpoints !== undefined || !Array.isArray(args.lines)) return listOf(args.breakpoints);
  return args.lines.map((line: unknown) => ({ line })); // The form of the protocol's first clients.
}

/** True if the source has a path, or the reference number of a source that is not a file. */
function isNamed({ path, sourceReference }: Message): boolean {
  return typeof path === 'string' || typeof sourceReference === 'number';
}

/** Requests that set breakpoints. */
export const breakpoints: RequestTable<SessionContext> = {
  async setBreakpoints(context, args, signal) {
    const requested = requestedBreakpoints(args);
    const debuggee = context.debuggeeFor('setBreakpoints');
    return debuggee.request('setBreakpoints', { ...args, breakpoints: requested }, signal);
  },

  /**
   * Keeps filters that come before the launch, as some clients send them. Responds also if the launcher has no
   * exception filters.
   */
  setExceptionBreakpoints(context, args, signal) {
    const { debuggee } = context;
    context.earlyExceptionFilters = debuggee === undefined ? args : undefined;
    if (debuggee?.supports('setExceptionBreakpoints') === true) return forwardFilters(context, args, signal);
    const filters = Array.isArray(args.filters) ? args.filters : [];
    const state =
      debuggee === undefined
        ? { verified: true }
        : { verified: false, message: 'This debug adapter has no exception filters.' };
    return Promise.resolve({ breakpoints: filters.map(() => state) });
  },
};
