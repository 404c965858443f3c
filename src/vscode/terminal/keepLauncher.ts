import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The digits of the hash in a copy's name. */
const HASH_DIGITS = 16;

/**
 * Copies the launcher to a folder that stays when the extension is updated or removed. Node.js does not start if a
 * module that NODE_OPTIONS names is missing, and a terminal may be older than the extension.
 *
 * @returns the copy's absolute path, which depends on the launcher's content
 * @throws Error if the folder cannot be written
 */
export async function keepLauncher(launcher: string, folder: string): Promise<string> {
  const code = await readFile(launcher);
  const hash = createHash('sha256').update(code).digest('hex').slice(0, HASH_DIGITS);
  const copy = join(folder, `launcher-${hash}.cjs`);
  if (await isThere(copy)) return copy;
  await mkdir(folder, { recursive: true });
  // Another window may copy at the same time, and a program must never load half a file.
  const unfinished = `${copy}.${randomUUID()}`;
  await writeFile(unfinished, code);
  await rename(unfinished, copy);
  return copy;
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
