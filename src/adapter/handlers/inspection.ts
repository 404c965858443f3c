import { toClientPositions } from '../translation/positions.js';
import type { RequestTable } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';
import { forward } from './forward.js';

/** Requests that look at a program that stands still. */
export const inspection: RequestTable<SessionContext> = {
  async stackTrace(context, args, signal) {
    const body = await context.debuggeeFor('stackTrace').request('stackTrace', args, signal);
    return toClientPositions(body, 'stackFrames', context.positions);
  },

  async scopes(context, args, signal) {
    const body = await context.debuggeeFor('scopes').request('scopes', args, signal);
    return toClientPositions(body, 'scopes', context.positions);
  },

  variables: forward('variables'),
  evaluate: forward('evaluate'),
};
