import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Names the space in which process ids of this process mean something: the machine since it was started and,
 * on Linux, the pid namespace. Two processes with the same answer may signal each other by id; a process at the
 * other end of a tunnel, or in a container, answers otherwise.
 */
export function processSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname(); // not Linux
  }
}
