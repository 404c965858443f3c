import type { TraceEntry } from '../format/traceFormat.js';

/** Requests without which there is no session. */
const NEEDED: ReadonlySet<string> = new Set(['initialize', 'launch', 'attach']);

/** Says whether a recording still shows what is looked for. */
export type Shows = (entries: readonly TraceEntry[]) => Promise<boolean>;

/**
 * Finds a short recording that still shows it: the shortest beginning, and of that the requests that are needed. A request
 * goes with its response.
 *
 * @param shows is called some 2 log n times for n requests, and more often if few can be left out
 * @returns undefined if the whole recording does not show it
 */
export async function minimise(
  entries: readonly TraceEntry[],
  shows: Shows,
): Promise<readonly TraceEntry[] | undefined> {
  if (!(await shows(entries))) return undefined;
  const beginning = await shortestBeginning(entries, shows);
  return withoutRequests(beginning, shows);
}

/** Assumes that what a beginning shows, each longer one shows too. If not, the result is not the shortest. */
async function shortestBeginning(
  entries: readonly TraceEntry[],
  shows: Shows,
): Promise<readonly TraceEntry[]> {
  let [tooShort, enough] = [0, entries.length];
  while (enough - tooShort > 1) {
    const middle = Math.floor((tooShort + enough) / 2);
    if (await shows(entries.slice(0, middle))) enough = middle;
    else tooShort = middle;
  }
  return entries.slice(0, enough);
}

async function withoutRequests(entries: readonly TraceEntry[], shows: Shows): Promise<readonly TraceEntry[]> {
  let kept = entries;
  let size = Math.max(1, Math.floor(requestsOf(kept).length / 2));
  for (;;) {
    let hasShrunk = false;
    for (let at = 0; at < requestsOf(kept).length;) {
      const dropped = new Set(requestsOf(kept).slice(at, at + size));
      const rest = kept.filter((entry) => !dropped.has(requestKey(entry)));
      if (await shows(rest)) {
        kept = rest;
        hasShrunk = true;
      } else at += size;
    }
    if (size === 1 && !hasShrunk) return kept;
    size = Math.max(1, Math.floor(size / 2));
  }
}

/** The keys of the requests that can be left out. */
function requestsOf(entries: readonly TraceEntry[]): string[] {
  return entries.filter(({ kind, name = '' }) => kind === 'request' && !NEEDED.has(name)).map(requestKey);
}

/** The same for a request and its response. Empty for other entries. */
function requestKey({ session, side, link, kind, direction, seq, of }: TraceEntry): string {
  const asked = direction === 'sent' ? 'received' : 'sent';
  if (kind === 'request') return JSON.stringify([session, side, link, direction, seq]);
  return kind === 'response' ? JSON.stringify([session, side, link, asked, of]) : '';
}
