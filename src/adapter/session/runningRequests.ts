/** The client's requests that have no response yet, by `seq`, so that they can be cancelled. */
export class RunningRequests {
  private readonly bySeq = new Map<number, AbortController>();

  /** Adds a request. Returns the signal of its cancellation, and the function to call with its response. */
  add(seq: number): { signal: AbortSignal; done: () => void } {
    const controller = new AbortController();
    this.bySeq.set(seq, controller);
    return { signal: controller.signal, done: () => this.bySeq.delete(seq) };
  }

  /** Cancels a request. Does nothing if the request is unknown or has its response. */
  cancel(seq: number): void {
    this.bySeq.get(seq)?.abort();
  }
}
