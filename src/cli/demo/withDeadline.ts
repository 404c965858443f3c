import { settlesWithin } from '../../ipc/index.js';

/** Longer than any step of the demo takes on a slow machine, in milliseconds. */
const DEADLINE_MS = 10_000;

/** The promise's result; rejects, saying what did not happen, if it does not come in time. */
export async function withDeadline<T>(
  what: string,
  promise: Promise<T>,
  timeoutMs = DEADLINE_MS,
): Promise<T> {
  if (await settlesWithin(promise, timeoutMs)) return promise;
  throw new Error(`${what} did not happen within ${String(timeoutMs)} ms`);
}
