import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { noDebugger } from '../dap/dapErrors.js';
import { MAIN_THREAD_ID } from '../translation/clientView.js';

const NO_DEBUG = 'The program runs without a debugger.';
const IN_CHILDREN = 'The programs that this command starts stop here, in sessions of their own.';

/**
 * Answers a request for a program that has no debugger in this session. Clients send some requests to every session:
 * those are answered as for a program that never stops.
 *
 * @param noDebug true: there is no debugger at all. False: the program's children have one
 * @returns the response's body
 * @throws DapError for requests that need a debugger
 */
export function answerWithoutDebugger(command: string, args: Message, noDebug: boolean): Message {
  switch (command) {
    case 'configurationDone':
      return {};
    case 'threads':
      return { threads: [{ id: MAIN_THREAD_ID, name: 'main' }] };
    case 'loadedSources':
      return { sources: [] };
    case 'breakpointLocations':
      return { breakpoints: [] };
    case 'setBreakpoints':
    case 'setFunctionBreakpoints':
      return { breakpoints: unverified(args.breakpoints, noDebug) };
    case 'setExceptionBreakpoints':
      return { breakpoints: unverified(args.filters, noDebug) };
    default:
      throw noDebugger(command, noDebug);
  }
}

function unverified(requested: unknown, noDebug: boolean): Message[] {
  const message = noDebug ? NO_DEBUG : IN_CHILDREN;
  const list: unknown[] = Array.isArray(requested) ? requested : [];
  return list.map((one) => ({
    verified: false,
    ...(isRecord(one) && typeof one.line === 'number' && { line: one.line }),
    message,
  }));
}
