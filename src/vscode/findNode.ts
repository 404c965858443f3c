import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How long a Node.js has to tell its version, in milliseconds. */
const VERSION_TIMEOUT_MS = 10_000;

/** Where a Node.js is looked for. */
export interface NodeSearch {
  /** Asked before `PATH` where it is a path: the `runtimeExecutable` of a configuration. */
  readonly preferred?: string | undefined;
  /** A list of directories, as in the variable of that name. Default: this process's. */
  readonly path?: string | undefined;
  /** The oldest version that will do, `major.minor`. */
  readonly oldest: string;
}

/** A Node.js that can run the debug adapter, or in words why there is none. */
export type FoundNode = { readonly path: string } | { readonly problem: string };

/** Finds the Node.js that the debug adapter is to run on. Never rejects. */
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

/** `20.19.0`; undefined for what is no Node.js, such as a wrapper that prints something else. */
async function versionOf(file: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(file, ['--version'], { timeout: VERSION_TIMEOUT_MS });
    return /^v(\d+\.\d+\.\d+\S*)\s*$/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

function isAtLeast(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
