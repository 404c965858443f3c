import { settlesWithin } from '../../ipc/index.js';

/** Longest time for a step of the demo, even on a slow machine, in milliseconds. */
const DEADLINE_MS = 10_000;

/** Returns the promise's result. Rejects if the promise does not settle in time. */
export async function withDeadline<T>(
  what: string,
  promise: Promise<T>,
  timeoutMs = DEADLINE_MS,
): Promise<T> {
  if (await settlesWithin(promise, timeoutMs)) return promise;
  throw new Error(`${what} did not happen within ${String(timeoutMs)} ms`);
}
