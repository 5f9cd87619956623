/** Milliseconds of processor that a piece of work takes: a busy machine is not slow code. */
export function cpuTime(work: () => unknown): number {
  const start = process.threadCpuUsage();
  work();
  const used = process.threadCpuUsage(start);
  return (used.user + used.system) / 1000;
}
