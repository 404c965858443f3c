import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A Python to test with; without `command` where it is not installed. */
interface Python {
  readonly name: string;
  readonly command: string | undefined;
}

const MINORS = ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13'];
const SYSTEM_PYTHON = '/usr/bin/python3';

/** Of each minor version that a launcher may be started with, one, and the system's own. */
function pythons(): Python[] {
  const minors = MINORS.map((minor) => ({ name: `Python ${minor}`, command: findMinor(minor) }));
  const system = works(SYSTEM_PYTHON) ? SYSTEM_PYTHON : undefined;
  return [...minors, { name: 'system Python', command: system }].map(nameSkipped);
}

/** A version manager's, or else what the PATH has. */
function findMinor(minor: string): string | undefined {
  const managed = managedVersions()
    .filter((path) => path.includes(`/versions/${minor}.`))
    .map((path) => join(path, 'bin/python3'));
  return [...managed, `python${minor}`].find(works);
}

function managedVersions(): string[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  return existsSync(versions) ? readdirSync(versions).map((name) => join(versions, name)) : [];
}

function works(command: string): boolean {
  return spawnSync(command, ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0;
}

/** A test that is skipped says so, and why, by its name. */
function nameSkipped({ name, command }: Python): Python {
  return { name: command === undefined ? `${name} (skipped: not installed)` : name, command };
}

export { pythons };
export type { Python };
