import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { timerMs } from '../core/deferred.js';
import { IpcError, systemCode, toError } from '../core/errors.js';
import type { Transport } from './transport.js';

/** What a listener that is about to exist, or is busy for a moment, looks like. Anything else is final. */
const NOT_THERE_YET = new Set(['ECONNREFUSED', 'ENOENT', 'EAGAIN', 'EBUSY']);

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 250;

const ignore = (): void => undefined;

export interface DialOptions {
  /** How long to go on trying, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends the attempts. A reason that is an `IpcError` is what is thrown then. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects, trying again with growing pauses while the listener is not there yet.
 *
 * @throws IpcError `ERR_IPC_CONNECT_TIMEOUT` at the deadline, with the last attempt's error as cause;
 *   `ERR_IPC_CONNECT` at once for an error that waiting cannot mend; `ERR_IPC_ABORTED`
 */
export async function dialWithRetry(transport: Transport, options: DialOptions): Promise<Socket> {
  const deadline = performance.now() + options.timeoutMs;
  for (let attempt = 1, pauseMs = FIRST_PAUSE_MS; ; attempt += 1, pauseMs *= 2) {
    const remainingMs = deadline - performance.now();
    try {
      return await dialOnce(transport, remainingMs, options.signal);
    } catch (error) {
      const cause = finalUnlessEarly(transport, error);
      // An attempt has all the time that is left, and its timer may fire a moment early.
      const isOver = cause instanceof AttemptTimeout || performance.now() >= deadline;
      if (isOver) throw deadlinePassed(transport, options.timeoutMs, attempt, cause);
    }
    await pause(transport, Math.min(pauseMs, LONGEST_PAUSE_MS, remainingMs), options.signal);
  }
}

function dialOnce(transport: Transport, timeoutMs: number, signal?: AbortSignal): Promise<Socket> {
  if (signal?.aborted === true) throw aborted(transport, signal);
  const socket = transport.dial();
  return new Promise((resolve, reject) => {
    const forget = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.removeListener('connect', onConnect);
      socket.removeListener('error', fail);
    };
    const onConnect = (): void => {
      forget();
      // Until somebody owns it, a broken socket is found out when it is used.
      resolve(socket.on('error', ignore));
    };
    const fail = (error: Error): void => {
      forget();
      // A socket that is being torn down may still report an error; it has been told already.
      socket.on('error', ignore).destroy();
      reject(error);
    };
    const onAbort = (): void => {
      fail(aborted(transport, signal));
    };
    const timer = setTimeout(fail, timerMs(timeoutMs), new AttemptTimeout());
    signal?.addEventListener('abort', onAbort);
    socket.once('error', fail);
    if (socket.connecting) socket.once('connect', onConnect);
    else onConnect();
  });
}

class AttemptTimeout extends Error {
  override readonly message = 'the attempt got no answer';
}

/** The error of an attempt that another one may mend. @throws IpcError for any other */
function finalUnlessEarly(transport: Transport, thrown: unknown): Error {
  if (thrown instanceof IpcError) throw thrown;
  const cause = toError(thrown);
  if (thrown instanceof AttemptTimeout || NOT_THERE_YET.has(systemCode(thrown) ?? '')) return cause;
  throw new IpcError('ERR_IPC_CONNECT', `cannot connect to ${transport.describe()}: ${cause.message}`, {
    cause,
  });
}

function deadlinePassed(transport: Transport, timeoutMs: number, attempts: number, cause: Error): IpcError {
  return new IpcError(
    'ERR_IPC_CONNECT_TIMEOUT',
    `nobody answered at ${transport.describe()} within ${timeoutMs} ms (${attempts} attempts, the last: ${cause.message})`,
    { cause },
  );
}

function aborted(transport: Transport, signal?: AbortSignal): IpcError {
  const cause: unknown = signal?.reason;
  if (cause instanceof IpcError) return cause;
  return new IpcError('ERR_IPC_ABORTED', `connecting to ${transport.describe()} was aborted`, { cause });
}

async function pause(transport: Transport, ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(timerMs(ms), undefined, signal === undefined ? {} : { signal });
  } catch {
    throw aborted(transport, signal);
  }
}
