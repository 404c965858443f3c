import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../commandLine/usageError.js';
import { toError } from '../../ipc/index.js';
import type { TraceEntry } from '../../trace/format/traceFormat.js';
import { readTrace } from '../../trace/reading/readTrace.js';
import { minimise } from '../../trace/replay/minimise.js';
import { writeTrace } from './writeTrace.js';

/**
 * Writes the shortest part of a trace for which a command succeeds. The command gets the path of a trace as its last
 * argument, or in place of `{}`.
 *
 * @returns the number of entries before and after
 * @throws UsageError if the command does not succeed for the whole trace, and as `readTrace`
 */
export async function minimiseTrace(
  path: string,
  output: string,
  command: readonly string[],
): Promise<readonly [before: number, after: number]> {
  const directory = mkdtempSync(join(tmpdir(), 'trace-minimise-'));
  let tries = 0;
  const shows = (entries: readonly TraceEntry[]): Promise<boolean> => {
    const candidate = join(directory, `${++tries}.jsonl`);
    writeTrace(candidate, entries);
    return succeeds(command, candidate);
  };
  try {
    const entries = [...readTrace(path)];
    const least = await minimise(entries, shows);
    if (least === undefined) {
      throw new UsageError(
        `the command does not succeed for ${path} itself: it has to exit with 0 for what shows the fault`,
      );
    }
    writeTrace(output, least);
    return [entries.length, least.length];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function succeeds([program = '', ...args]: readonly string[], candidate: string): Promise<boolean> {
  const filled = args.map((arg) => arg.replaceAll('{}', candidate));
  const all = filled.some((arg, at) => arg !== args[at]) ? filled : [...args, candidate];
  return new Promise((resolve, reject) => {
    const child = spawn(program, all, { stdio: 'ignore', windowsHide: true });
    child.once('error', (error) =>
      reject(new UsageError(`${program} cannot be run: ${toError(error).message}`)),
    );
    child.once('close', (code) => resolve(code === 0));
  });
}
