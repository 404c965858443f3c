import { defer, timerMs } from '../core/deferred.js';
import type { Deferred } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import { checkedTimeout, DEFAULT_REQUEST_LIMITS } from '../core/limits.js';

interface Pending<T> {
  readonly answer: Deferred<T>;
  readonly timer: NodeJS.Timeout | undefined;
}

/**
 * The requests that wait for responses, by id. Every request settles: by its response, its deadline or the
 * end.
 */
export class RequestTracker<T> {
  private readonly pending = new Map<number, Pending<T>>();
  private lastId = 0;
  private ended: Error | undefined;
  private readonly maxPendingRequests: number;

  /** @param options.maxPendingRequests requests that may wait at the same time. Default 10,000 */
  constructor(options: { readonly maxPendingRequests?: number | undefined } = {}) {
    this.maxPendingRequests = options.maxPendingRequests ?? DEFAULT_REQUEST_LIMITS.maxPendingRequests;
  }

  /** The number of waiting requests. */
  get size(): number {
    return this.pending.size;
  }

  /**
   * Registers a request.
   *
   * @param options.what names the request in the error of its deadline
   * @param options.timeoutMs milliseconds from now. Default: no deadline, only the end of the connection
   * @returns the id, counted from 1, and the response. The response rejects with `ERR_IPC_REQUEST_TIMEOUT`,
   *   with `ERR_IPC_CONFIG` for a time limit that is no number from 0 on,
   *   with `ERR_IPC_TOO_MANY_REQUESTS` if too many requests are waiting (the request must not be sent then),
   *   or with the error given to `rejectAll`
   */
  begin(options: { readonly what: string; readonly timeoutMs?: number | undefined }): {
    id: number;
    result: Promise<T>;
  } {
    this.lastId += 1;
    const id = this.lastId;
    const answer = defer<T>();
    const refusal = this.ended ?? badTimeout(options.timeoutMs) ?? this.fullUnlessRoom(options.what);
    if (refusal !== undefined) answer.reject(refusal);
    else this.pending.set(id, { answer, timer: this.startTimer(id, options) });
    return { id, result: answer.promise };
  }

  /**
   * Resolves a request with its response.
   *
   * @returns false for an id that is not waiting: the response is late, or was never requested
   */
  settle(id: unknown, value: T): boolean {
    const request = typeof id === 'number' ? this.remove(id) : undefined;
    request?.answer.resolve(value);
    return request !== undefined;
  }

  /**
   * Rejects one request; its response is ignored from then on.
   *
   * @returns false for an id that is not waiting
   */
  reject(id: number, error: Error): boolean {
    const request = this.remove(id);
    request?.answer.reject(error);
    return request !== undefined;
  }

  /**
   * Rejects the request whose id a response has as text, with `ERR_IPC_BAD_MESSAGE`: the peer must send an id
   * back as it came. For a response that `settle` does not know.
   *
   * @returns false if no request with this id is waiting
   */
  rejectTextId(id: unknown): boolean {
    if (typeof id !== 'string' || String(Number(id)) !== id) return false;
    const what = `the response has the id as the text ${JSON.stringify(id)}: the peer must send it back as it came, a number`;
    return this.reject(Number(id), new IpcError('ERR_IPC_BAD_MESSAGE', what));
  }

  /** Rejects all waiting requests and all later requests. */
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

function badTimeout(timeoutMs: number | undefined): IpcError | undefined {
  try {
    checkedTimeout('timeoutMs', timeoutMs);
    return undefined;
  } catch (error) {
    return error as IpcError;
  }
}
