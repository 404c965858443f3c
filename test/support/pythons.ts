import { execFileSync } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A Python of this machine, or one that should be there. */
export interface Python {
  /** `Python 3.13.0` */
  readonly label: string;
  /** The interpreter; empty where there is none. */
  readonly path: string;
  /** Major and minor, for instance `[3, 13]`. */
  readonly version: readonly [number, number];
  /** Why it cannot be used. */
  readonly missing?: string;
}

/** The versions that are looked for: a missing one is named, never passed over in silence. */
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
 * Every Python of this machine, oldest first: those of pyenv and those on the `PATH`. Each version that is
 * wanted and not there is among them too, with the reason in `missing`.
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
 * Those of a version or later, for `describe.each`: the reason why one is skipped is part of its name.
 *
 * @returns `command` is empty where it cannot be used
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

/** The newest one that can be used. `undefined` where there is none. */
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
    // No interpreter, or one that does not start: a version that is wanted is told as absent.
    return undefined;
  }
}

function pythonOf({ version, path, missing }: Probed): Python {
  const label = `Python ${version}`;
  return { label, path, version: versionOf(version), ...(missing !== null && { missing }) };
}

function absentPython([major, minor]: readonly [number, number]): Python {
  return { label: `Python ${major}.${minor}`, path: '', version: [major, minor], missing: 'it is not here' };
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
