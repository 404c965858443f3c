import type { RecordRing } from '../link/threadLink.js';

/** The longest quiet time, in milliseconds. A longer time means that the clock has wrapped around. */
const MAX_QUIET_MS = 60_000;

/**
 * Reads and removes the written lines, in order.
 *
 * @param end the value of `written` up to which lines are read. Default: all lines
 */
export function readRecords({ written, consumed, bytes }: RecordRing, end?: number): string[] {
  const from = Atomics.load(consumed, 0);
  const last = Atomics.load(written, 0);
  const isAhead = end !== undefined && (end - from) >>> 0 <= (last - from) >>> 0;
  // Lines that were read before an earlier end stay read.
  const to = end === undefined ? last : isAhead ? end : from;
  const length = (to - from) >>> 0;
  if (length === 0) return [];
  const at = (from >>> 0) % bytes.length;
  // Copied, because the writer may reuse the memory once it is consumed.
  const head = Buffer.from(bytes.subarray(at, at + length));
  const tail = Buffer.from(bytes.subarray(0, length - head.length));
  Atomics.store(consumed, 0, to);
  return Buffer.concat([head, tail]).toString('utf8').split('\n').slice(0, -1);
}

/** Returns the time in milliseconds for which nothing will be written; 0 if that is unknown. */
export function quietForMs({ quietUntilMs }: RecordRing): number {
  const nowMs = Number(process.hrtime.bigint() / 1_000_000n);
  const left = (Atomics.load(quietUntilMs, 0) - nowMs) | 0;
  return left > 0 && left <= MAX_QUIET_MS ? left : 0;
}
