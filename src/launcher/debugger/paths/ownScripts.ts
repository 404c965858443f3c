import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isFilePath, namesBelow } from '../../../paths/filePaths.js';

/**
 * The folder of the launcher's code in the program's thread. The build puts all of that code into one folder.
 */
const OWN_DIRECTORY = dirname(fileURLToPath(import.meta.url));
const PLATFORM = process.platform;

/** True for the launcher's own code. */
export function isOwnScript(path: string): boolean {
  return isFilePath(path, PLATFORM) && namesBelow(path, OWN_DIRECTORY, PLATFORM) !== undefined;
}
