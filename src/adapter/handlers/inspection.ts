import type { RequestTable } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';
import { forward } from './forward.js';

/** Requests that inspect a program at a stop. */
export const inspection: RequestTable<SessionContext> = {
  stackTrace: forward('stackTrace'),
  scopes: forward('scopes'),
  variables: forward('variables'),
  evaluate: forward('evaluate'),
};
