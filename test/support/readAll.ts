import type { ConnectionBase } from '../../src/ipc/connection/connectionBase.js';
import type { Message } from '../../src/ipc/core/messages.js';
import { within } from './within.js';

/** Reads all messages until the end. Each read has a deadline. */
export async function readAll(connection: ConnectionBase): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const message = await within(connection.readMessage(), 'the next message or the end');
    if (message === null) return messages;
    messages.push(message);
  }
}

/** Makes messages that are numbered from 0. */
export function numbered(count: number): Message[] {
  return Array.from({ length: count }, (_, number) => ({ event: 'numbered', body: { number } }));
}
