import type { Socket } from 'node:net';
import { MessageStream } from '../connection/messageStream.js';
import { settlesWithin } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import { framingOf } from '../framing/framingOf.js';
import { MessageCodec } from '../framing/messageCodec.js';
import { readLimits } from '../core/limits.js';

/** Longest message at a desk, in bytes: a hello, or a launcher's arguments. */
const MAX_DESK_FRAME_BYTES = 1024 * 1024;

/** The messages of one who has been let in. */
export function rendezvousStream(socket: Socket): MessageStream<Message> {
  return new MessageStream<Message>(socket, {
    ...readLimits({ maxFrameBytes: MAX_DESK_FRAME_BYTES }),
    onFull: 'error',
    framing: framingOf('dp', 'listener'),
    codec: new MessageCodec(),
  });
}

/**
 * What a visitor wants.
 *
 * @throws IpcError `ERR_IPC_ACCEPT_TIMEOUT` when it does not say so in time; `ERR_IPC_CLOSED` when it goes
 *   without a word; what its message is not
 */
export async function firstMessage(stream: MessageStream<Message>, timeoutMs: number): Promise<Message> {
  const first = stream.take();
  if (!(await settlesWithin(first, timeoutMs))) {
    throw new IpcError('ERR_IPC_ACCEPT_TIMEOUT', `it did not say within ${timeoutMs} ms what it wants`);
  }
  const message = await first;
  if (message === null) throw new IpcError('ERR_IPC_CLOSED', 'it went without a word');
  if (message instanceof IpcError) throw message;
  return message;
}
