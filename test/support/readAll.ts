import type { ConnectionBase } from '../../src/ipc/connection/connectionBase.js';
import type { Message } from '../../src/ipc/core/messages.js';
import { within } from './within.js';

/** All messages until the end, each read with a deadline. */
export async function readAll(connection: ConnectionBase): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const message = await within(connection.readMessage(), 'the next message or the end');
    if (message === null) return messages;
    messages.push(message);
  }
}

/** Messages to tell apart, in order. */
export function numbered(count: number): Message[] {
  return Array.from({ length: count }, (_, number) => ({ event: 'numbered', body: { number } }));
}
