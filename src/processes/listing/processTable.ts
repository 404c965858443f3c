import { environmentHas, listProcesses, readProcess, ticksSinceBoot, userOf } from './procFiles.js';
import type { ProcessTable } from './procFiles.js';
import { PsTable } from './psTable.js';

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
