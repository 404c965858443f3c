import { statSync } from 'node:fs';
import { extname, win32 } from 'node:path';
import commandProcessor from '../../launcher/mainThread/command/commandLine.cjs';
import { variableIn } from '../settings/environment.js';
import type { LauncherCommand } from '../settings/launchArguments.js';

/** The longest line that the command processor of Windows takes, in characters. */
const MAX_COMMAND_LINE = 8_191;
const DEFAULT_ENDINGS = '.COM;.EXE;.BAT;.CMD';

/** The system that starts the command. */
interface System {
  readonly platform: NodeJS.Platform;
  readonly isFile: (path: string) => boolean;
}

const THIS_SYSTEM: System = {
  platform: process.platform,
  isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
};

/** What to start for a command: the arguments of `spawn`. */
interface Startable {
  readonly file: string;
  readonly words: readonly string[];
  readonly options: { readonly windowsVerbatimArguments?: boolean };
}

/**
 * Turns a launcher's command into what the system can start. On Windows, a name without an ending is looked for with
 * those of PATHEXT (`npm` is `npm.cmd`), and a batch file is run by the command processor.
 *
 * @param env the environment of the launcher, which has PATH
 * @throws Error for arguments that the command processor cannot pass on
 */
export function startable(
  { command, args }: LauncherCommand,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  { platform, isFile }: System = THIS_SYSTEM,
): Startable {
  if (platform !== 'win32') return { file: command, words: args, options: {} };
  const path = executableOf(command, { cwd, env, isFile }) ?? command;
  const made = commandProcessor.commandLine(path, args, platform, env);
  if (made.options.windowsVerbatimArguments === true) requirePassable(path, args, made.words);
  return made;
}

/** Finds the file of a command of Windows. Undefined: the system says itself what is wrong. */
function executableOf(
  command: string,
  { cwd, env, isFile }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv } & Pick<System, 'isFile'>,
): string | undefined {
  const variable = (name: string): string | undefined => variableIn(env, name, 'win32');
  const directories = /[\\/]/.test(command) ? [''] : (variable('PATH') ?? '').split(';');
  const endings = (variable('PATHEXT') ?? DEFAULT_ENDINGS).split(';');
  const names = [...(extname(command) === '' ? [] : ['']), ...endings, ''].map((ending) => command + ending);
  return directories
    .flatMap((directory) => names.map((name) => win32.resolve(cwd, directory, name)))
    .find(isFile);
}

function requirePassable(path: string, args: readonly string[], words: readonly string[]): void {
  const wayOut = 'Name the program that it starts, such as node.exe with the script as its first argument';
  if (args.some((arg) => /[\r\n]/.test(arg))) {
    throw new Error(
      `${path} is a batch file, and an argument has a line break, which none can get. ${wayOut}`,
    );
  }
  const length = words.join(' ').length;
  if (length > MAX_COMMAND_LINE) {
    const limit = `its command line has ${length} characters, and Windows takes ${MAX_COMMAND_LINE}`;
    throw new Error(`${path} is a batch file, and ${limit}. ${wayOut}`);
  }
}
