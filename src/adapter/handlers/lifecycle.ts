import { isRecord, settlesWithin } from '../../ipc/index.js';
import { CAPABILITIES } from '../dap/capabilities.js';
import { uriPaths } from '../dap/dapErrors.js';
import type { RequestTable } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';

/** The time that `disconnect` waits for the reported end before it responds, in milliseconds. */
const END_REPORTED_MS = 1_000;

/** Requests that begin and end a session. */
export const lifecycle: RequestTable<SessionContext> = {
  initialize(context, args) {
    const { pathFormat = 'path', linesStartAt1, columnsStartAt1 } = args;
    if (pathFormat !== 'path')
      return Promise.reject(uriPaths(typeof pathFormat === 'string' ? pathFormat : typeof pathFormat));
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

  /** Answers a `childSession` event. */
  childSessionStarted(context, args) {
    context.answerEvent(args);
    return Promise.resolve(undefined);
  },

  /** Cancels on a best-effort basis, as DAP says: a request with a response stays as it is. */
  cancel(context, { requestId }) {
    if (typeof requestId === 'number') context.running.cancel(requestId);
    return Promise.resolve(undefined);
  },

  async disconnect(context, args) {
    const { terminateDebuggee } = args;
    if (terminateDebuggee === false) await context.debuggee?.requireDetachable();
    const debuggee = await context.close();
    if (debuggee === undefined) return undefined;
    await debuggee.disconnect(
      typeof terminateDebuggee === 'boolean' ? terminateDebuggee : context.endsAtDisconnect,
      args,
    );
    // The response comes last: a client that kills its adapter on the response leaves nothing behind.
    if (terminateDebuggee !== false) await settlesWithin(debuggee.ended, END_REPORTED_MS);
    return undefined;
  },
};
