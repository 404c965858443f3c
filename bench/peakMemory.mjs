import { readFileSync, writeFileSync } from 'node:fs';

const SAMPLE_MS = 20;
const KIB_PER_MIB = 1024;
/** Has the system forget the highest memory so far: what the start took is then not in it. */
const FORGET_PEAK = '5';

/**
 * Watches by how much the memory of a process grows; reads /proc. A process that ends meanwhile keeps its last.
 *
 * @param {number} pid
 * @returns {() => number} ends it; the peak above the memory of now, in MiB
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
    // Not allowed here: then the peak of its start counts as well, which is more and never less.
  }
}

/** In KiB; 0 once the process has gone. */
function statusOf(pid, field) {
  try {
    return Number(
      new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0,
    );
  } catch {
    return 0;
  }
}
