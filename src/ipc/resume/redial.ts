import type { Duplex } from 'node:stream';
import { IpcError, toError } from '../core/errors.js';
import { delay } from '../core/deferred.js';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/** A stream that continues the session, with the bytes that the peer has taken over. */
export interface ContinuedStream {
  readonly socket: Duplex;
  readonly peerPosition: number;
}

/**
 * Makes one attempt to connect again.
 *
 * @throws IpcError `ERR_IPC_SESSION_UNKNOWN`, `ERR_IPC_SESSION_EXPIRED`: no other attempt is made. Any other error is
 *   one of this attempt
 */
export type Redial = (attempt: {
  readonly counter: number;
  readonly position: number;
  readonly signal: AbortSignal;
}) => Promise<ContinuedStream>;

export interface RedialOptions {
  readonly redial: Redial;
  readonly position: number;
  readonly signal: AbortSignal;
  /** Returns the number of the next attempt. */
  readonly nextCounter: () => number;
  /** Called for each attempt that has failed. */
  readonly onFailure: (error: Error) => void;
}

/**
 * Dials until the peer continues the session, with growing pauses of random length: many sessions that broke together do
 * not all come back at once.
 *
 * @throws IpcError the proved refusal of the peer, or the reason of `signal`
 */
export async function redialUntilResumed(options: RedialOptions): Promise<ContinuedStream> {
  const { redial, position, signal, nextCounter, onFailure } = options;
  for (let pauseMs = 0; ; pauseMs = Math.min(Math.max(2 * pauseMs, FIRST_PAUSE_MS), LONGEST_PAUSE_MS)) {
    await delay(pauseMs * (0.5 + Math.random() / 2), signal);
    try {
      const continued = await redial({ counter: nextCounter(), position, signal });
      if (!signal.aborted) return continued;
      continued.socket.destroy();
    } catch (thrown) {
      const error = toError(thrown);
      if (isFinal(error) && !signal.aborted) throw error;
      onFailure(error);
    }
    if (signal.aborted) throw toError(signal.reason);
  }
}

/** True for a refusal by which the peer has proved that it is the peer and that the session is over. */
function isFinal(error: Error): boolean {
  return (
    error instanceof IpcError &&
    (error.code === 'ERR_IPC_SESSION_UNKNOWN' ||
      error.code === 'ERR_IPC_SESSION_EXPIRED' ||
      error.code === 'ERR_IPC_CONFIG')
  );
}
