import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process as the system describes it. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /**
   * The time at which it was started, in clock ticks: since the boot, on macOS since 1970. A pid and this time name one
   * process for good.
   */
  readonly startTime: number;
  /** True once the process has ended and only waits to be collected. */
  readonly isZombie: boolean;
}

/** What the system says about its processes. Nothing throws: what is not known is missing. */
export interface ProcessTable {
  /** Looks up a process. Undefined if no process has this number. */
  readProcess(pid: number): ProcessRow | undefined;
  /** Lists the processes that run, zombies excluded. */
  listProcesses(): ProcessRow[];
  /** Whose process this is. Undefined if its users differ, or if the number is that of a thread. */
  userOf(pid: number): number | undefined;
  /** True if the environment with which the process was started contains the text. */
  environmentHas(pid: number, text: string): boolean;
  /** The time, as start times have it. */
  now(): number;
}

/** True where processes can be looked up in /proc. */
export const hasProcFiles = process.platform === 'linux';

/** The clock ticks of a second in /proc. Linux has the same value for every program. */
export const TICKS_PER_SECOND = 100;

/** Indexes in /proc/PID/stat, counted from behind the name of the process. */
const STATE = 0;
const PARENT = 1;
const GROUP = 2;
const START_TIME = 19;

/** Reads a file below /proc, in which bytes may be anything. Undefined if it cannot be read. */
export function readProcFile(path: string): string | undefined {
  if (!hasProcFiles) return undefined;
  try {
    return readFileSync(`/proc/${path}`, 'latin1');
  } catch {
    return undefined; // The process has ended, belongs to another user, or this is not Linux.
  }
}

/** Looks up a process. Undefined if no process has this number. */
export function readProcess(pid: number): ProcessRow | undefined {
  const stat = readProcFile(`${pid}/stat`);
  // The name is in brackets and may contain any character. The other fields follow the last `)`.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const [state, parent, group, startTime] = [STATE, PARENT, GROUP, START_TIME].map((at) => fields[at]);
  if (startTime === undefined) return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    startTime: Number(startTime),
    isZombie: state === 'Z' || state === 'X',
  };
}

/** Lists the processes that run, zombies excluded. */
export function listProcesses(): ProcessRow[] {
  return directoryEntries('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((row): row is ProcessRow => row !== undefined && !row.isZombie);
}

/**
 * Reads whose process this is.
 *
 * @returns undefined if the number is that of a thread, or if the real, the effective and the saved user differ
 */
export function userOf(pid: number): number | undefined {
  const status = readProcFile(`${pid}/status`);
  if (status === undefined || /^Tgid:\t(\d+)$/m.exec(status)?.[1] !== String(pid)) return undefined;
  const [real, ...others] = /^Uid:\t([\d\t]+)$/m.exec(status)?.[1]?.split('\t') ?? [];
  return real !== undefined && others.every((user) => user === real) ? Number(real) : undefined;
}

/** True if the environment with which the process was started contains the text. */
export function environmentHas(pid: number, text: string): boolean {
  return readProcFile(`${pid}/environ`)?.includes(text) ?? false;
}

/** Lists the inodes of the sockets that the process has open. Empty if this user may not know. */
export function socketsOf(pid: number | 'self'): ReadonlySet<string> {
  const directory = `/proc/${pid}/fd`;
  const targets = directoryEntries(directory).map((name) => linkTarget(`${directory}/${name}`));
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
}

/** The time since the boot, in clock ticks. Infinity if it is not known. */
export function ticksSinceBoot(): number {
  const seconds = Number.parseFloat(readProcFile('uptime') ?? '');
  return Number.isNaN(seconds) ? Infinity : Math.round(seconds * TICKS_PER_SECOND);
}

function directoryEntries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // Closed since the directory was read.
  }
}
