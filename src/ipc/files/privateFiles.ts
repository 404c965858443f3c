import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { baseCandidates } from './baseDirectory.js';
import { markedPid } from './processMark.js';
import { PRIVATE_DIRECTORY, PRIVATE_NAME } from './privateDirectory.js';

/**
 * Lists the files in the private directories of a process that runs, such as its key file. Sockets are left out. Whoever
 * reads one checks it: the names prove nothing.
 *
 * @returns absolute paths; never rejects
 */
export async function privateFilesOf(pid: number, env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const found = await Promise.all(baseCandidates(env).map(({ path }) => filesBelow(path, pid)));
  return [...new Set(found.flat())];
}

async function filesBelow(base: string, pid: number): Promise<string[]> {
  const directories = (await namesIn(base)).filter((name) => {
    const mark = PRIVATE_DIRECTORY.exec(name)?.[1];
    return mark !== undefined && markedPid(mark) === pid;
  });
  const files = directories.map(async (directory) => {
    const names = (await namesIn(join(base, directory))).filter((name) => PRIVATE_NAME.test(name));
    return names.map((name) => join(base, directory, name));
  });
  const paths = (await Promise.all(files)).flat();
  const areFiles = await Promise.all(paths.map((path) => isFile(path)));
  return paths.filter((_, index) => areFiles[index]);
}

/** The names in a directory. Empty if it cannot be read. */
async function namesIn(directory: string): Promise<string[]> {
  return await readdir(directory).catch(() => []);
}

async function isFile(path: string): Promise<boolean> {
  return await lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
