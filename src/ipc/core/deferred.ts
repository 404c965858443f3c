/** Aborts with the first of our own signal and the caller's, where the caller gave one. */
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
 * Makes a promise to be settled from outside. A rejection that nobody awaits stays quiet: whoever cares
 * holds the promise, and a bystander's process must not die of it.
 */
export function defer<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let rejectLoudly!: (error: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    rejectLoudly = onReject;
  });
  const reject = (error: Error): void => {
    // Only now: most promises never reject, and each one looked after would be a second promise.
    promise.catch(() => undefined);
    rejectLoudly(error);
  };
  return { promise, resolve, reject };
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A duration as a timer takes it: at least 1 ms, and no longer than the 24.8 days that fit. */
export function timerMs(ms: number): number {
  return Math.min(Math.max(ms, 1), LONGEST_TIMER_MS);
}

/**
 * Waits for `promise`, at most `timeoutMs` milliseconds (`Infinity`: for ever).
 *
 * @returns whether it settled in time; its own value or error is the caller's to look at
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
