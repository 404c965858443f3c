import { environmentHas, listProcesses, readProcess, ticksSinceBoot, userOf } from '../procFiles.js';
import type { ProcessRow } from '../procFiles.js';
import { PsTable } from './psTable.js';

/** What the system says about its processes. Nothing throws: what is not known is missing. */
export interface ProcessTable {
  /** Looks up a process. Undefined if there is none with this number. */
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

const PROC_FILES: ProcessTable = {
  readProcess,
  listProcesses,
  userOf,
  environmentHas,
  now: ticksSinceBoot,
};

/** True where processes of other parents can be looked up: on Linux and macOS. */
export const hasProcessTable = process.platform === 'linux' || process.platform === 'darwin';

/** The processes of this system: from /proc, on macOS from `ps`. Empty on others. */
export const processTable: ProcessTable = process.platform === 'darwin' ? new PsTable() : PROC_FILES;
