import { breakpoints } from './breakpoints.js';
import { execution } from './execution.js';
import { inspection } from './inspection.js';
import { lifecycle } from './lifecycle.js';
import { optional } from './optional.js';
import type { RequestTable } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';

/** The handlers of all requests that the adapter knows. */
export const REQUESTS: RequestTable<SessionContext> = {
  ...optional,
  ...lifecycle,
  ...breakpoints,
  ...execution,
  ...inspection,
};
