/** Microseconds of processor time that this process has used, on all its threads. */
export function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
