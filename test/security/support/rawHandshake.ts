/*
 * The handshake made by hand from its description in the docs, without the code under test: a mistake in that
 * code then shows.
 */
import { createHmac, randomBytes } from 'node:crypto';

export const HELLO = 0x10;
export const CHALLENGE = 0x11;
export const ANSWER = 0x12;
export const CAPABILITIES = 0x13;

export type Role = 'listener' | 'connector';

/** The data of a handshake that its proofs are computed from. */
export interface RawTranscript {
  readonly connectorNonce: Buffer;
  readonly listenerNonce: Buffer;
  readonly endpoint: string;
}

/** Length of a challenge: the header, the version, the nonce and the proof. */
export const CHALLENGE_BYTES = 8 + 1 + 32 + 32;

/** The capabilities that both ends send, byte for byte as this package sends them. */
export const CAPABILITIES_PAYLOAD = Buffer.from('{"versions":[1],"features":[]}');

export function rawFrame(kind: number, payload: Buffer): Buffer {
  const header = Buffer.from([0x44, 0x50, 1, kind, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

export function rawProof(key: Uint8Array, role: Role, transcript: RawTranscript): Buffer {
  const bytes = Buffer.concat([
    Buffer.from(`debug-adapter-ipc ${role}\0`),
    Buffer.of(1),
    transcript.connectorNonce,
    transcript.listenerNonce,
    Buffer.from(transcript.endpoint),
  ]);
  return createHmac('sha256', key).update(bytes).digest();
}

export function rawHello(nonce: Buffer = randomBytes(32), version = 1): Buffer {
  return rawFrame(HELLO, Buffer.concat([Buffer.of(version), nonce]));
}

export function rawChallenge(key: Uint8Array, transcript: RawTranscript, role: Role = 'listener'): Buffer {
  const proof = rawProof(key, role, transcript);
  return rawFrame(CHALLENGE, Buffer.concat([Buffer.of(1), transcript.listenerNonce, proof]));
}

export function rawAnswer(key: Uint8Array, transcript: RawTranscript, role: Role = 'connector'): Buffer {
  return rawFrame(ANSWER, rawProof(key, role, transcript));
}

export function rawCapabilities(payload: Buffer | object = CAPABILITIES_PAYLOAD): Buffer {
  return rawFrame(CAPABILITIES, Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)));
}

/** The nonce of a hello or a challenge. It follows the header and the version. */
export function nonceIn(frame: Buffer): Buffer {
  return frame.subarray(9, 41);
}
