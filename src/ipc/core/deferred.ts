/** Returns a signal that aborts with our own signal or with the caller's, if the caller gave one. */
export function eitherSignal(own: AbortSignal, callers: AbortSignal | undefined): AbortSignal {
  return callers === undefined ? own : AbortSignal.any([own, callers]);
}

/** A promise together with the two functions that settle it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Creates a promise that is settled from outside. An unhandled rejection is ignored: the holders of the
 * promise see the error, and the process must not end because of it.
 */
export function defer<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let rejectLoudly!: (error: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    rejectLoudly = onReject;
  });
  const reject = (error: Error): void => {
    // The handler is added only on rejection: most promises never reject, and each handler creates a second
    // promise.
    promise.catch(() => undefined);
    rejectLoudly(error);
  };
  return { promise, resolve, reject };
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Limits a duration to the range of a timer: 1 ms to 24.8 days. */
export function timerMs(ms: number): number {
  return Math.min(Math.max(ms, 1), LONGEST_TIMER_MS);
}

/**
 * Waits for `promise`, at most `timeoutMs` milliseconds (`Infinity`: without a limit).
 *
 * @returns true if the promise settled in time; its value or error is left to the caller
 */
export async function settlesWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  if (timeoutMs === Infinity) return settled;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, timerMs(timeoutMs), false);
  });
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}
