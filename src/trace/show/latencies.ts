import type { TraceEntry } from '../format/traceFormat.js';

/** The request that a response is for, and how long it took. */
export interface Answered {
  /** The command, which a launcher's response does not repeat. */
  readonly name: string | undefined;
  /** The number of the request's entry. */
  readonly entry: number;
  readonly ms: number;
}

/** Finds the request of each response. */
export class Latencies {
  private readonly open = new Map<string, { name: string | undefined; entry: number; mono: number }>();

  /** Looks at the next entry. @returns the request, if the entry is the response to one */
  note(entry: TraceEntry, index: number): Answered | undefined {
    const { kind, direction, name, mono } = entry;
    if (kind === 'request') this.open.set(keyOf(entry, direction, entry.seq), { name, entry: index, mono });
    if (kind !== 'response') return undefined;
    const key = keyOf(entry, direction === 'sent' ? 'received' : 'sent', entry.of);
    const request = this.open.get(key);
    this.open.delete(key);
    return request && { name: request.name, entry: request.entry, ms: mono - request.mono };
  }
}

function keyOf({ session, side, link }: TraceEntry, direction: string | undefined, seq: unknown): string {
  return `${session}\n${side}\n${link}\n${direction}\n${String(seq)}`;
}
