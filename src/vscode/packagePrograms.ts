import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A program that a package.json names, as a part of a launch configuration. */
export interface PackageProgram {
  /** The entry of the package.json that names the program: `main`, `npm start`. */
  readonly source: string;
  /** Absolute path. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly runtimeArgs?: readonly string[];
}

/** Files that Node.js can run. */
const PROGRAM = /\.[cm]?[jt]s$/;
/** Characters that only a shell interprets. A script that has one is not parsed. */
const NEEDS_SHELL = /["'`$&|;<>()*?\\~#\n]/;

/**
 * Returns the programs of the package in a folder: first that of its `start` script, if the script is plain
 * `node FILE`, then its `main`. Empty if there is no readable package.json.
 */
export async function packagePrograms(folder: string): Promise<PackageProgram[]> {
  const { scripts, main } = await readPackage(folder);
  return [fromStart(folder, scripts), fromMain(folder, main)].filter((found) => found !== undefined);
}

interface PackageJson {
  readonly main?: unknown;
  readonly scripts?: unknown;
}

async function readPackage(folder: string): Promise<PackageJson> {
  try {
    const json: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}

function fromStart(folder: string, scripts: unknown): PackageProgram | undefined {
  const start: unknown =
    typeof scripts === 'object' && scripts !== null && 'start' in scripts && scripts.start;
  if (typeof start !== 'string' || NEEDS_SHELL.test(start)) return undefined;
  const [command, ...words] = start.trim().split(/\s+/);
  const at = words.findIndex((word) => !word.startsWith('-'));
  const file = words[at];
  // An option may have the next word as its value. So the word after an option counts as a program only if it
  // looks like one.
  if (command !== 'node' || file === undefined || !PROGRAM.test(file)) return undefined;
  return {
    source: 'npm start',
    program: join(folder, file),
    args: words.slice(at + 1),
    runtimeArgs: words.slice(0, at),
  };
}

function fromMain(folder: string, main: unknown): PackageProgram | undefined {
  if (typeof main !== 'string' || !PROGRAM.test(main)) return undefined;
  return { source: 'main', program: join(folder, main) };
}
