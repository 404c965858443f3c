import { processTable } from './listing/processTable.js';
import type { ProcessTable } from './listing/procFiles.js';

/** The lowest number that a peer may name. 1 is the init process; 0 and below mean groups, or every process. */
const LOWEST_PID = 2;

/** One process for good: the system gives its number to another process later, but never with the same start time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The time at which it was started, in clock ticks: see `ProcessRow`. */
  readonly startTime: number;
  /** The user of the process. Undefined: not compared. */
  readonly user?: number | undefined;
}

/**
 * Identifies the process that a peer has named by number. Only a process of this user is identified, and never this
 * process itself.
 *
 * @param reported what the peer sent, of any type
 * @param table the processes of the system. Default: those of this one
 * @returns undefined if it is no such process, or if the system does not tell (Windows)
 */
export function identifyReported(
  reported: unknown,
  table: ProcessTable = processTable,
): ProcessIdentity | undefined {
  if (typeof reported !== 'number') return undefined;
  if (!Number.isSafeInteger(reported) || reported < LOWEST_PID || reported === process.pid) return undefined;
  const row = table.readProcess(reported);
  const user = table.userOf(reported);
  if (row === undefined || row.isZombie || user === undefined || user !== process.getuid?.())
    return undefined;
  return { pid: reported, startTime: row.startTime, user };
}

/** True while the process runs, and its number has not become that of another process or user. */
export function isStillThere(
  { pid, startTime, user }: ProcessIdentity,
  table: ProcessTable = processTable,
): boolean {
  const row = table.readProcess(pid);
  if (row === undefined || row.isZombie || row.startTime !== startTime) return false;
  return user === undefined || table.userOf(pid) === user;
}

/** Signals the process, if it is still there. Returns false if it is not, or must not be signalled by this process. */
export function signalProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  table: ProcessTable = processTable,
): boolean {
  return identity.pid >= LOWEST_PID && isStillThere(identity, table) && sendSignal(identity.pid, signal);
}

/**
 * Signals every process of the group that this process leads. The group must be known to exist: a member that runs
 * keeps its number from being given to another.
 */
export function signalGroupOf(leader: number, signal: NodeJS.Signals): boolean {
  if (leader < LOWEST_PID || leader === processTable.readProcess(process.pid)?.group) return false;
  return sendSignal(-leader, signal);
}

function sendSignal(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false; // The process has ended, or belongs to another user.
  }
}
