/** The maker of a request: an end of a relay, or the adapter that owns the relay. */
export type Requester = 'client' | 'server' | 'adapter';

/** A request with the fields that its requester knows. */
export interface PendingRequest {
  readonly requester: Requester;
  /** The request's `seq` as received, valid or not. Its response contains the same value. */
  readonly seq: unknown;
  readonly command: unknown;
}

/** The requests to one end that have no response yet, by the `seq` that they were sent with. */
export class PendingRequests {
  private readonly bySeq = new Map<number, PendingRequest>();

  /** The number of pending requests. */
  get size(): number {
    return this.bySeq.size;
  }

  add(seq: number, request: PendingRequest): void {
    this.bySeq.set(seq, request);
  }

  /** Removes and returns the request that was sent with this `seq`. Undefined if there is no such request. */
  remove(seq: unknown): PendingRequest | undefined {
    if (typeof seq !== 'number') return undefined;
    const request = this.bySeq.get(seq);
    this.bySeq.delete(seq);
    return request;
  }

  /** Finds the `seq` that a request was sent with, by its requester and its original `seq`. The latest match wins. */
  sentSeqOf(requester: Requester, ownSeq: unknown): number | undefined {
    let found: number | undefined;
    for (const [seq, request] of this.bySeq) {
      if (request.requester === requester && request.seq === ownSeq) found = seq;
    }
    return found;
  }

  /** Removes and returns all requests, in the order in which they were sent. */
  removeAll(): PendingRequest[] {
    const all = [...this.bySeq.values()];
    this.bySeq.clear();
    return all;
  }
}
