/** The client's requests that are not answered yet, by their seq, so that they can be cancelled. */
export class RunningRequests {
  private readonly bySeq = new Map<number, AbortController>();

  /** Takes a request in. @returns the signal that it is cancelled, and what to call when it is answered */
  begin(seq: number): { signal: AbortSignal; done: () => void } {
    const controller = new AbortController();
    this.bySeq.set(seq, controller);
    return { signal: controller.signal, done: () => this.bySeq.delete(seq) };
  }

  /** Cancels a request; one that is answered, or was never asked, is not there to be cancelled. */
  cancel(seq: number): void {
    this.bySeq.get(seq)?.abort();
  }
}
