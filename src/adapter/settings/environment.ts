import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { FILE_LIMITS, FileProblem, readCheckedFile, systemCode } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { optionalObject, stringAt, stringList } from './argumentReader.js';
import { badLaunchArgument } from '../dap/dapErrors.js';

/** Changes to an environment; null removes a variable. */
export type Environment = Readonly<Record<string, string | null>>;

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
    return parseEnv(bytes.toString()) as Environment;
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
