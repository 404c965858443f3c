import type { TraceEntry } from '../format/traceFormat.js';

/**
 * Gives requests that were logged without their number the number of the first response that fits: of the same command,
 * and to a request that is not in the log.
 */
export function withRequestNumbers(entries: readonly TraceEntry[]): TraceEntry[] {
  const known = new Set(entries.filter(({ kind }) => kind === 'request').map(keyOf));
  const open = new Map<string, number[]>();
  const numbered = [...entries];
  entries.forEach((entry, at) => {
    const { kind, name = '', of } = entry;
    if (kind === 'request' && entry.seq === undefined) {
      const waiting = open.get(name) ?? [];
      open.set(name, [...waiting, at]);
    }
    if (kind !== 'response' || typeof of !== 'number' || known.has(`${entry.link} ${of}`)) return;
    const request = open.get(name)?.shift();
    if (request === undefined) return;
    const { message = {}, ...facts } = entries[request] ?? entry;
    numbered[request] = { ...facts, seq: of, message: { seq: of, ...message } };
  });
  return numbered;
}

function keyOf({ link, seq }: TraceEntry): string {
  return `${link} ${seq}`;
}
