import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FILE_LIMITS, settlesWithin, systemCode, toError, unusualKind } from '../../ipc/index.js';
import { badLaunchArgument } from '../dap/dapErrors.js';

/** Returns the kind of what is at a path: `a file`, `a directory`, `a named pipe`, or `nothing`. */
export async function kindAt(path: string): Promise<string> {
  const found = stat(path, { bigint: true });
  const { readTimeoutMs } = FILE_LIMITS;
  if (!(await settlesWithin(found, readTimeoutMs))) {
    throw badLaunchArgument(
      `"${path}" cannot be looked at: its file system gave no answer in ${readTimeoutMs} ms.`,
    );
  }
  try {
    return unusualKind(await found) ?? 'a file';
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'nothing';
    throw badLaunchArgument(`"${path}" cannot be looked at: ${toError(error).message}.`, error);
  }
}

async function hintFor(program: string): Promise<string> {
  for (const extension of ['.js', '.mjs', '.cjs']) {
    if ((await kindAt(program + extension)) === 'a file') return ` Did you mean "${program}${extension}"?`;
  }
  return ' Give the path of the file to run, absolute or relative to "cwd".';
}

/**
 * Finds the program of a launch.
 *
 * @param given the path, absolute or relative to `cwd`
 * @throws DapError if there is no regular file
 */
export async function programFile(given: string, cwd: string): Promise<string> {
  const program = resolve(cwd, given);
  const kind = await kindAt(program);
  if (kind === 'a file') return program;
  if (kind === 'nothing') {
    throw badLaunchArgument(`"program" is not there: "${program}".${await hintFor(program)}`);
  }
  const advice = kind === 'a directory' ? 'Give the file in it to run' : 'Give a regular file';
  throw badLaunchArgument(`"program" is ${kind}: "${program}". ${advice}.`);
}
