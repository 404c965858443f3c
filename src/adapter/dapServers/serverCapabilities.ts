import type { Message } from '../../ipc/index.js';
import { noCapabilities } from '../dap/capabilities.js';

/**
 * Gives a server's capabilities for the client. Capabilities that the adapter's response to `initialize` has announced
 * and the server lacks are withdrawn.
 *
 * @param announced the body of the server's response to `initialize`
 */
export function serverCapabilities(announced: Message): Message {
  return { ...noCapabilities(), ...announced };
}
