import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withSlashes } from './slashes.js';

/**
 * The folder of the launcher's code in the program's thread. The build puts all of that code into one folder.
 */
const OWN_DIRECTORY = withSlashes(dirname(fileURLToPath(import.meta.url)) + sep);

/** True for the launcher's own code. */
export function isOwnScript(path: string): boolean {
  return withSlashes(path).startsWith(OWN_DIRECTORY);
}
