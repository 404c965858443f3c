import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Message } from '../../ipc/index.js';
import { optionalString } from './argumentReader.js';
import { badLaunchArgument } from '../dap/dapErrors.js';
import type { Environment } from './environment.js';

/**
 * Reads the argument `runtimeExecutable`. A path stays as it is; a name is searched for in PATH, as in a shell.
 *
 * @param env the environment of the launch. Its PATH replaces the adapter's, if it has one
 * @throws DapError for a name that is not found in PATH
 */
export function readRuntimeExecutable(raw: Message, env: Environment): string {
  const given = optionalString(raw, 'runtimeExecutable');
  if (given === undefined) return process.execPath;
  if (/[/\\]/.test(given)) return given;
  const path = pathOf(env);
  const found = lookUp(given, path);
  if (found !== undefined) return found;
  throw badLaunchArgument(
    `"runtimeExecutable" is not to be found: there is no "${given}" in PATH (${path || 'which is empty'}). ` +
      'Give the whole path of the executable, or leave it out for the Node.js of this adapter.',
  );
}

function pathOf(env: Environment): string {
  const path = env.PATH === undefined ? process.env.PATH : env.PATH;
  return path ?? '';
}

function lookUp(name: string, path: string): string | undefined {
  const suffixes = process.platform === 'win32' ? ['', ...(process.env.PATHEXT ?? '.EXE').split(';')] : [''];
  return path
    .split(delimiter)
    .filter((directory) => directory !== '')
    .flatMap((directory) => suffixes.map((suffix) => join(directory, name + suffix)))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
