import type { RecordRing } from '../link/threadLink.js';

/** The longest time that can be said to be quiet, in milliseconds: what is more is a clock that has wrapped around. */
const MAX_QUIET_MS = 60_000;

/** Takes every line that is written, in order. */
export function takeNotes({ written, taken, bytes }: RecordRing): string[] {
  const from = Atomics.load(taken, 0);
  const to = Atomics.load(written, 0);
  const length = (to - from) >>> 0;
  if (length === 0) return [];
  const at = (from >>> 0) % bytes.length;
  // Copied: the writer may have the room when it is taken.
  const head = Buffer.from(bytes.subarray(at, at + length));
  const tail = Buffer.from(bytes.subarray(0, length - head.length));
  Atomics.store(taken, 0, to);
  return Buffer.concat([head, tail]).toString('utf8').split('\n').slice(0, -1);
}

/** For how long nothing will be written, in milliseconds; 0: something may be at any time. */
export function quietForMs({ quietUntilMs }: RecordRing): number {
  const nowMs = Number(process.hrtime.bigint() / 1_000_000n);
  const left = (Atomics.load(quietUntilMs, 0) - nowMs) | 0;
  return left > 0 && left <= MAX_QUIET_MS ? left : 0;
}
