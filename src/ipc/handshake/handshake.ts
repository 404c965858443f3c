import type { Socket } from 'node:net';
import { IpcError } from '../errors.js';
import { HANDSHAKE_KIND } from '../framing/dpFrame.js';
import type { Agreement, Capabilities } from './capabilities.js';
import { OWN_CAPABILITIES, agree, decodeCapabilities, encodeCapabilities } from './capabilities.js';
import type { HandshakeBounds } from './handshakeChannel.js';
import { HandshakeChannel } from './handshakeChannel.js';
import type { Transcript } from './proof.js';
import { HANDSHAKE_VERSION, NONCE_BYTES, PROOF_BYTES, makeProof, newNonce, proofHolds } from './proof.js';

export interface HandshakeOptions extends HandshakeBounds {
  readonly key: Uint8Array;
  /** The endpoint as this end knows it. */
  readonly endpoint: string;
  /** Default: what this package has. */
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
 * The listener proves itself first: a connector never answers a stranger. Nothing else is read, let alone
 * parsed, before both proofs held.
 */

/**
 * The connector's half.
 *
 * @throws IpcError `ERR_IPC_AUTHENTICATION` when the listener does not have the key, `ERR_IPC_HANDSHAKE`,
 *   `ERR_IPC_HANDSHAKE_TIMEOUT`, `ERR_IPC_NO_COMMON_VERSION`; the socket is the caller's to destroy
 */
export function connectorHandshake(socket: Socket, options: HandshakeOptions): Promise<Agreement> {
  return within(socket, options, async (channel) => {
    const connectorNonce = newNonce();
    const hello = Buffer.concat([Buffer.of(HANDSHAKE_VERSION), connectorNonce]);
    channel.send({ kind: HANDSHAKE_KIND.hello, payload: hello });
    const challenge = await channel.receive(HANDSHAKE_KIND.challenge);
    checkVersion(challenge, VERSION_BYTES + NONCE_BYTES + PROOF_BYTES);
    const listenerNonce = challenge.subarray(VERSION_BYTES, VERSION_BYTES + NONCE_BYTES);
    const transcript = { connectorNonce, listenerNonce, endpoint: options.endpoint };
    const proof = challenge.subarray(VERSION_BYTES + NONCE_BYTES);
    if (!proofHolds(proof, options.key, 'listener', transcript)) throw notProved('listener', options);
    const own = options.capabilities ?? OWN_CAPABILITIES;
    channel.send(
      { kind: HANDSHAKE_KIND.answer, payload: makeProof(options.key, 'connector', transcript) },
      { kind: HANDSHAKE_KIND.capabilities, payload: encodeCapabilities(own) },
    );
    return agree(own, decodeCapabilities(await channel.receive(HANDSHAKE_KIND.capabilities)));
  });
}

/** The listener's half. @throws IpcError as {@link connectorHandshake} */
export function listenerHandshake(socket: Socket, options: HandshakeOptions): Promise<Agreement> {
  return within(socket, options, async (channel) => {
    const hello = await channel.receive(HANDSHAKE_KIND.hello);
    if (hello[0] !== HANDSHAKE_VERSION) {
      // The first byte is the version in every version: the other end finds out at once, too.
      channel.send({ kind: HANDSHAKE_KIND.challenge, payload: Buffer.of(HANDSHAKE_VERSION) });
    }
    checkVersion(hello, VERSION_BYTES + NONCE_BYTES);
    const transcript: Transcript = {
      connectorNonce: hello.subarray(VERSION_BYTES),
      listenerNonce: newNonce(),
      endpoint: options.endpoint,
    };
    const proof = makeProof(options.key, 'listener', transcript);
    const challenge = Buffer.concat([Buffer.of(HANDSHAKE_VERSION), transcript.listenerNonce, proof]);
    channel.send({ kind: HANDSHAKE_KIND.challenge, payload: challenge });
    const answer = await channel.receive(HANDSHAKE_KIND.answer);
    if (!proofHolds(answer, options.key, 'connector', transcript)) throw notProved('connector', options);
    const peers = decodeCapabilities(await channel.receive(HANDSHAKE_KIND.capabilities));
    const own = options.capabilities ?? OWN_CAPABILITIES;
    // Sent even where nothing is in common: the other end then finds that out for itself, and says so.
    channel.send({ kind: HANDSHAKE_KIND.capabilities, payload: encodeCapabilities(own) });
    return agree(own, peers);
  });
}

async function within(
  socket: Socket,
  bounds: HandshakeBounds,
  run: (channel: HandshakeChannel) => Promise<Agreement>,
): Promise<Agreement> {
  const channel = new HandshakeChannel(socket, bounds);
  try {
    return await run(channel);
  } finally {
    channel.release();
  }
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
  throw new IpcError(
    'ERR_IPC_HANDSHAKE',
    `the peer's part has ${payload.length} bytes, not ${expectedBytes}`,
  );
}

function notProved(role: string, { endpoint }: HandshakeOptions): IpcError {
  return new IpcError(
    'ERR_IPC_AUTHENTICATION',
    `the ${role} did not prove that it has the session's key at ${endpoint}: it is a stranger, or relayed`,
  );
}
