import { arch, availableParallelism, platform } from 'node:os';

/** The kind of machine, without saying which one. */
export function machineText() {
  return `${platform()} ${arch()}, ${availableParallelism()} processors, Node.js ${process.versions.node}`;
}
