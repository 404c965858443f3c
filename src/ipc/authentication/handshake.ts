import type { Socket } from 'node:net';
import { AuthenticationError, IpcError } from '../core/errors.js';
import { HANDSHAKE_KIND } from '../framing/dpFrame.js';
import type { Role } from '../framing/framingOf.js';
import type { NegotiatedProtocol, Capabilities } from './negotiation.js';
import {
  OWN_CAPABILITIES,
  VERSION_1_CAPABILITIES,
  decodeCapabilities,
  encodeCapabilities,
  negotiate,
} from './negotiation.js';
import type { HandshakeBounds } from './handshakeChannel.js';
import { HandshakeChannel } from './handshakeChannel.js';
import { receiveFrame, sendFrames } from './handshakeFrames.js';
import type { HandshakeVersion, Transcript } from './proof.js';
import {
  HANDSHAKE_VERSION,
  MAC_BYTES,
  NONCE_BYTES,
  OLD_HANDSHAKE_VERSION,
  PROOF_BYTES,
  isSame,
  makeCapabilitiesMac,
  makeProof,
  newNonce,
  proofHolds,
} from './proof.js';

export interface HandshakeOptions extends HandshakeBounds {
  readonly key: Uint8Array;
  /** The endpoint as this end knows it. */
  readonly endpoint: string;
  /** The value of this TLS session that the proofs cover. Default: no value, as without TLS by certificate. */
  readonly channelBinding?: Uint8Array | undefined;
  /** The versions and features of this end. Default: {@link OWN_CAPABILITIES}. */
  readonly capabilities?: Capabilities | undefined;
  /** Receives the nonces of a handshake of version 2 that has succeeded. */
  readonly onNonces?: ((nonces: Pick<Transcript, 'connectorNonce' | 'listenerNonce'>) => void) | undefined;
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
 * or parsed before both proofs are verified. Capabilities carry a code of their own, so a relay cannot take a
 * feature away. A connector speaks version 2 alone. A listener answers a hello of version 1 in version 1: only a
 * connector of version 1 can complete that, because a proof names its version.
 */

/**
 * Runs the connector's side of the handshake.
 *
 * @throws IpcError `ERR_IPC_AUTHENTICATION` when the listener does not have the key or is behind another TLS session,
 *   and when its capabilities were changed, `ERR_IPC_HANDSHAKE`, `ERR_IPC_HANDSHAKE_TIMEOUT`,
 *   `ERR_IPC_NO_COMMON_VERSION`. The caller destroys the socket
 */
export function connectorHandshake(socket: Socket, options: HandshakeOptions): Promise<NegotiatedProtocol> {
  return HandshakeChannel.over(socket, options, async (channel) => {
    const { key } = options;
    const connectorNonce = newNonce();
    const hello = Buffer.concat([Buffer.of(HANDSHAKE_VERSION), connectorNonce]);
    sendFrames(channel, { kind: HANDSHAKE_KIND.hello, payload: hello });
    const challenge = await receiveFrame(channel, HANDSHAKE_KIND.challenge);
    if (challenge[0] !== HANDSHAKE_VERSION) throw otherVersion('listener', challenge[0]);
    requireLength(challenge, VERSION_BYTES + NONCE_BYTES + PROOF_BYTES);
    const listenerNonce = challenge.subarray(VERSION_BYTES, VERSION_BYTES + NONCE_BYTES);
    const transcript = transcriptOf(options, { version: HANDSHAKE_VERSION, connectorNonce, listenerNonce });
    const listenerProof = challenge.subarray(VERSION_BYTES + NONCE_BYTES);
    if (!proofHolds(listenerProof, key, 'listener', transcript)) throw notProved('listener', options);
    const own = options.capabilities ?? OWN_CAPABILITIES;
    const proof = makeProof(key, 'connector', transcript);
    sendFrames(
      channel,
      { kind: HANDSHAKE_KIND.answer, payload: proof },
      { kind: HANDSHAKE_KIND.capabilities, payload: signed(own, { key, role: 'connector', proof }) },
    );
    const theirs = await receiveFrame(channel, HANDSHAKE_KIND.capabilities);
    const agreement = negotiate(own, verified(theirs, { key, role: 'listener', proof }));
    options.onNonces?.({ connectorNonce, listenerNonce });
    return agreement;
  });
}

/** Runs the listener's side of the handshake. @throws IpcError as {@link connectorHandshake} */
export function listenerHandshake(socket: Socket, options: HandshakeOptions): Promise<NegotiatedProtocol> {
  return HandshakeChannel.over(socket, options, async (channel) =>
    answerHello(channel, await receiveFrame(channel, HANDSHAKE_KIND.hello), options),
  );
}

/** Runs the listener's side from the payload of hello on. @throws IpcError as {@link connectorHandshake} */
export async function answerHello(
  channel: HandshakeChannel,
  hello: Buffer,
  options: HandshakeOptions,
): Promise<NegotiatedProtocol> {
  const { key } = options;
  const version = acceptedVersion(hello[0], options);
  if (version === undefined) {
    // The first byte is the version in every version, so the connector can report the mismatch too.
    sendFrames(channel, { kind: HANDSHAKE_KIND.challenge, payload: Buffer.of(HANDSHAKE_VERSION) });
    throw otherVersion('connector', hello[0]);
  }
  requireLength(hello, VERSION_BYTES + NONCE_BYTES);
  const nonces = { connectorNonce: hello.subarray(VERSION_BYTES), listenerNonce: newNonce() };
  const transcript = transcriptOf(options, { version, ...nonces });
  const listenerProof = makeProof(key, 'listener', transcript);
  const challenge = Buffer.concat([Buffer.of(version), nonces.listenerNonce, listenerProof]);
  sendFrames(channel, { kind: HANDSHAKE_KIND.challenge, payload: challenge });
  const proof = await receiveFrame(channel, HANDSHAKE_KIND.answer);
  if (!proofHolds(proof, key, 'connector', transcript)) throw notProved('connector', options);
  const payload = await receiveFrame(channel, HANDSHAKE_KIND.capabilities);
  const isOld = version === OLD_HANDSHAKE_VERSION;
  const peers = isOld ? decodeCapabilities(payload) : verified(payload, { key, role: 'connector', proof });
  const own = isOld ? VERSION_1_CAPABILITIES : (options.capabilities ?? OWN_CAPABILITIES);
  const answer = isOld ? encodeCapabilities(own) : signed(own, { key, role: 'listener', proof });
  // Capabilities are sent even without a common version, so that the connector can report the mismatch too.
  sendFrames(channel, { kind: HANDSHAKE_KIND.capabilities, payload: answer });
  const agreement = negotiate(own, peers);
  if (!isOld) options.onNonces?.(nonces);
  return agreement;
}

/** The origin of capabilities: who sends them, in which handshake. */
interface CapabilitiesOrigin {
  readonly key: Uint8Array;
  readonly role: Role;
  /** The connector's proof. */
  readonly proof: Buffer;
}

/** The payload of capabilities: their code, and their JSON. */
function signed(capabilities: Capabilities, { key, role, proof }: CapabilitiesOrigin): Buffer {
  const json = encodeCapabilities(capabilities);
  return Buffer.concat([makeCapabilitiesMac(key, role, proof, json), json]);
}

/** Reads capabilities, after the check of their code. @throws IpcError `ERR_IPC_AUTHENTICATION`, `ERR_IPC_HANDSHAKE` */
function verified(payload: Buffer, { key, role, proof }: CapabilitiesOrigin): Capabilities {
  const json = payload.subarray(MAC_BYTES);
  if (isSame(payload.subarray(0, MAC_BYTES), makeCapabilitiesMac(key, role, proof, json))) {
    return decodeCapabilities(json);
  }
  throw new AuthenticationError(
    'ERR_IPC_AUTHENTICATION',
    `the versions and features of the ${role} are not those that it sent: something in between has changed them`,
  );
}

function transcriptOf(
  { channelBinding, endpoint }: HandshakeOptions,
  values: Pick<Transcript, 'version' | 'connectorNonce' | 'listenerNonce'>,
): Transcript {
  return { ...values, channelBinding, endpoint };
}

/**
 * The version in which a listener answers a hello. Undefined: the hello is refused. Version 1 does not bind the TLS
 * session, so it is refused if there is one to bind.
 */
function acceptedVersion(
  version: number | undefined,
  { channelBinding }: HandshakeOptions,
): HandshakeVersion | undefined {
  if (version === HANDSHAKE_VERSION) return version;
  return version === OLD_HANDSHAKE_VERSION && channelBinding === undefined ? version : undefined;
}

function otherVersion(role: Role, version: number | undefined): IpcError {
  const isOlder = version !== undefined && version < HANDSHAKE_VERSION;
  const side =
    role === 'listener'
      ? 'the side that listens (the adapter, or a program under "launch --listen")'
      : 'the side that connects (the launcher, or an adapter that attaches)';
  const wayOut = isOlder ? `update ${side}` : 'update this side';
  const what = `the ${role}'s handshake is version ${version}, this end's ${HANDSHAKE_VERSION}`;
  return new IpcError('ERR_IPC_NO_COMMON_VERSION', `${what}: ${wayOut}`);
}

function requireLength(payload: Buffer, expectedBytes: number): void {
  if (payload.length === expectedBytes) return;
  throw new AuthenticationError(
    'ERR_IPC_HANDSHAKE',
    `the peer's part has ${payload.length} bytes, not ${expectedBytes}`,
  );
}

function notProved(role: Role, { endpoint, channelBinding }: HandshakeOptions): AuthenticationError {
  const tls = channelBinding === undefined ? '' : ', within this TLS session';
  return new AuthenticationError(
    'ERR_IPC_AUTHENTICATION',
    `the ${role} did not prove that it has the session's key at ${endpoint}${tls}: it is a stranger, or relayed, or makes its proof in another way (docs/protocol.md has known answers)`,
  );
}
