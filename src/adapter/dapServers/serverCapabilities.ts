import type { Message } from '../../ipc/index.js';
import { noCapabilities } from '../dap/capabilities.js';

/**
 * What the client is to know of a server once it has told what it can do. What our own `initialize` has
 * announced, and the server does not have, is taken back.
 *
 * @param announced the body of the server's response to `initialize`
 */
export function serverCapabilities(announced: Message): Message {
  return { ...noCapabilities(), ...announced };
}
