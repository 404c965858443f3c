/** Microseconds of processor time that this process has used, on all its threads. */
export function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** What it costs this process to do the work, in microseconds of processor time. */
export function cpuCostUs(work) {
  const before = cpuUs();
  work();
  return cpuUs() - before;
}
