import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { systemCode } from '../core/errors.js';

const SHORTAGES: Readonly<Record<string, string>> = {
  EMFILE:
    'this process has no file descriptors left (EMFILE), so a connection is closed as it comes: close some, or start ' +
    'the process with a higher limit (ulimit -n)',
  ENFILE:
    'the system has no file descriptors left (ENFILE), so a connection is closed as it comes: end other programs, or ' +
    'raise its limit (fs.file-max)',
};

/**
 * Describes why this process can take no connection at the moment. Node.js does not report it: libuv closes a connection
 * for which there is no descriptor.
 *
 * @returns undefined if there are descriptors
 */
export function descriptorShortage(): string | undefined {
  try {
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    return SHORTAGES[systemCode(error) ?? ''];
  }
}
