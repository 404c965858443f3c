import { hasProcFiles, readProcess, userOf } from './procFiles.js';

/** The lowest number that a peer may name. 1 is the init process; 0 and below mean groups, or every process. */
const LOWEST_PID = 2;

/** One process for good: the system gives its number to another process later, but never with the same start time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The time at which it was started, in clock ticks since the boot. */
  readonly startTime: number;
  /** The user of the process. Undefined: not compared. */
  readonly user?: number | undefined;
}

/**
 * Identifies the process that a peer has named by number. Only a process of this user is identified, and never this
 * process itself.
 *
 * @param reported what the peer sent, of any type
 * @returns undefined if it is no such process, or if the system does not tell (anything but Linux)
 */
export function identifyReported(reported: unknown): ProcessIdentity | undefined {
  if (!hasProcFiles || typeof reported !== 'number') return undefined;
  if (!Number.isSafeInteger(reported) || reported < LOWEST_PID || reported === process.pid) return undefined;
  const row = readProcess(reported);
  const user = userOf(reported);
  if (row === undefined || row.isZombie || user === undefined || user !== process.getuid?.())
    return undefined;
  return { pid: reported, startTime: row.startTime, user };
}

/** True while the process runs, and its number has not become that of another process or user. */
export function isStillThere({ pid, startTime, user }: ProcessIdentity): boolean {
  const row = readProcess(pid);
  if (row === undefined || row.isZombie || row.startTime !== startTime) return false;
  return user === undefined || userOf(pid) === user;
}

/** Signals the process, if it is still there. Returns false if it is not, or must not be signalled by this process. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  return identity.pid >= LOWEST_PID && isStillThere(identity) && sendSignal(identity.pid, signal);
}

/**
 * Signals every process of the group that this process leads. The group must be known to exist: a member that runs
 * keeps its number from being given to another.
 */
export function signalGroupOf(leader: number, signal: NodeJS.Signals): boolean {
  return leader >= LOWEST_PID && leader !== readProcess(process.pid)?.group && sendSignal(-leader, signal);
}

function sendSignal(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false; // The process has ended, or belongs to another user.
  }
}
