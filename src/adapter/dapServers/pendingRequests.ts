/** Who makes requests: the two ends of a relay, and the adapter that has the relay. */
export type Requester = 'client' | 'server' | 'adapter';

/** A request as who made it knows it. */
export interface PendingRequest {
  readonly requester: Requester;
  /** As it came; where it was none, its response carries the same. */
  readonly seq: unknown;
  readonly command: unknown;
}

/** Requests on their way to one end, by the seq that they were sent there with, until they are answered. */
export class PendingRequests {
  private readonly bySeq = new Map<number, PendingRequest>();

  /** How many wait. */
  get size(): number {
    return this.bySeq.size;
  }

  add(seq: number, request: PendingRequest): void {
    this.bySeq.set(seq, request);
  }

  /** The request of that seq, which waits no longer; undefined where none waits. */
  remove(seq: unknown): PendingRequest | undefined {
    if (typeof seq !== 'number') return undefined;
    const request = this.bySeq.get(seq);
    this.bySeq.delete(seq);
    return request;
  }

  /** The seq that a request was sent with, by whose it is and its own seq; of several, the latest. */
  sentSeqOf(requester: Requester, ownSeq: unknown): number | undefined {
    let found: number | undefined;
    for (const [seq, request] of this.bySeq) {
      if (request.requester === requester && request.seq === ownSeq) found = seq;
    }
    return found;
  }

  /** All that wait, in the order that they were sent in; then none does. */
  removeAll(): PendingRequest[] {
    const all = [...this.bySeq.values()];
    this.bySeq.clear();
    return all;
  }
}
