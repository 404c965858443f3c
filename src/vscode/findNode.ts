import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Longest time for a Node.js to print its version, in milliseconds. */
const VERSION_TIMEOUT_MS = 10_000;

/** Places to search for a Node.js. */
export interface NodeSearch {
  /** Checked before `PATH`, if it is an absolute path: the `runtimeExecutable` of a configuration. */
  readonly preferred?: string | undefined;
  /** A list of directories, in the format of the variable `PATH`. Default: this process's `PATH`. */
  readonly path?: string | undefined;
  /** The oldest version that is accepted, `major.minor`. */
  readonly oldest: string;
}

/** A Node.js that can run the debug adapter, or the reason why no such Node.js was found. */
export type FoundNode = { readonly path: string } | { readonly problem: string };

/** Finds a Node.js to run the debug adapter. Never rejects. */
export async function findNode({
  preferred,
  path = process.env.PATH,
  oldest,
}: NodeSearch): Promise<FoundNode> {
  let problem = `No Node.js was found on PATH. Install Node.js ${oldest} or newer, or set "runtimeExecutable" to its path.`;
  for (const candidate of candidates(preferred, path)) {
    if (!(await isExecutable(candidate))) continue;
    const version = await versionOf(candidate);
    if (version !== undefined && isAtLeast(version, oldest)) return { path: candidate };
    if (version !== undefined) {
      problem = `${candidate} is Node.js ${version}; the debugger needs ${oldest} or newer. Set "runtimeExecutable" to one.`;
    }
  }
  return { problem };
}

function candidates(preferred: string | undefined, path = ''): string[] {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const onPath = path.split(delimiter).filter((folder) => isAbsolute(folder));
  const first = preferred !== undefined && isAbsolute(preferred) ? [preferred] : [];
  return [...new Set([...first, ...onPath.map((folder) => join(folder, name))])];
}

async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Returns the version, such as `20.19.0`. Undefined if the file is not Node.js, such as a wrapper that prints
 * other text.
 */
async function versionOf(file: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(file, ['--version'], { timeout: VERSION_TIMEOUT_MS, windowsHide: true });
    return /^v(\d+\.\d+\.\d\S*)$/.exec(stdout.trim())?.[1];
  } catch {
    return undefined;
  }
}

function isAtLeast(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
