import { toError } from './errors.js';

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

/** Marks a rejection as handled: it cannot become an `unhandledRejection`. @returns the same promise */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** A rejected promise that cannot become an `unhandledRejection`. */
export function rejectQuietly(error: Error): Promise<never> {
  return handled(Promise.reject(error));
}

/** True for a promise of any realm and any library. @throws whatever a getter of `then` throws */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * `process.nextTick` as it is when this module is loaded: fake timers of a test framework replace the
 * property, and sending must go on.
 */
export const nextTick = process.nextTick.bind(process);

/** Throws an error that nothing else handles, in the next turn, where it is an `uncaughtException`. */
export function throwUncaught(error: Error): void {
  nextTick(() => {
    throw error;
  });
}

const settlementWatchers = new WeakMap<Promise<unknown>, Set<() => void>>();

/**
 * Calls `watcher` when a promise has settled. Unlike a reaction of `then`, the watcher can be removed, so that
 * waits that were given up cost a promise nothing. A rejection counts as handled.
 *
 * @returns a function that removes the watcher
 */
export function onSettled(promise: Promise<unknown>, watcher: () => void): () => void {
  const watchers = settlementWatchers.get(promise) ?? watchersOf(promise);
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function watchersOf(promise: Promise<unknown>): Set<() => void> {
  const watchers = new Set<() => void>();
  settlementWatchers.set(promise, watchers);
  const callAll = (): void => {
    settlementWatchers.delete(promise);
    for (const watcher of watchers) watcher();
  };
  promise.then(callAll, callAll);
  return watchers;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Limits a duration to the range of a timer: 1 ms to 24.8 days. */
export function timerMs(ms: number): number {
  return Math.min(Math.max(ms, 1), LONGEST_TIMER_MS);
}

/** Waits, unless `signal` aborts the wait. @throws the reason of `signal` */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted === true) reject(toError(signal.reason));
      else resolve();
    };
    const timer = setTimeout(end, timerMs(ms));
    if (signal?.aborted === true) end();
    else signal?.addEventListener('abort', end);
  });
}

/**
 * Waits for `promise`, at most `timeoutMs` milliseconds (`Infinity`: without a limit).
 *
 * @returns true if the promise settled in time; its value or error is left to the caller
 */
export function settlesWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer =
      timeoutMs === Infinity
        ? undefined
        : setTimeout(() => {
            unwatch();
            resolve(false);
          }, timerMs(timeoutMs));
    const unwatch = onSettled(promise, () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
