import { arch, availableParallelism, platform } from 'node:os';

/** Describes the kind of machine without identifying it. */
export function machineText() {
  return `${platform()} ${arch()}, ${availableParallelism()} processors, Node.js ${process.versions.node}`;
}
