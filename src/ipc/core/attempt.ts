import { throwUncaught } from './deferred.js';
import { toError } from './errors.js';

/** Calls code of the embedder. What it throws is an `uncaughtException`, and does not affect the session. */
export function attempt(action: () => unknown): void {
  try {
    action();
  } catch (thrown) {
    throwUncaught(toError(thrown));
  }
}
