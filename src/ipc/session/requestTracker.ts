import { defer, timerMs } from '../core/deferred.js';
import type { Deferred } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import { DEFAULT_REQUEST_LIMITS } from '../core/limits.js';

interface Pending<T> {
  readonly answer: Deferred<T>;
  readonly timer: NodeJS.Timeout | undefined;
}

/** Requests that wait for their answers, by id. Every one settles: by its answer, its deadline or the end. */
export class RequestTracker<T> {
  private readonly pending = new Map<number, Pending<T>>();
  private lastId = 0;
  private ended: Error | undefined;
  private readonly maxPendingRequests: number;

  /** @param options.maxPendingRequests how many may wait at the same time. Default 10,000 */
  constructor(options: { readonly maxPendingRequests?: number | undefined } = {}) {
    this.maxPendingRequests = options.maxPendingRequests ?? DEFAULT_REQUEST_LIMITS.maxPendingRequests;
  }

  /** How many wait. */
  get size(): number {
    return this.pending.size;
  }

  /**
   * Begins a request.
   *
   * @param options.what names the request in the error of its deadline
   * @param options.timeoutMs milliseconds from now; default: no deadline, the end of the connection is one
   * @returns the id, counted from 1, and the answer, which rejects with `ERR_IPC_REQUEST_TIMEOUT`, with
   *   `ERR_IPC_TOO_MANY_REQUESTS` where as many as may wait do already (then nothing is to be sent), or with
   *   what `rejectAll` was given
   */
  begin(options: { readonly what: string; readonly timeoutMs?: number | undefined }): {
    id: number;
    result: Promise<T>;
  } {
    this.lastId += 1;
    const id = this.lastId;
    const answer = defer<T>();
    const refusal = this.ended ?? this.fullUnlessRoom(options.what);
    if (refusal !== undefined) answer.reject(refusal);
    else this.pending.set(id, { answer, timer: this.startTimer(id, options) });
    return { id, result: answer.promise };
  }

  /** Gives a request its answer. @returns false for an id that does not wait: too late, or never asked */
  settle(id: unknown, value: T): boolean {
    const request = typeof id === 'number' ? this.remove(id) : undefined;
    request?.answer.resolve(value);
    return request !== undefined;
  }

  /** Ends the wait for one answer, which is then too late. @returns false for an id that does not wait */
  reject(id: number, error: Error): boolean {
    const request = this.remove(id);
    request?.answer.reject(error);
    return request !== undefined;
  }

  /** Rejects everything that waits, and every request from now on. */
  rejectAll(error: Error): void {
    this.ended ??= error;
    for (const id of [...this.pending.keys()]) this.remove(id)?.answer.reject(error);
  }

  private fullUnlessRoom(what: string): IpcError | undefined {
    if (this.pending.size < this.maxPendingRequests) return undefined;
    return new IpcError(
      'ERR_IPC_TOO_MANY_REQUESTS',
      `${what} was not asked: ${this.pending.size} requests wait for their answers already, which is ` +
        'maxPendingRequests. Does the other side answer at all?',
    );
  }

  private startTimer(
    id: number,
    { what, timeoutMs }: { what: string; timeoutMs?: number | undefined },
  ): NodeJS.Timeout | undefined {
    if (timeoutMs === undefined || timeoutMs === Infinity) return undefined;
    return setTimeout(() => {
      const error = new IpcError('ERR_IPC_REQUEST_TIMEOUT', `${what} got no answer within ${timeoutMs} ms`);
      this.remove(id)?.answer.reject(error);
    }, timerMs(timeoutMs));
  }

  private remove(id: number): Pending<T> | undefined {
    const request = this.pending.get(id);
    this.pending.delete(id);
    clearTimeout(request?.timer);
    return request;
  }
}
