import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
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

/** A script of a package.json, as a part of a launch configuration. */
export interface PackageScript {
  /** The script's name: `start`. */
  readonly script: string;
  readonly runtimeExecutable: string;
  readonly runtimeArgs: readonly string[];
}

/** The package managers by the files that they leave in a folder. Without one of them it is npm. */
const MANAGERS: readonly (readonly [lockFile: string, manager: string])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
];
/** The number of scripts that are offered. */
const MAX_SCRIPTS = 100;
/** Files that Node.js can run. */
const PROGRAM = /\.[cm]?[jt]s$/;
/** The largest package.json that is read. */
const MAX_PACKAGE_BYTES = 4 * 1024 * 1024;
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

/** Returns the scripts of the package in a folder, in its order, as the folder's package manager runs them. */
export async function packageScripts(folder: string): Promise<PackageScript[]> {
  const { scripts } = await readPackage(folder);
  if (typeof scripts !== 'object' || scripts === null) return [];
  const commands: [string, unknown][] = Object.entries(scripts);
  const names = commands.filter(([, command]) => typeof command === 'string').map(([name]) => name);
  if (names.length === 0) return [];
  const runtimeExecutable = await managerOf(folder);
  return names
    .slice(0, MAX_SCRIPTS)
    .map((script) => ({ script, runtimeExecutable, runtimeArgs: ['run', script] }));
}

async function managerOf(folder: string): Promise<string> {
  for (const [lockFile, manager] of MANAGERS) {
    const isThere = await stat(join(folder, lockFile)).then(
      (stats) => stats.isFile(),
      () => false,
    );
    if (isThere) return manager;
  }
  return 'npm';
}

interface PackageJson {
  readonly main?: unknown;
  readonly scripts?: unknown;
}

async function readPackage(folder: string): Promise<PackageJson> {
  try {
    const json: unknown = JSON.parse(await readRegularFile(join(folder, 'package.json')));
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}

/** Reads a file of a folder that may not be trusted: a named pipe there would block, and a device has no end. */
async function readRegularFile(path: string): Promise<string> {
  if (!(await stat(path)).isFile()) return '';
  // Windows does not have the flag.
  const { O_NONBLOCK = 0, O_RDONLY } = constants as Partial<typeof constants> & { O_RDONLY: number };
  const file = await open(path, O_RDONLY | O_NONBLOCK);
  try {
    const stats = await file.stat();
    return stats.isFile() && stats.size <= MAX_PACKAGE_BYTES ? await file.readFile('utf8') : '';
  } finally {
    await file.close();
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
