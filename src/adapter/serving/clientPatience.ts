import { settlesWithin } from '../../ipc/index.js';

/** The longest time that a client which does not read delays the end of its session, in milliseconds. */
const LAST_MESSAGES_MS = 1_000;
/** The time that each further wait has when that is used up, in milliseconds. */
const LEAST_MS = 200;

/** The waits for a client at the end of its session, which share one time: the client may read nothing any more. */
export class ClientPatience {
  private leftMs = LAST_MESSAGES_MS;

  /** True if the promise settles before the time is used up. */
  async settles(promise: Promise<unknown>): Promise<boolean> {
    const began = performance.now();
    const isSettled = await settlesWithin(promise, Math.max(this.leftMs, LEAST_MS));
    this.leftMs -= performance.now() - began;
    return isSettled;
  }
}
