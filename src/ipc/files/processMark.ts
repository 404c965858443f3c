import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemCode } from '../core/errors.js';
import { processSpace } from '../core/processSpace.js';

const SPACE_DIGITS = 6;
const RADIX = 36;
/** Start time of a process whose start cannot be known. */
const UNKNOWN_START = '0';
/** Field of `/proc/PID/stat` with the start time, counted from the field after the process's name. */
const START_FIELD = 19;
const DEAD_STATES = ['Z', 'X', 'x'];

/** The form of a mark: space, process id and start time. */
export const MARK_PATTERN = '[0-9a-f]{6}-[0-9a-z]{1,7}-[0-9a-z]{1,13}';

let own: string | undefined;
let space: string | undefined;

/**
 * Returns a text that identifies this process: the space of its process id, the id, and its start time. Another
 * process of this machine can find out later if the process still runs.
 */
export function ownMark(): string {
  own ??= [spaceMark(), process.pid.toString(RADIX), startOf('self') ?? UNKNOWN_START].join('-');
  return own;
}

/**
 * True if the process of a mark has certainly ended. False if it runs, or if that cannot be known: the process
 * belongs to another container or to an earlier boot. Systems without `/proc` do not know start times; there a
 * process that has got the same id counts as the one of the mark.
 */
export function hasEnded(mark: string): boolean {
  const [markedSpace, pidText = '', start] = mark.split('-');
  const pid = Number.parseInt(pidText, RADIX);
  if (markedSpace !== spaceMark() || !(pid > 1 || pid === process.pid)) return false;
  if (!exists(pid)) return true;
  const now = startOf(String(pid));
  return start !== UNKNOWN_START && now !== undefined && now !== start;
}

/** The process of a mark, if it runs. Undefined if it has ended, or its id means nothing here. */
export function markedPid(mark: string): number | undefined {
  const [markedSpace, pid = ''] = mark.split('-');
  return markedSpace === spaceMark() && !hasEnded(mark) ? Number.parseInt(pid, RADIX) : undefined;
}

function spaceMark(): string {
  space ??= createHash('sha256').update(processSpace()).digest('hex').slice(0, SPACE_DIGITS);
  return space;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}

/** Returns the start time of a process in clock ticks since the boot; '' for a dead one, undefined if unknown. */
function startOf(pid: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (DEAD_STATES.includes(fields[0] ?? '')) return '';
    const ticks = Number(fields[START_FIELD]);
    return Number.isSafeInteger(ticks) && ticks >= 0 ? ticks.toString(RADIX) : undefined;
  } catch {
    return undefined;
  }
}
