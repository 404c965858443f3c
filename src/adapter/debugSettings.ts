import type { Message } from '../ipc/index.js';
import { stringList } from './argumentReader.js';

/**
 * How the launcher is to debug, as the launch says: the arguments of its command `launch`. What is not given
 * is left out, and the launcher's own defaults hold.
 *
 * @throws DapError that says which argument is wrong, how, and the way out
 */
function readDebugSettings(raw: Message): Message {
  return { ...(raw.skipFiles !== undefined && { skipFiles: stringList(raw, 'skipFiles') }) };
}

export { readDebugSettings };
