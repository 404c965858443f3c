import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from '../framing/framingOf.js';

export const NONCE_BYTES = 32;
export const PROOF_BYTES = 32;
export const KEY_BYTES = 32;
export const MAC_BYTES = 32;
const NO_BINDING = new Uint8Array();

/** The version of the handshake that this package begins. */
export const HANDSHAKE_VERSION = 2;
/** The version that listeners accept too: it binds neither capabilities nor TLS. */
export const OLD_HANDSHAKE_VERSION = 1;
export type HandshakeVersion = typeof HANDSHAKE_VERSION | typeof OLD_HANDSHAKE_VERSION;

/** The values of one handshake that both proofs cover. */
export interface Transcript {
  readonly version: HandshakeVersion;
  readonly connectorNonce: Buffer;
  readonly listenerNonce: Buffer;
  /**
   * The value that only the two ends of one TLS session know. A terminator of TLS in between has another one with each
   * end, so a proof that is relayed through is invalid. Undefined without TLS by certificate; version 2 only.
   */
  readonly channelBinding?: Uint8Array | undefined;
  /**
   * The endpoint as each end knows it. A proof that is relayed from another endpoint is therefore invalid.
   */
  readonly endpoint: string;
}

/** Creates a session's key of 256 random bits. */
export function newKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/** Parses a key of 64 hexadecimal digits. Returns undefined for any other text. */
export function keyFromHex(hex: string): Buffer | undefined {
  return /^[0-9a-f]+$/i.test(hex) && hex.length === KEY_BYTES * 2 ? Buffer.from(hex, 'hex') : undefined;
}

export function newNonce(): Buffer {
  return randomBytes(NONCE_BYTES);
}

/**
 * Proves knowledge of the key: HMAC-SHA-256 over
 * `"debug-adapter-ipc " role NUL, version (1 byte), connector's nonce, listener's nonce, endpoint in UTF-8`; in version 2
 * the length of the channel binding (1 byte) and the channel binding come before the endpoint. Every part but the
 * last has a fixed length or is preceded by it, so two transcripts never have the same bytes. The role is part of the
 * proof, so an answer that is reflected to its sender is invalid.
 */
export function makeProof(key: Uint8Array, role: Role, transcript: Transcript): Buffer {
  const { version, channelBinding = NO_BINDING } = transcript;
  const hmac = createHmac('sha256', key)
    .update(`debug-adapter-ipc ${role}\0`)
    .update(Buffer.of(version))
    .update(transcript.connectorNonce)
    .update(transcript.listenerNonce);
  if (version !== OLD_HANDSHAKE_VERSION) hmac.update(Buffer.of(channelBinding.length)).update(channelBinding);
  return hmac.update(transcript.endpoint).digest();
}

/** Verifies a proof, in a time that does not depend on the position of an error. */
export function proofHolds(proof: Buffer, key: Uint8Array, role: Role, transcript: Transcript): boolean {
  return isSame(proof, makeProof(key, role, transcript));
}

/**
 * Authenticates the capabilities of one end: HMAC-SHA-256 over
 * `"debug-adapter-ipc " role " capabilities" NUL, version (1 byte), the connector's proof, the capabilities' bytes`. The
 * connector's proof stands for the whole transcript.
 *
 * @param connectorProof the proof that the connector has sent in this handshake
 */
export function makeCapabilitiesMac(
  key: Uint8Array,
  role: Role,
  connectorProof: Uint8Array,
  capabilities: Uint8Array,
): Buffer {
  return createHmac('sha256', key)
    .update(`debug-adapter-ipc ${role} capabilities\0`)
    .update(Buffer.of(HANDSHAKE_VERSION))
    .update(connectorProof)
    .update(capabilities)
    .digest();
}

/** True for a code that has the bytes of another, in a time that does not depend on the position of an error. */
export function isSame(code: Uint8Array, expected: Uint8Array): boolean {
  return code.length === expected.length && timingSafeEqual(code, expected);
}
