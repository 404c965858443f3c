import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { badRequestArguments } from '../dap/dapErrors.js';
import { toClientPositions, toLauncherPositions } from '../translation/positions.js';
import type { RequestTable } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';
import { forward } from './forward.js';

const forwardFilters = forward('setExceptionBreakpoints');

function listOf(value: unknown): readonly Message[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function requested(args: Message): readonly Message[] {
  if (!isRecord(args.source) || !isNamed(args.source)) {
    throw badRequestArguments('setBreakpoints', '"source.path" must be the path of a file');
  }
  if (args.breakpoints !== undefined || !Array.isArray(args.lines)) return listOf(args.breakpoints);
  return args.lines.map((line: unknown) => ({ line })); // how the protocol's first clients said it
}

/** By its path, or by the number that the launcher has given it, where it is no file. */
function isNamed({ path, sourceReference }: Message): boolean {
  return typeof path === 'string' || typeof sourceReference === 'number';
}

function unverified(breakpoints: readonly Message[], message: string): Message {
  return { breakpoints: breakpoints.map(({ line }) => ({ verified: false, line, message })) };
}

/** Requests that say where to stop. */
export const breakpoints: RequestTable<SessionContext> = {
  async setBreakpoints(context, args, signal) {
    const wanted = requested(args);
    const debuggee = context.debuggeeFor('setBreakpoints');
    if (debuggee.noDebug) return unverified(wanted, 'The program runs without a debugger.');
    const asked = { ...args, breakpoints: wanted };
    const body = await debuggee.request(
      'setBreakpoints',
      toLauncherPositions(asked, 'breakpoints', context.positions),
      signal,
    );
    return toClientPositions(body, 'breakpoints', context.positions);
  },

  /** Most launchers have no exception filters to set; some clients send it regardless, and wait for the answer. */
  setExceptionBreakpoints(context, args, signal) {
    if (context.debuggee?.does('setExceptionBreakpoints') === true)
      return forwardFilters(context, args, signal);
    const { filters } = args;
    const message = 'This debug adapter has no exception filters.';
    const asked = Array.isArray(filters) ? filters : [];
    return Promise.resolve({ breakpoints: asked.map(() => ({ verified: false, message })) });
  },
};
