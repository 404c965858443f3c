import { IpcError } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/**
 * Validates a message of a DAP server where it comes in: the fields that the adapter itself reads. Other fields pass as
 * they are.
 *
 * @throws IpcError `ERR_IPC_BAD_MESSAGE` for a message that is not a message of the protocol
 */
export function readServerMessage(message: Message): Message {
  const missing = missingIn(message);
  if (missing === undefined) return message;
  throw new IpcError('ERR_IPC_BAD_MESSAGE', `a message from the DAP server ${missing}`);
}

function missingIn({ type, seq, command, request_seq, event }: Message): string | undefined {
  switch (type) {
    case 'request':
      if (typeof command !== 'string') return 'is a request without the name of a "command"';
      return Number.isSafeInteger(seq) ? undefined : 'is a request whose "seq" is not a whole number';
    case 'response':
      return Number.isSafeInteger(request_seq)
        ? undefined
        : 'is a response whose "request_seq" is not a whole number';
    case 'event':
      return typeof event === 'string' ? undefined : 'is an event without the name of an "event"';
    default:
      return 'is neither a request nor a response nor an event';
  }
}
