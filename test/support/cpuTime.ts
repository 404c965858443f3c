const MS = 1_000;

/** The processor time that the work takes, in milliseconds. Other processes on the machine do not lengthen it. */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / MS;
}
