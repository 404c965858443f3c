import { access, constants } from 'node:fs/promises';
import { extname } from 'node:path';
import { systemCode, toError } from '../../ipc/index.js';
import { launchFailed } from '../dap/dapErrors.js';
import { explainStartFailure } from '../process/startFailure.js';

/**
 * Checks the executable of a command. The launcher, which starts the command, would begin the session first and report
 * the failure only in the program's output.
 *
 * @param path absolute. On Windows, a path without an ending stands for several files, which the launcher looks for
 * @throws DapError if it is not there or may not be executed
 */
export async function requireCommand(
  path: string,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  if (platform === 'win32' && extname(path) === '') return;
  await access(path, constants.X_OK).catch((thrown: unknown) => {
    const error = toError(thrown);
    const reason =
      systemCode(error) === 'ENOENT'
        ? `there is no "${path}". Check "runtimeExecutable" and "cwd"`
        : explainStartFailure(error);
    throw launchFailed(`the program could not be started: ${reason}`, error);
  });
}
