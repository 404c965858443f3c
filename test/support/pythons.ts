import { execFileSync } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A Python interpreter of this machine, or a version that is missing. */
export interface Python {
  /** For instance `Python 3.13.0`. */
  readonly label: string;
  /** Path of the interpreter; empty if it is missing. */
  readonly path: string;
  /** Major and minor, for instance `[3, 13]`. */
  readonly version: readonly [number, number];
  /** Reason why the interpreter cannot be used. */
  readonly missing?: string;
}

/** The versions to look for. A missing version is listed with its reason. */
const WANTED = ['2.7', '3.6', '3.7', '3.8', '3.9', '3.10', '3.11', '3.12', '3.13'];
const PROBE_TIMEOUT_MS = 20_000;
const PROBE = `
import json, platform, sys
try:
    from multiprocessing import connection
    missing = None
except Exception as error:
    missing = "it has no multiprocessing.connection: " + str(error)
print(json.dumps({"version": platform.python_version(), "path": sys.executable, "missing": missing}))
`;

interface Probed {
  readonly version: string;
  readonly path: string;
  readonly missing: string | null;
}

/**
 * All Python interpreters of this machine, oldest first, from pyenv and from the `PATH`. Each version of
 * {@link WANTED} that is not found is listed too, with the reason in `missing`.
 */
export function findPythons(): Python[] {
  const found = new Map<string, Python>();
  for (const candidate of candidates()) {
    const probed = probe(candidate);
    if (probed !== undefined) found.set(realpathSync(probed.path), pythonOf(probed));
  }
  const pythons = [...found.values()];
  const absent = WANTED.map(versionOf).filter((wanted) => !pythons.some((one) => isSame(one, wanted)));
  return [...pythons, ...absent.map(absentPython)].sort(byVersion);
}

/**
 * The interpreters from a version on, for `describe.each`. The name says why an interpreter is skipped.
 *
 * @returns `command` is empty if the interpreter cannot be used
 */
export function pythonsFrom(least: readonly [number, number]): { name: string; command: string }[] {
  return findPythons()
    .filter(({ version }) => version[0] > least[0] || (version[0] === least[0] && version[1] >= least[1]))
    .map(({ label, path, missing }) =>
      missing === undefined
        ? { name: label, command: path }
        : { name: `${label} (skipped: ${missing})`, command: '' },
    );
}

/** The newest interpreter that can be used; undefined if no interpreter can. */
export function newestPython(): Python | undefined {
  return findPythons().findLast(({ missing }) => missing === undefined);
}

function candidates(): string[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const ofPyenv = entriesOf(versions).map((version) => join(versions, version, 'bin', 'python'));
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) =>
    entriesOf(folder)
      .filter((name) => /^python(\d(\.\d+)?)?(\.exe)?$/.test(name))
      .map((name) => join(folder, name)),
  );
  return [...ofPyenv, ...onPath];
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function probe(path: string): Probed | undefined {
  try {
    const printed = execFileSync(path, ['-c', PROBE], {
      encoding: 'utf8',
      timeout: PROBE_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(printed) as Probed;
  } catch {
    // Not an interpreter, or an interpreter that does not start. A wanted version is then listed as missing.
    return undefined;
  }
}

function pythonOf({ version, path, missing }: Probed): Python {
  const label = `Python ${version}`;
  return { label, path, version: versionOf(version), ...(missing !== null && { missing }) };
}

function absentPython([major, minor]: readonly [number, number]): Python {
  return {
    label: `Python ${major}.${minor}`,
    path: '',
    version: [major, minor],
    missing: 'it is not installed',
  };
}

function versionOf(text: string): readonly [number, number] {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return [major, minor];
}

function isSame({ version }: Python, [major, minor]: readonly [number, number]): boolean {
  return version[0] === major && version[1] === minor;
}

function byVersion(one: Python, other: Python): number {
  return one.version[0] - other.version[0] || one.version[1] - other.version[1];
}
