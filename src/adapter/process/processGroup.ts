import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { systemCode } from '../../ipc/index.js';

/** Windows has no process groups: there, the tree below the process stands for its group. */
export const hasGroups = process.platform !== 'win32';

/** A process that may lead a group; a `ChildProcess` is one. */
export type GroupLeader = Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode' | 'kill'>;

/**
 * Signals every process of the group that `leader` leads, itself included. The leader may be gone already:
 * its group lives as long as one member does, and its number is not given away before.
 *
 * @param signal 0 reaches nobody, and only asks whether somebody is there
 * @returns false if nobody is left to get it
 */
export function signalGroup(leader: GroupLeader, signal: NodeJS.Signals | 0): boolean {
  if (leader.pid === undefined) return false;
  if (!hasGroups) return signalTree(leader, leader.pid, signal);
  try {
    return process.kill(-leader.pid, signal);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
    // Some member runs as another user: it is there, and not ours to end.
    if (systemCode(error) === 'EPERM') return false;
    throw error;
  }
}

/**
 * Whether anybody of the group that `leader` leads still runs. Processes that have ended and were not
 * collected do not count: in a container without an init process that is never going to happen.
 */
export function groupRuns(leader: GroupLeader): boolean {
  if (!signalGroup(leader, 0)) return false;
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && groupOfRunning(pid) === leader.pid);
}

/** Whether one process runs that is no child of this one; as in {@link groupRuns}, the dead do not count. */
export function processRuns(leader: GroupLeader): boolean {
  if (!leader.kill(0)) return false;
  return process.platform !== 'linux' || groupOfRunning(String(leader.pid)) !== undefined;
}

function groupOfRunning(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before it is in brackets and may hold anything: state, parent and group follow the last one.
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : Number(group);
  } catch {
    return undefined; // gone since the directory was read
  }
}

function signalTree(leader: GroupLeader, pid: number, signal: NodeJS.Signals | 0): boolean {
  if (leader.exitCode !== null || leader.signalCode !== null) return false;
  if (signal !== 'SIGKILL') return leader.kill(signal);
  // The tool may be missing or come late; the process itself is ended either way.
  spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' }).on('error', () => leader.kill());
  return true;
}
