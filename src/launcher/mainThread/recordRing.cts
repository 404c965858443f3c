/* eslint-disable @typescript-eslint/unbound-method -- functions are kept as they are now: the program may replace them */
/**
 * Notes from the program's thread to the worker, through shared memory: the writer never waits, wakes nobody and
 * takes no more memory than the ring has. What does not fit is not written. The other end is noteReader.ts.
 */

import type { RecordRing } from '../link/threadLink.js' with { 'resolution-mode': 'import' };

/** A power of two: the counters wrap around. */
const RING_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
const encoder = new TextEncoder();
/** Kept, since a program may put a clock of its own in its place. */
const hrtime = process.hrtime.bigint;

function createRing(): RecordRing {
  return {
    written: newCounter(),
    taken: newCounter(),
    quietUntilMs: newCounter(),
    bytes: new Uint8Array(new SharedArrayBuffer(RING_BYTES)),
  };
}

function newCounter(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** Writes one line, which has no line break of its own. @returns whether there was room for it */
function put({ written, taken, bytes }: RecordRing, line: string): boolean {
  const encoded = encoder.encode(line);
  const end = Atomics.load(written, 0);
  const used = (end - Atomics.load(taken, 0)) >>> 0;
  if (encoded.length + 1 > RING_BYTES - used) return false;
  const at = (end >>> 0) % RING_BYTES;
  const untilEnd = Math.min(encoded.length, RING_BYTES - at);
  bytes.set(encoded.subarray(0, untilEnd), at);
  bytes.set(encoded.subarray(untilEnd), 0);
  bytes[(at + encoded.length) % RING_BYTES] = NEWLINE;
  Atomics.store(written, 0, end + encoded.length + 1);
  return true;
}

/** Says that nothing will be written before that time, by {@link monotonicMs}. */
function setQuietUntil({ quietUntilMs }: RecordRing, timeMs: number): void {
  Atomics.store(quietUntilMs, 0, timeMs | 0);
}

/** Now, in milliseconds, by a clock that is the same in every thread. */
function monotonicMs(): number {
  return Number(hrtime() / 1_000_000n);
}

export = { createRing, monotonicMs, put, setQuietUntil };
//# sourceURL=node:debug-adapter-ipc/noteRing
