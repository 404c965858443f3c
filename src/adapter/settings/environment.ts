import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { FILE_LIMITS, FileProblem, readCheckedFile, systemCode } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { optionalObject, stringAt, stringList } from './argumentReader.js';
import { badLaunchArgument } from '../dap/dapErrors.js';

/** Editors of Windows put it before the first name. */
const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * In place of a removed variable on Windows, where a process gets some variables of its parent back (PATH, TEMP) if it
 * is given none. The launcher removes empty variables.
 */
const REMOVED = '';

/** Changes to an environment; null removes a variable. */
export type Environment = Readonly<Record<string, string | null>>;

/** The name of a variable as the platform compares names: without regard to letter case on Windows. */
function variableKey(name: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? name.toUpperCase() : name;
}

/** Applies changes to an environment, in their order. On Windows a change to `PATH` replaces `Path`. */
export function changedEnvironment(
  base: NodeJS.ProcessEnv,
  changes: Environment,
  platform: NodeJS.Platform = process.platform,
): NodeJS.ProcessEnv {
  const names = new Map(Object.keys(base).map((name) => [variableKey(name, platform), name]));
  const env: NodeJS.ProcessEnv = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    const key = variableKey(name, platform);
    const before = names.get(key);
    if (before !== undefined) Reflect.deleteProperty(env, before);
    names.set(key, name);
    if (value !== null) env[name] = value;
    else if (platform === 'win32') env[name] = REMOVED;
  }
  return env;
}

/** The value of a variable in a launch: its own, or that of this process. Undefined if it is not set, or removed. */
export function variableOf(
  changes: Environment,
  name: string,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  return variableIn(changedEnvironment(process.env, changes, platform), name, platform);
}

/** The value of a variable in a whole environment, whatever the letter case of its name on Windows. */
export function variableIn(
  env: NodeJS.ProcessEnv,
  name: string,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const key = variableKey(name, platform);
  return Object.entries(env).find(([other]) => variableKey(other, platform) === key)?.[1];
}

/** Reads the argument `env`. @throws DapError for an invalid name or value */
export function readEnv(raw: Message): Environment {
  const entries = Object.entries(optionalObject(raw, 'env') ?? {}).map(([name, value]) => {
    if (name === '' || /[=\0]/.test(name)) {
      throw badLaunchArgument(`"env" has a name that no variable can have: ${JSON.stringify(name)}.`);
    }
    return [name, value === null ? null : stringAt(`env.${name}`, value)] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Reads the arguments `envFile` and `env`. A later file overrides an earlier one, and `env` overrides all files.
 *
 * @param cwd the directory that the files' paths are relative to
 * @throws DapError for an invalid argument or a file that cannot be read
 */
export async function readEnvironment(raw: Message, cwd: string): Promise<Environment> {
  const { envFile } = raw;
  const files =
    typeof envFile === 'string' ? stringList({ envFile: [envFile] }, 'envFile') : stringList(raw, 'envFile');
  const read = await Promise.all(files.map((file) => readEnvFile(resolve(cwd, file))));
  return Object.assign({}, ...read, readEnv(raw)) as Environment;
}

async function readEnvFile(path: string): Promise<Environment> {
  try {
    const { bytes } = await readCheckedFile(path, { maxBytes: FILE_LIMITS.maxEnvFileBytes });
    return parseEnv(bytes.toString().replace(BYTE_ORDER_MARK, '')) as Environment;
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    throw badLaunchArgument(`"envFile" ${describeProblem(path, error)}.`, error);
  }
}

function describeProblem(path: string, { problem, advice, cause }: FileProblem): string {
  if (systemCode(cause) === 'ENOENT') {
    return `is not there: "${path}". Give the path of a file of NAME=VALUE lines, absolute or relative to "cwd"`;
  }
  const [first = '', rest = ''] =
    advice === undefined ? [] : [advice.charAt(0).toUpperCase(), advice.slice(1)];
  return `${problem}: "${path}"${first === '' ? '' : `. ${first}${rest}`}`;
}
