import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Message } from '../../ipc/index.js';
import { badLaunchArgument } from '../dap/dapErrors.js';
import { optionalString } from './argumentReader.js';
import { variableOf } from './environment.js';
import type { Environment } from './environment.js';

/** A place where a version manager keeps a folder for each version of Node.js. */
interface Store {
  readonly folder: string;
  /** The folder of the executables, within that of a version. */
  readonly bin: string;
}

/** The places of nvm, nvm for Windows, fnm and volta. */
function stores(env: NodeJS.ProcessEnv, home: string): readonly Store[] {
  const { NVM_DIR = join(home, '.nvm'), NVM_HOME, FNM_DIR = join(home, '.local', 'share', 'fnm') } = env;
  const { VOLTA_HOME = join(home, '.volta') } = env;
  return [
    { folder: join(NVM_DIR, 'versions', 'node'), bin: 'bin' },
    ...(NVM_HOME === undefined ? [] : [{ folder: NVM_HOME, bin: '' }]),
    { folder: join(FNM_DIR, 'node-versions'), bin: join('installation', 'bin') },
    { folder: join(VOLTA_HOME, 'tools', 'image', 'node'), bin: 'bin' },
  ];
}

/**
 * Reads `runtimeVersion`: the version of Node.js, whole or its first parts, of those that a version manager has
 * installed. Returns the environment with the newest that fits first in PATH.
 *
 * @throws DapError if it is not installed
 */
export async function withRuntimeVersion(raw: Message, env: Environment): Promise<Environment> {
  const wanted = optionalString(raw, 'runtimeVersion');
  if (wanted === undefined || wanted === 'default') return env;
  const places = stores({ ...process.env, ...definedIn(env) }, homedir());
  const found = (await Promise.all(places.map((place) => versionsIn(place, wanted)))).flat();
  const [newest] = found.sort((one, other) => compareVersions(other.version, one.version));
  if (newest === undefined) {
    throw badLaunchArgument(
      `"runtimeVersion" is ${wanted}, and no such Node.js is installed in ${places.map(({ folder }) => folder).join(', ')}. ` +
        `Install it ("nvm install ${wanted}"), or give the path of a Node.js as "runtimeExecutable".`,
    );
  }
  const path = [newest.bin, variableOf(env, 'PATH') ?? ''].filter((part) => part !== '').join(delimiter);
  return { ...env, PATH: path };
}

function definedIn(env: Environment): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? undefined]));
}

async function versionsIn(
  { folder, bin }: Store,
  wanted: string,
): Promise<{ version: string; bin: string }[]> {
  const prefix = wanted.replace(/^v/, '');
  const names = await readdir(folder).catch(() => []);
  return names
    .map((name) => ({ version: name.replace(/^v/, ''), bin: join(folder, name, bin) }))
    .filter(({ version }) => version === prefix || version.startsWith(`${prefix}.`));
}

function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  const at = a?.findIndex((part, index) => part !== b?.[index]) ?? -1;
  return at < 0 ? 0 : (a?.[at] ?? 0) - (b?.[at] ?? 0);
}
