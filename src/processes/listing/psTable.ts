import { execFileSync } from 'node:child_process';
import { TICKS_PER_SECOND } from './procFiles.js';
import type { ProcessRow, ProcessTable } from './procFiles.js';

/** Runs `ps` with these arguments and returns what it prints. Throws if it fails, also because there is no such process. */
export type RunPs = (args: readonly string[]) => string;

/** The columns, each as a separate option: of several in one option, some systems take the rest for a heading. */
const COLUMNS = ['pid', 'ppid', 'pgid', 'uid', 'ruid', 'svuid', 'stat', 'lstart'].flatMap((name) => [
  '-o',
  `${name}=`,
]);
const ROW = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S.*)$/;
const ANSWER_MS = 2_000;
const MAX_BYTES = 16 * 1024 * 1024;

interface PsRow extends ProcessRow {
  /** Undefined if the real, the effective and the saved user differ. */
  readonly user: number | undefined;
}

/**
 * The processes as `ps` lists them, for macOS, which has no /proc. The start time is that of `lstart`, in whole seconds:
 * numbers are given again only after all others, so two processes of one number never start in the same second.
 */
export class PsTable implements ProcessTable {
  constructor(private readonly run: RunPs = runPs) {}

  readProcess(pid: number): ProcessRow | undefined {
    return this.rows(['-p', String(pid)]).find((row) => row.pid === pid);
  }

  listProcesses(): ProcessRow[] {
    return this.rows(['-A']).filter((row) => !row.isZombie);
  }

  userOf(pid: number): number | undefined {
    return this.rows(['-p', String(pid)]).find((row) => row.pid === pid)?.user;
  }

  /** Shown are the arguments too, in which the text would do as well: it is secret. */
  environmentHas(pid: number, text: string): boolean {
    return this.output(['-E', '-ww', '-o', 'command=', '-p', String(pid)]).includes(text);
  }

  now(): number {
    return Math.ceil(Date.now() / 1000) * TICKS_PER_SECOND;
  }

  private rows(which: readonly string[]): PsRow[] {
    return this.output([...COLUMNS, ...which])
      .split('\n')
      .map(readRow)
      .filter((row) => row !== undefined);
  }

  private output(args: readonly string[]): string {
    try {
      return this.run(args);
    } catch {
      return '';
    }
  }
}

function readRow(line: string): PsRow | undefined {
  const [, pid, parent, group, effective, real, saved, state = '', start = ''] = ROW.exec(line) ?? [];
  const startMs = Date.parse(`${start.trim()} UTC`);
  if (pid === undefined || Number.isNaN(startMs)) return undefined;
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    startTime: (startMs / 1000) * TICKS_PER_SECOND,
    isZombie: state.startsWith('Z'),
    user: effective === real && real === saved ? Number(real) : undefined,
  };
}

/** The time is in English, and in a zone without daylight saving: it must be the same text each time. */
function runPs(args: readonly string[]): string {
  return execFileSync('/bin/ps', args, {
    encoding: 'utf8',
    env: { LC_ALL: 'C', TZ: 'UTC0' },
    timeout: ANSWER_MS,
    maxBuffer: MAX_BYTES,
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
}
