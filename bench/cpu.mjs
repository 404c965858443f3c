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
