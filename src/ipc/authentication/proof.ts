import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from '../framing/framingOf.js';

export const NONCE_BYTES = 32;
export const PROOF_BYTES = 32;
export const KEY_BYTES = 32;
export const HANDSHAKE_VERSION = 1;

/** What both ends know of one handshake, and each proves to have seen the same way. */
export interface Transcript {
  readonly connectorNonce: Buffer;
  readonly listenerNonce: Buffer;
  /** The endpoint as each end knows it: an answer relayed from another endpoint is worth nothing. */
  readonly endpoint: string;
}

/** A session's key: fresh, 256 random bits. */
export function newKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/** A key as people and files write it: 64 hexadecimal digits. Undefined for what is none. */
export function keyFromHex(hex: string): Buffer | undefined {
  return /^[0-9a-f]+$/i.test(hex) && hex.length === KEY_BYTES * 2 ? Buffer.from(hex, 'hex') : undefined;
}

export function newNonce(): Buffer {
  return randomBytes(NONCE_BYTES);
}

/**
 * Proves knowledge of the key: HMAC-SHA-256 over
 * `"debug-adapter-ipc " role NUL, version (1 byte), connector's nonce, listener's nonce, endpoint in UTF-8`.
 * Every part but the last has a fixed length for its role, so two transcripts never read the same; and who
 * proves is part of what is proved, so that an answer reflected at its sender is worth nothing.
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

/** Whether a proof is right, in a time that does not depend on where it is wrong. */
export function proofHolds(proof: Buffer, key: Uint8Array, role: Role, transcript: Transcript): boolean {
  return proof.length === PROOF_BYTES && timingSafeEqual(proof, makeProof(key, role, transcript));
}
