import type { TraceEntry } from '../format/traceFormat.js';
import type { Report } from './problem.js';

/** A request that was seen. */
interface Seen {
  readonly entry: number;
  readonly name: string | undefined;
  answered: boolean;
  readonly isDap: boolean;
}

/** The rules of any link with requests and responses: each request has one response, and numbers grow. */
export class LinkRules {
  private readonly requests = new Map<string, Seen>();
  private readonly lastSeq = new Map<string, number>();
  private readonly reportedSeq = new Set<string>();
  private isFirst = true;
  private isComplete = true;
  private hasEnded = false;

  check(entry: TraceEntry, index: number, report: Report): void {
    const { kind, direction, name, seq } = entry;
    if (kind === 'state' && entry.note?.state === 'closed') this.hasEnded = true;
    if (direction === undefined) return;
    // The beginning of a recording may be missing.
    if (this.isFirst) this.isComplete = kind === 'request' && name === 'initialize';
    this.isFirst = false;
    if (kind === 'request' && seq !== undefined) {
      // A launcher that ends answers no more, and closes the connection.
      const isDap = entry.message !== undefined && 'type' in entry.message;
      this.requests.set(`${direction} ${seq}`, { entry: index, name, answered: false, isDap });
    }
    if (kind === 'response') this.checkResponse(entry, report);
    if (entry.message !== undefined && 'seq' in entry.message) this.checkSeq(entry, report);
  }

  end(report: Report): void {
    if (!this.hasEnded) return;
    for (const { entry, name, answered, isDap } of this.requests.values()) {
      if (isDap && !answered) report('unanswered', `${name ?? 'the request'} got no response`, entry);
    }
  }

  private checkResponse({ direction, of, name }: TraceEntry, report: Report): void {
    const asked = direction === 'sent' ? 'received' : 'sent';
    const request = this.requests.get(`${asked} ${of}`);
    if (request === undefined) {
      if (this.isComplete) report('unknown-request', `a response to request ${of}, which was not sent`);
      return;
    }
    if (request.answered) report('second-response', `another response to request ${of} (${request.name})`);
    request.answered = true;
    if (name !== undefined && name !== request.name) {
      report('wrong-command', `a response to ${name}, and request ${of} is ${request.name}`);
    }
  }

  private checkSeq({ direction = 'sent', seq }: TraceEntry, report: Report): void {
    const last = this.lastSeq.get(direction);
    if (typeof seq !== 'number') return;
    this.lastSeq.set(direction, seq);
    if (last === undefined || seq > last || this.reportedSeq.has(direction)) return;
    this.reportedSeq.add(direction);
    report('sequence', `seq ${seq} after ${last}: numbers grow with each message (reported once)`);
  }
}
