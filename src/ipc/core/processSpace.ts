import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Names the space in which the process ids of this process are valid: the machine since it was booted and, on
 * Linux, the pid namespace. Two processes with the same name can signal each other by id. A process at the
 * other end of a tunnel, or in a container, gets another name.
 */
export function processSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname(); // not Linux
  }
}
