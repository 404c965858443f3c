import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** The variable that holds the path for the command processor of Windows. */
const PATH_VARIABLE = 'DEBUG_ADAPTER_IPC_OPENED_FILE';

/** What to start: the arguments of `spawn`. */
interface OpeningCommand {
  readonly file: string;
  readonly words: readonly string[];
  /** Variables besides those of this process. */
  readonly env: Readonly<Record<string, string>>;
  readonly windowsVerbatimArguments?: boolean;
}

/**
 * Gives the command that opens a file with the program that the system has for it.
 *
 * On Windows, that is a command of the command processor, which interprets `&`, `%` and `^` in its line. So the path is
 * in a variable, which is put in after the line was read (`/v:on`).
 *
 * @param path an absolute path, with any characters
 */
export function openingCommand(path: string, platform: NodeJS.Platform): OpeningCommand {
  if (platform !== 'win32')
    return { file: platform === 'darwin' ? 'open' : 'xdg-open', words: [path], env: {} };
  return {
    file: process.env.ComSpec ?? 'cmd.exe',
    words: ['/d', '/v:on', '/s', '/c', `"start "" "!${PATH_VARIABLE}!""`],
    env: { [PATH_VARIABLE]: path },
    windowsVerbatimArguments: true,
  };
}

/** Opens a file with the program that the system has for it. Without such a program nothing happens. */
export function openFile(path: string): void {
  const {
    file,
    words,
    env,
    windowsVerbatimArguments = false,
  } = openingCommand(resolve(path), process.platform);
  const child = spawn(file, [...words], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
    detached: true,
    windowsHide: true,
    windowsVerbatimArguments,
  });
  child.once('error', () => undefined);
  child.unref();
}
