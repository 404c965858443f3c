/*
 * The handshake put together by hand from its description in the docs, so that a mistake in the code under
 * test cannot hide behind itself.
 */
import { createHmac, randomBytes } from 'node:crypto';

export const HELLO = 0x10;
export const CHALLENGE = 0x11;
export const ANSWER = 0x12;
export const CAPABILITIES = 0x13;

export type Role = 'listener' | 'connector';

/** What one handshake's proofs are made from. */
export interface RawTranscript {
  readonly connectorNonce: Buffer;
  readonly listenerNonce: Buffer;
  readonly endpoint: string;
}

/** What both ends say of themselves, byte for byte as this package sends it. */
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

/** The nonce in a hello or a challenge: both carry it behind header and version. */
export function nonceIn(frame: Buffer): Buffer {
  return frame.subarray(9, 41);
}
