import type { Socket } from 'node:net';
import { AuthenticationError, IpcError } from '../core/errors.js';
import { HANDSHAKE_KIND, HEADER_BYTES, readHandshakeHeader, writeHeader } from '../framing/dpFrame.js';
import type { HandshakeKind } from '../framing/dpFrame.js';
import type { NegotiatedProtocol, Capabilities } from './negotiation.js';
import { OWN_CAPABILITIES, decodeCapabilities, encodeCapabilities, negotiate } from './negotiation.js';
import type { HandshakeBounds } from './handshakeChannel.js';
import { HandshakeChannel } from './handshakeChannel.js';
import type { Transcript } from './proof.js';
import { HANDSHAKE_VERSION, NONCE_BYTES, PROOF_BYTES, makeProof, newNonce, proofHolds } from './proof.js';

export interface HandshakeOptions extends HandshakeBounds {
  readonly key: Uint8Array;
  /** The endpoint as this end knows it. */
  readonly endpoint: string;
  /** The versions and features of this end. Default: {@link OWN_CAPABILITIES}. */
  readonly capabilities?: Capabilities | undefined;
}

const VERSION_BYTES = 1;

/*
 *   connector                                   listener
 *   hello: version, nonce  ------------------>
 *                          <------------------  challenge: version, nonce, the listener's proof
 *   answer: the connector's proof, and
 *   capabilities           ------------------>
 *                          <------------------  capabilities
 *
 * The listener proves itself first, so a connector never answers an unknown listener. No other bytes are read
 * or parsed before both proofs are verified.
 */

/**
 * Runs the connector's side of the handshake.
 *
 * @throws IpcError `ERR_IPC_AUTHENTICATION` when the listener does not have the key, `ERR_IPC_HANDSHAKE`,
 *   `ERR_IPC_HANDSHAKE_TIMEOUT`, `ERR_IPC_NO_COMMON_VERSION`. The caller destroys the socket
 */
export function connectorHandshake(socket: Socket, options: HandshakeOptions): Promise<NegotiatedProtocol> {
  return HandshakeChannel.over(socket, options, async (channel) => {
    const connectorNonce = newNonce();
    const hello = Buffer.concat([Buffer.of(HANDSHAKE_VERSION), connectorNonce]);
    send(channel, { kind: HANDSHAKE_KIND.hello, payload: hello });
    const challenge = await receive(channel, HANDSHAKE_KIND.challenge);
    checkVersion(challenge, VERSION_BYTES + NONCE_BYTES + PROOF_BYTES);
    const listenerNonce = challenge.subarray(VERSION_BYTES, VERSION_BYTES + NONCE_BYTES);
    const transcript = { connectorNonce, listenerNonce, endpoint: options.endpoint };
    const proof = challenge.subarray(VERSION_BYTES + NONCE_BYTES);
    if (!proofHolds(proof, options.key, 'listener', transcript)) throw notProved('listener', options);
    const own = options.capabilities ?? OWN_CAPABILITIES;
    send(
      channel,
      { kind: HANDSHAKE_KIND.answer, payload: makeProof(options.key, 'connector', transcript) },
      { kind: HANDSHAKE_KIND.capabilities, payload: encodeCapabilities(own) },
    );
    return negotiate(own, decodeCapabilities(await receive(channel, HANDSHAKE_KIND.capabilities)));
  });
}

/** Runs the listener's side of the handshake. @throws IpcError as {@link connectorHandshake} */
export function listenerHandshake(socket: Socket, options: HandshakeOptions): Promise<NegotiatedProtocol> {
  return HandshakeChannel.over(socket, options, async (channel) => {
    const hello = await receive(channel, HANDSHAKE_KIND.hello);
    if (hello[0] !== HANDSHAKE_VERSION) {
      // The first byte is the version in every version, so the connector can report the mismatch too.
      send(channel, { kind: HANDSHAKE_KIND.challenge, payload: Buffer.of(HANDSHAKE_VERSION) });
    }
    checkVersion(hello, VERSION_BYTES + NONCE_BYTES);
    const transcript: Transcript = {
      connectorNonce: hello.subarray(VERSION_BYTES),
      listenerNonce: newNonce(),
      endpoint: options.endpoint,
    };
    const proof = makeProof(options.key, 'listener', transcript);
    const challenge = Buffer.concat([Buffer.of(HANDSHAKE_VERSION), transcript.listenerNonce, proof]);
    send(channel, { kind: HANDSHAKE_KIND.challenge, payload: challenge });
    const answer = await receive(channel, HANDSHAKE_KIND.answer);
    if (!proofHolds(answer, options.key, 'connector', transcript)) throw notProved('connector', options);
    const peers = decodeCapabilities(await receive(channel, HANDSHAKE_KIND.capabilities));
    const own = options.capabilities ?? OWN_CAPABILITIES;
    // Capabilities are sent even without a common version, so that the connector can report the mismatch too.
    send(channel, { kind: HANDSHAKE_KIND.capabilities, payload: encodeCapabilities(own) });
    return negotiate(own, peers);
  });
}

interface HandshakeFrame {
  readonly kind: HandshakeKind;
  readonly payload: Buffer;
}

/** Sends handshake frames, which are DP frames regardless of the session's framing. */
function send(channel: HandshakeChannel, ...frames: readonly HandshakeFrame[]): void {
  const parts = frames.flatMap(({ kind, payload }) => {
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    writeHeader(header, 0, kind, payload.length);
    return [header, payload];
  });
  channel.write(...parts);
}

/** Reads the payload of the next frame, which must be of `kind`. */
async function receive(channel: HandshakeChannel, kind: HandshakeKind): Promise<Buffer> {
  const length = readHandshakeHeader(await channel.read(HEADER_BYTES), kind);
  if (typeof length === 'number') return channel.read(length);
  throw new AuthenticationError('ERR_IPC_HANDSHAKE', length.what);
}

function checkVersion(payload: Buffer, expectedBytes: number): void {
  const version = payload[0];
  if (version !== HANDSHAKE_VERSION) {
    throw new IpcError(
      'ERR_IPC_NO_COMMON_VERSION',
      `the peer's handshake is version ${version}, this end's ${HANDSHAKE_VERSION}: update the older of the two`,
    );
  }
  if (payload.length === expectedBytes) return;
  throw new AuthenticationError(
    'ERR_IPC_HANDSHAKE',
    `the peer's part has ${payload.length} bytes, not ${expectedBytes}`,
  );
}

function notProved(role: string, { endpoint }: HandshakeOptions): AuthenticationError {
  return new AuthenticationError(
    'ERR_IPC_AUTHENTICATION',
    `the ${role} did not prove that it has the session's key at ${endpoint}: it is a stranger, or relayed`,
  );
}
