import { readFileSync } from 'node:fs';

/** Returns the processor time that all threads of this process have used, in microseconds. */
export function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Returns the processor time that this process uses for the work, in microseconds. */
export function cpuCostUs(work) {
  const before = cpuUs();
  work();
  return cpuUs() - before;
}

/** The time of one tick of the system's clock, in milliseconds: the same on every Linux. */
const TICK_MS = 10;

/** Returns the processor time of another process, in milliseconds. Undefined where the system has no such file. */
export function cpuMsOf(pid) {
  try {
    const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ');
    const [user, system] = rest.split(' ').slice(11, 13).map(Number);
    return (user + system) * TICK_MS;
  } catch {
    return undefined;
  }
}
