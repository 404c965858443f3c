import type { Socket } from 'node:net';
import { delay, timerMs } from '../core/deferred.js';
import { IpcError, systemCode, toError } from '../core/errors.js';
import type { Transport } from './transport.js';

/** The error codes of a listener that does not exist yet or is busy. Any other error is final. */
const RETRYABLE_CODES = new Set(['ECONNREFUSED', 'ENOENT', 'EAGAIN', 'EBUSY']);

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 250;

const ignore = (): void => undefined;

export interface DialOptions {
  /** Time to keep trying, in milliseconds. */
  readonly timeoutMs: number;
  /** The most attempts. Default: as many as there is time for. */
  readonly attempts?: number | undefined;
  /** Cancels the attempts. A reason that is an `IpcError` is thrown as it is. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects, with retries after growing pauses until the listener exists.
 *
 * @throws IpcError `ERR_IPC_CONNECT_TIMEOUT` at the deadline, with the last attempt's error as cause;
 *   `ERR_IPC_CONNECT` at once for an error that a retry cannot repair; `ERR_IPC_ABORTED`
 */
export async function dialWithRetry(transport: Transport, options: DialOptions): Promise<Socket> {
  const deadline = performance.now() + options.timeoutMs;
  for (let attempt = 1, pauseMs = FIRST_PAUSE_MS; ; attempt += 1, pauseMs *= 2) {
    const remainingMs = deadline - performance.now();
    try {
      return await dialOnce(transport, remainingMs, options.signal);
    } catch (error) {
      const cause = finalUnlessEarly(transport, error);
      // An attempt may use all the remaining time, and its timer may fire slightly early.
      const isLast = attempt >= (options.attempts ?? Infinity);
      const isOver = isLast || cause instanceof AttemptTimeout || performance.now() >= deadline;
      if (isOver) throw deadlinePassed(transport, options.timeoutMs, attempt, cause);
    }
    await pause(transport, Math.min(pauseMs, LONGEST_PAUSE_MS, remainingMs), options.signal);
  }
}

function dialOnce(transport: Transport, timeoutMs: number, signal?: AbortSignal): Promise<Socket> {
  if (signal?.aborted === true) throw aborted(transport, signal);
  const socket = transport.dial();
  return new Promise((resolve, reject) => {
    const removeListeners = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.removeListener('connect', onConnect);
      socket.removeListener('error', fail);
    };
    const onConnect = (): void => {
      removeListeners();
      // A socket without an owner ignores errors: a broken socket is noticed when it is used.
      resolve(socket.on('error', ignore));
    };
    const fail = (error: Error): void => {
      removeListeners();
      // A socket may raise another error while it is destroyed; the first error has been reported already.
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

/** Returns the error of an attempt that may be repeated. @throws IpcError for any other error */
function finalUnlessEarly(transport: Transport, thrown: unknown): Error {
  if (thrown instanceof IpcError) throw thrown;
  const cause = toError(thrown);
  if (thrown instanceof AttemptTimeout || RETRYABLE_CODES.has(systemCode(thrown) ?? '')) return cause;
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
    await delay(ms, signal);
  } catch {
    throw aborted(transport, signal);
  }
}
