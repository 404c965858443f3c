import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { systemCode } from '../ipc/index.js';
import { hasGroups } from './platform.js';
import { endWindowsTree } from './windowsTree.js';

/** A process that may lead a process group, for example a `ChildProcess`. */
export type GroupLeader = Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode' | 'kill'>;

/**
 * Signals every process of the group, the leader included. The leader may have ended already: the group exists as long
 * as one member runs, and the system does not reuse its id before.
 *
 * @param signal 0 sends no signal, and only checks that a process is there
 * @returns false if no process is left that this process may signal
 */
export function signalGroup(leader: GroupLeader, signal: NodeJS.Signals | 0): boolean {
  if (leader.pid === undefined) return false;
  if (!hasGroups) return signalTree(leader, signal);
  try {
    return process.kill(-leader.pid, signal);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
    // A member runs as another user, and must not be signalled by this one.
    if (systemCode(error) === 'EPERM') return false;
    throw error;
  }
}

/**
 * Returns true while a process of the group runs. Zombies do not count: in a container without an init process they
 * are never collected.
 */
export function groupRuns(leader: GroupLeader): boolean {
  if (!signalGroup(leader, 0)) return false;
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && groupOfRunning(pid) === leader.pid);
}

/** Returns true while the process runs, which need not be a child of this one. Zombies do not count. */
export function processRuns(leader: GroupLeader): boolean {
  if (!leader.kill(0)) return false;
  return process.platform !== 'linux' || groupOfRunning(String(leader.pid)) !== undefined;
}

function groupOfRunning(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The process name is in brackets and may contain any character. State, parent and group follow the last `)`.
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : Number(group);
  } catch {
    return undefined; // The process has ended since the directory was read.
  }
}

function signalTree(leader: GroupLeader, signal: NodeJS.Signals | 0): boolean {
  if (leader.exitCode !== null || leader.signalCode !== null) return false;
  if (signal === 0) return leader.kill(0);
  // Windows does not stop processes, and has no other signal than the end.
  if (signal !== 'SIGCONT') void endWindowsTree(leader);
  return true;
}
