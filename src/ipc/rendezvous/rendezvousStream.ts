import type { Socket } from 'node:net';
import { MessageStream } from '../connection/messageStream.js';
import { settlesWithin } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import { framingOf } from '../framing/framingOf.js';
import { MessageCodec } from '../framing/messageCodec.js';
import { readLimits } from '../core/limits.js';

/** Longest message at a rendezvous, in bytes: a hello, or a launcher's arguments. */
const MAX_RENDEZVOUS_FRAME_BYTES = 1024 * 1024;

/** Creates the message stream of an authenticated peer. */
export function rendezvousStream(socket: Socket): MessageStream<Message> {
  return new MessageStream<Message>(socket, {
    ...readLimits({ maxFrameBytes: MAX_RENDEZVOUS_FRAME_BYTES }),
    onFull: 'error',
    framing: framingOf('dp', 'listener'),
    codec: new MessageCodec(),
  });
}

/**
 * Reads the first message of a peer.
 *
 * @throws IpcError `ERR_IPC_ACCEPT_TIMEOUT` without a message in time; `ERR_IPC_CLOSED` when the peer
 *   disconnects before that; the fault of an invalid message
 */
export async function firstMessage(stream: MessageStream<Message>, timeoutMs: number): Promise<Message> {
  const first = stream.read();
  if (!(await settlesWithin(first, timeoutMs))) {
    throw new IpcError('ERR_IPC_ACCEPT_TIMEOUT', `it did not say within ${timeoutMs} ms what it wants`);
  }
  const message = await first;
  if (message === null) throw new IpcError('ERR_IPC_CLOSED', 'it went without a word');
  if (message instanceof IpcError) throw message;
  return message;
}
