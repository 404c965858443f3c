import { toClientPositions } from '../positions.js';
import type { RequestTable } from '../respond.js';
import type { SessionContext } from '../sessionContext.js';
import { forward } from './forward.js';

/** Requests that look at a program that stands still. */
const inspection: RequestTable<SessionContext> = {
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

export { inspection };
