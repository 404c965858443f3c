import type { Peer } from '../authentication/authenticator.js';
import { saysBye } from '../authentication/negotiation.js';
import { MessageStream } from '../connection/messageStream.js';
import { settlesWithin } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import { framingOf } from '../framing/framingOf.js';
import { MessageCodec } from '../framing/messageCodec.js';
import { readLimits } from '../core/limits.js';

/**
 * Creates the message stream of an authenticated peer.
 *
 * @param maxHelloBytes the longest message, and the bytes that may wait to be read
 */
export function rendezvousStream({ socket, agreement }: Peer, maxHelloBytes: number): MessageStream<Message> {
  const limits = readLimits({ maxFrameBytes: maxHelloBytes, maxBufferedBytes: maxHelloBytes });
  return new MessageStream<Message>(socket, {
    ...limits,
    onFull: 'error',
    framing: framingOf('dp', 'listener'),
    codec: new MessageCodec(limits),
    saysBye: saysBye(agreement),
  });
}

/**
 * Reads the first message of a peer, which is the only one that it may send before it is answered.
 *
 * @throws IpcError `ERR_IPC_ACCEPT_TIMEOUT` without a message in time; `ERR_IPC_CLOSED` when the peer
 *   disconnects before that; `ERR_IPC_BAD_MESSAGE` when the peer has sent more; the fault of an invalid message
 */
export async function firstMessage(stream: MessageStream<Message>, timeoutMs: number): Promise<Message> {
  const first = stream.read();
  if (!(await settlesWithin(first, timeoutMs))) {
    throw new IpcError('ERR_IPC_ACCEPT_TIMEOUT', `it did not say within ${timeoutMs} ms what it wants`);
  }
  const message = await first;
  if (message === null) throw new IpcError('ERR_IPC_CLOSED', 'it went without a word');
  if (message instanceof IpcError) throw message;
  if (stream.hasUnread) throw sentMore();
  return message;
}

/** Creates the error of a peer that sends more than its first message. */
export function sentMore(): IpcError {
  return new IpcError('ERR_IPC_BAD_MESSAGE', 'it sent more than its first message before it was answered');
}
