/* eslint-disable @typescript-eslint/unbound-method -- functions are kept as they are now: the program may replace them */
/**
 * Sends records from the program's thread to the worker, through shared memory. The writer never waits, never
 * wakes another thread, and uses no more memory than the ring. Records that do not fit are dropped. The
 * reader is recordReader.ts.
 */

import type { RecordRing } from '../../link/threadLink.js' with { 'resolution-mode': 'import' };

/** Must be a power of two, because the counters wrap around. */
const RING_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
const encoder = new TextEncoder();
/** Saved, because a program may replace the clock. */
const hrtime = process.hrtime.bigint;

function createRing(): RecordRing {
  return {
    written: newCounter(),
    consumed: newCounter(),
    quietUntilMs: newCounter(),
    bytes: new Uint8Array(new SharedArrayBuffer(RING_BYTES)),
  };
}

function newCounter(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/**
 * Writes one line, which must not contain a line break.
 *
 * @returns false if the ring had no room for the line
 */
function append({ written, consumed, bytes }: RecordRing, line: string): boolean {
  const encoded = encoder.encode(line);
  const end = Atomics.load(written, 0);
  const used = (end - Atomics.load(consumed, 0)) >>> 0;
  if (encoded.length + 1 > RING_BYTES - used) return false;
  const at = (end >>> 0) % RING_BYTES;
  const untilEnd = Math.min(encoded.length, RING_BYTES - at);
  bytes.set(encoded.subarray(0, untilEnd), at);
  bytes.set(encoded.subarray(untilEnd), 0);
  bytes[(at + encoded.length) % RING_BYTES] = NEWLINE;
  Atomics.store(written, 0, end + encoded.length + 1);
  return true;
}

/** Promises that nothing will be written before that time, in the clock of {@link monotonicMs}. */
function setQuietUntil({ quietUntilMs }: RecordRing, timeMs: number): void {
  Atomics.store(quietUntilMs, 0, timeMs | 0);
}

/** Returns the current time in milliseconds, by a clock that all threads share. */
function monotonicMs(): number {
  return Number(hrtime() / BigInt(1e6));
}

export = { append, createRing, monotonicMs, setQuietUntil };
