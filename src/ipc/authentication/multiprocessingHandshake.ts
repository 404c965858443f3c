import type { Socket } from 'node:net';
import { AuthenticationError } from '../core/errors.js';
import { lengthPrefixFraming } from '../framing/lengthPrefix.js';
import type { HandshakeBounds } from './handshakeChannel.js';
import { HandshakeChannel } from './handshakeChannel.js';
import { answerHolds, answerTo, newChallenge } from './multiprocessingDigest.js';
import type { DigestPolicy } from './multiprocessingDigest.js';
import type { DigestName } from '../core/transportConfig.js';

/*
 *   listener                                    connector
 *   #CHALLENGE# {digest} 40 random bytes  ----->
 *                                         <-----  {digest} MAC
 *   #WELCOME#, or #FAILURE#               ----->
 *                                         <-----  #CHALLENGE# {digest} 40 random bytes
 *   {digest} MAC                          ----->
 *                                         <-----  #WELCOME#, or #FAILURE#
 *
 * Each message is one frame of framing `length-prefix`, of 256 bytes at most. Source: CPython's
 * Lib/multiprocessing/connection.py, 3.13. CPython up to 3.11 names no digest and means MD5.
 */
const CHALLENGE = Buffer.from('#CHALLENGE#');
const WELCOME = Buffer.from('#WELCOME#');
const FAILURE = Buffer.from('#FAILURE#');
const MAX_MESSAGE_BYTES = 256;
const LENGTH_BYTES = 4;

export interface MultiprocessingOptions extends HandshakeBounds, DigestPolicy {
  /** The shared secret, of any length, even 0 bytes. */
  readonly key: Uint8Array;
  /** The digest that this end asks for. */
  readonly digest: DigestName;
}

/**
 * Runs the listener's side of the authentication of `multiprocessing.connection`.
 *
 * @throws AuthenticationError `ERR_IPC_AUTHENTICATION` when the peer does not have the key or refuses our
 *   proof; `ERR_IPC_HANDSHAKE`, `ERR_IPC_HANDSHAKE_TIMEOUT`. The caller destroys the socket
 */
export function multiprocessingListener(socket: Socket, options: MultiprocessingOptions): Promise<void> {
  return HandshakeChannel.over(socket, options, async (channel) => {
    await challenge(channel, options);
    await answer(channel, options);
  });
}

/** Runs the connector's side. @throws AuthenticationError as {@link multiprocessingListener} */
export function multiprocessingConnector(socket: Socket, options: MultiprocessingOptions): Promise<void> {
  return HandshakeChannel.over(socket, options, async (channel) => {
    await answer(channel, options);
    await challenge(channel, options);
  });
}

/** True if a message begins like a challenge. A listener with a key sends one to every connector. */
export function isChallenge(message: Buffer): boolean {
  return message.subarray(0, CHALLENGE.length).equals(CHALLENGE);
}

async function challenge(channel: HandshakeChannel, options: MultiprocessingOptions): Promise<void> {
  const sent = newChallenge(options.digest);
  send(channel, Buffer.concat([CHALLENGE, sent]));
  if (await isRight(channel, sent, options)) {
    send(channel, WELCOME);
    return;
  }
  send(channel, FAILURE);
  throw new AuthenticationError(
    'ERR_IPC_AUTHENTICATION',
    'the peer did not prove that it has the key: has it the same authkey?',
  );
}

/** Checks the peer's answer. A malformed answer is refused with `#FAILURE#` too. */
async function isRight(
  channel: HandshakeChannel,
  sent: Buffer,
  options: MultiprocessingOptions,
): Promise<boolean> {
  const received = await receive(channel);
  try {
    return answerHolds(received, sent, options.key, options);
  } catch (error) {
    send(channel, FAILURE);
    throw error;
  }
}

async function answer(channel: HandshakeChannel, options: MultiprocessingOptions): Promise<void> {
  const message = await receive(channel);
  if (!isChallenge(message)) {
    throw new AuthenticationError(
      'ERR_IPC_HANDSHAKE',
      'the peer sent something else where its challenge had to be: it asks for no authentication, or for another',
    );
  }
  send(channel, answerTo(message.subarray(CHALLENGE.length), options.key, options));
  if ((await receive(channel)).equals(WELCOME)) return;
  throw new AuthenticationError(
    'ERR_IPC_AUTHENTICATION',
    'the peer refused our proof: has it the same authkey?',
  );
}

function send(channel: HandshakeChannel, message: Buffer): void {
  const header = Buffer.allocUnsafe(LENGTH_BYTES);
  lengthPrefixFraming.writeHeader(header, 0, message.length);
  channel.write(header, message);
}

async function receive(channel: HandshakeChannel): Promise<Buffer> {
  const length = (await channel.read(LENGTH_BYTES)).readInt32BE();
  if (length >= 0 && length <= MAX_MESSAGE_BYTES) return channel.read(length);
  throw new AuthenticationError(
    'ERR_IPC_HANDSHAKE',
    `the peer announced ${length} bytes before it was in, ${MAX_MESSAGE_BYTES} are the most: it has no key`,
  );
}
