import type { Message } from '../../../ipc/index.js';
import { CAPABILITIES } from '../../capabilities.js';

/**
 * What the client is to know of a server once it has told what it can do. What our own `initialize` has
 * announced, and the server does not have, is taken back by name: a client adds to what it knows already.
 *
 * @param told the body of the server's response to `initialize`
 */
function serverCapabilities(told: Message): Message {
  const takenBack = Object.entries(CAPABILITIES).map(([name, value]) => [
    name,
    Array.isArray(value) ? [] : false,
  ]);
  return { ...(Object.fromEntries(takenBack) as Message), ...told };
}

export { serverCapabilities };
