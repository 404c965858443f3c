import { resolve } from 'node:path';
import type { Message } from '../../ipc/index.js';
import { defaultRuntime, findInPath } from '../../processes/findRuntime.js';
import { optionalString } from './argumentReader.js';
import { badLaunchArgument } from '../dap/dapErrors.js';
import { variableOf } from './environment.js';
import type { Environment } from './environment.js';

/** The directory and the environment of a launch. */
interface LaunchPlace {
  readonly cwd: string;
  readonly env: Environment;
}

/**
 * Reads the argument `runtimeExecutable`. A path is relative to `cwd`; a name is searched for in PATH, as in a shell.
 *
 * @param launch.env the environment of the launch. Its PATH replaces the adapter's, if it has one
 * @throws DapError for a name that is not found in PATH
 */
export function readRuntimeExecutable(raw: Message, { cwd, env }: LaunchPlace): string {
  const given = optionalString(raw, 'runtimeExecutable');
  const asksVersion = typeof raw.runtimeVersion === 'string' && raw.runtimeVersion !== 'default';
  if (given === undefined && !asksVersion) return defaultRuntime();
  const name = given ?? 'node';
  if (/[/\\]/.test(name)) return resolve(cwd, name);
  const found = findInPath(name, variableOf(env, 'PATH') ?? '');
  if (found !== undefined) return found;
  throw badLaunchArgument(
    `"runtimeExecutable" is not to be found: there is no "${name}" in PATH. ` +
      'Give the whole path of the executable, or leave it out for the Node.js of this adapter.',
  );
}
