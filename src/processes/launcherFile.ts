import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolvePackage } from './resolvePackage.js';

/** The name by which the launcher is looked for beside a bundle that contains this module. */
const COPIED_NAME = 'launcher.cjs';

let known: string | undefined;

/**
 * Names the launcher's file, for a bundle that does not have it at its side as `launcher.cjs`. Call it before sessions
 * begin.
 *
 * @param path the copy of `debug-adapter-ipc/launcher`, absolute or relative to the working directory
 */
export function useLauncherFile(path: string): void {
  known = resolve(path);
}

/**
 * Returns the absolute path of this package's launcher: that of the package, or its copy beside the bundle that
 * contains this module.
 *
 * @throws Error if it is at neither place
 */
export function launcherFile(): string {
  known ??= findFile([join('..', 'launcher', 'main.cjs'), COPIED_NAME], 'launcher');
  if (known === undefined) {
    throw new Error(
      `The launcher is missing: copy the file of debug-adapter-ipc/launcher to ${join(ownFolder(), COPIED_NAME)}, ` +
        'or name its place by useLauncherFile of debug-adapter-ipc/adapter',
    );
  }
  return known;
}

/** The absolute path of this package's command. @throws Error if the package is not installed */
export function commandFile(): string {
  const found = findFile([join('..', 'bin.cjs')], 'package.json');
  if (found === undefined)
    throw new Error('The command of debug-adapter-ipc is not here: install the package');
  return found.endsWith('package.json') ? join(dirname(found), 'dist', 'bin.cjs') : found;
}

/** Looks for a file at places relative to this module, then for an export of the installed package. */
function findFile(places: readonly string[], exported: string): string | undefined {
  const folder = ownFolder();
  const beside = places.map((place) => join(folder, place)).find((path) => existsSync(path));
  return beside ?? resolvePackage(`debug-adapter-ipc/${exported}`, join(folder, 'any.js'));
}

/**
 * The folder of this module, or of the bundle that contains it. CommonJS has no `import.meta.url`. A bundle that is an ES
 * module made of the published CommonJS has neither name: then it is likely the program that was started.
 */
export function ownFolder(): string {
  if (typeof __dirname === 'string') return __dirname;
  const url = import.meta.url as string | undefined;
  return dirname(url === undefined ? resolve(process.argv[1] ?? '.') : fileURLToPath(url));
}
