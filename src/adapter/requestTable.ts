import { breakpoints } from './handlers/breakpoints.js';
import { execution } from './handlers/execution.js';
import { inspection } from './handlers/inspection.js';
import { lifecycle } from './handlers/lifecycle.js';
import { optional } from './handlers/optional.js';
import type { RequestTable } from './respond.js';
import type { SessionContext } from './sessionContext.js';

/** Every request that the adapter answers other than by "unknown". */
const REQUESTS: RequestTable<SessionContext> = {
  ...optional,
  ...lifecycle,
  ...breakpoints,
  ...execution,
  ...inspection,
};

export { REQUESTS };
