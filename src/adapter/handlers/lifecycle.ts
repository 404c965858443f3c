import { isRecord, settlesWithin } from '../../ipc/index.js';
import { CAPABILITIES } from '../dap/capabilities.js';
import { uriPaths } from '../dap/dapErrors.js';
import type { RequestTable } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';

/** How long `disconnect` waits for the end it caused to be told, in milliseconds, before it is answered. */
const END_TOLD_MS = 2_000;

/** Requests that begin and end a session. */
export const lifecycle: RequestTable<SessionContext> = {
  initialize(context, args) {
    const { pathFormat = 'path', linesStartAt1, columnsStartAt1 } = args;
    if (pathFormat !== 'path') return Promise.reject(uriPaths(String(pathFormat)));
    const positions = { linesStartAt1: linesStartAt1 !== false, columnsStartAt1: columnsStartAt1 !== false };
    context.initialize(positions, args);
    return Promise.resolve(CAPABILITIES);
  },

  async launch(context, args) {
    await context.launch(args);
    return undefined;
  },

  async attach(context, args) {
    await context.attach(args);
    return undefined;
  },

  async restart(context, { arguments: launch }) {
    await context.restart(isRecord(launch) ? launch : undefined);
    return undefined;
  },

  async terminate(context) {
    await context.debuggeeFor('terminate').terminate();
    return undefined;
  },

  /** Best effort, as DAP has it: what is answered by now, or cannot stop, is not changed by it. */
  cancel(context, { requestId }) {
    if (typeof requestId === 'number') context.running.cancel(requestId);
    return Promise.resolve(undefined);
  },

  async disconnect(context, args) {
    const { terminateDebuggee } = args;
    if (terminateDebuggee === false) await context.debuggee?.requireDetachable();
    const debuggee = await context.settle();
    if (debuggee === undefined) return undefined;
    await debuggee.leave(typeof terminateDebuggee === 'boolean' ? terminateDebuggee : context.endsWith, args);
    // Answered last, so that a client that kills its adapter on the answer leaves nothing behind.
    if (terminateDebuggee !== false) await settlesWithin(debuggee.ended, END_TOLD_MS);
    return undefined;
  },
};
