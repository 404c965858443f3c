import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from '../framing/framingOf.js';

export const NONCE_BYTES = 32;
export const PROOF_BYTES = 32;
export const KEY_BYTES = 32;
export const HANDSHAKE_VERSION = 1;

/** The values of one handshake that both proofs cover. */
export interface Transcript {
  readonly connectorNonce: Buffer;
  readonly listenerNonce: Buffer;
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
 * `"debug-adapter-ipc " role NUL, version (1 byte), connector's nonce, listener's nonce, endpoint in UTF-8`.
 * Every part but the last has a fixed length per role, so two transcripts never have the same bytes. The role
 * is part of the proof, so an answer that is reflected to its sender is invalid.
 */
export function makeProof(key: Uint8Array, role: Role, transcript: Transcript): Buffer {
  return createHmac('sha256', key)
    .update(`debug-adapter-ipc ${role}\0`)
    .update(Buffer.of(HANDSHAKE_VERSION))
    .update(transcript.connectorNonce)
    .update(transcript.listenerNonce)
    .update(transcript.endpoint)
    .digest();
}

/** Verifies a proof, in a time that does not depend on the position of an error. */
export function proofHolds(proof: Buffer, key: Uint8Array, role: Role, transcript: Transcript): boolean {
  return proof.length === PROOF_BYTES && timingSafeEqual(proof, makeProof(key, role, transcript));
}
