import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, extname, join } from 'node:path';

/**
 * The Node.js that runs programs unless a launch names another one: that of this process. An editor's own process is
 * Electron, in which programs do not run: then one in PATH.
 */
export function defaultRuntime(): string {
  if (process.versions.electron === undefined) return process.execPath;
  return findInPath('node', process.env.PATH ?? '') ?? 'node';
}

/**
 * Searches for an executable, as a shell does.
 *
 * @param path a list of directories, in the format of the variable `PATH`
 * @returns its whole path; undefined if it is nowhere
 */
export function findInPath(name: string, path: string): string | undefined {
  const suffixes = suffixesOf(name);
  return path
    .split(delimiter)
    .filter((directory) => directory !== '')
    .flatMap((directory) => suffixes.map((suffix) => join(directory, name + suffix)))
    .find(isExecutable);
}

/** The endings to try. Windows has `npm`, a script for other systems, beside `npm.cmd`. */
function suffixesOf(name: string): readonly string[] {
  if (process.platform !== 'win32') return [''];
  const known = (process.env.PATHEXT ?? '.COM;.EXE;.BAT;.CMD').split(';');
  return extname(name) === '' ? known : ['', ...known];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
