import { readFileSync, writeFileSync } from 'node:fs';

const SAMPLE_MS = 20;
const KIB_PER_MIB = 1024;
/** Value that resets the system's peak memory figure, so that the memory of the start is not included. */
const FORGET_PEAK = '5';

/**
 * Measures the growth of a process's memory from /proc. For a process that ends meanwhile, the last value
 * counts.
 *
 * @param {number} pid
 * @returns {() => number} ends the measurement; returns the peak above the initial memory, in MiB
 */
export function watchPeak(pid) {
  const idle = statusOf(pid, 'VmRSS');
  forgetPeak(pid);
  let peak = idle;
  const look = () => (peak = Math.max(peak, statusOf(pid, 'VmHWM')));
  const timer = setInterval(look, SAMPLE_MS);
  return () => {
    look();
    clearInterval(timer);
    return (peak - idle) / KIB_PER_MIB;
  };
}

function forgetPeak(pid) {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, FORGET_PEAK);
  } catch {
    // Not permitted here. The peak then includes the start, so it is larger and never smaller.
  }
}

/** Returns a field in KiB; 0 once the process has ended. */
function statusOf(pid, field) {
  try {
    return Number(
      new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0,
    );
  } catch {
    return 0;
  }
}
