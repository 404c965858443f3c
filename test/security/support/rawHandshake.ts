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
  /** Default: 2. */
  readonly version?: 1 | 2;
  readonly connectorNonce: Buffer;
  readonly listenerNonce: Buffer;
  /** Default: none. */
  readonly channelBinding?: Buffer;
  readonly endpoint: string;
}

/** Length of a challenge: the header, the version, the nonce and the proof. */
export const CHALLENGE_BYTES = 8 + 1 + 32 + 32;

/** The capabilities that both ends send, byte for byte as this package sends them. */
export const CAPABILITIES_JSON = Buffer.from('{"versions":[1],"features":[]}');

/** What this package sends. */
export const OWN_CAPABILITIES_JSON = Buffer.from('{"versions":[1],"features":["bye"]}');

/** Length of the frame of {@link CAPABILITIES_JSON}: the header, the code and the JSON. */
export const CAPABILITIES_BYTES = 8 + 32 + CAPABILITIES_JSON.length;

export function rawFrame(kind: number, payload: Buffer): Buffer {
  const header = Buffer.from([0x44, 0x50, 1, kind, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

export function rawProof(key: Uint8Array, role: Role, transcript: RawTranscript): Buffer {
  const { version = 2, channelBinding = Buffer.alloc(0) } = transcript;
  const bytes = Buffer.concat([
    Buffer.from(`debug-adapter-ipc ${role}\0`),
    Buffer.of(version),
    transcript.connectorNonce,
    transcript.listenerNonce,
    version === 1 ? Buffer.alloc(0) : Buffer.concat([Buffer.of(channelBinding.length), channelBinding]),
    Buffer.from(transcript.endpoint),
  ]);
  return createHmac('sha256', key).update(bytes).digest();
}

/** The code of capabilities. */
export function rawMac(key: Uint8Array, role: Role, connectorProof: Buffer, json: Buffer): Buffer {
  const name = Buffer.from(`debug-adapter-ipc ${role} capabilities\0`);
  return createHmac('sha256', key)
    .update(Buffer.concat([name, Buffer.of(2), connectorProof, json]))
    .digest();
}

export function rawHello(nonce: Buffer = randomBytes(32), version = 2): Buffer {
  return rawFrame(HELLO, Buffer.concat([Buffer.of(version), nonce]));
}

export function rawChallenge(key: Uint8Array, transcript: RawTranscript, role: Role = 'listener'): Buffer {
  const proof = rawProof(key, role, transcript);
  const version = Buffer.of(transcript.version ?? 2);
  return rawFrame(CHALLENGE, Buffer.concat([version, transcript.listenerNonce, proof]));
}

export function rawAnswer(key: Uint8Array, transcript: RawTranscript, role: Role = 'connector'): Buffer {
  return rawFrame(ANSWER, rawProof(key, role, transcript));
}

/** The capabilities of one end, with their code in version 2. */
export function rawCapabilities(
  key: Uint8Array,
  role: Role,
  transcript: RawTranscript,
  json: Buffer = CAPABILITIES_JSON,
): Buffer {
  if (transcript.version === 1) return rawFrame(CAPABILITIES, json);
  const mac = rawMac(key, role, rawProof(key, 'connector', transcript), json);
  return rawFrame(CAPABILITIES, Buffer.concat([mac, json]));
}

/** What a connector sends after the challenge. */
export function rawConnectorPart(key: Uint8Array, transcript: RawTranscript, json?: Buffer): Buffer {
  return Buffer.concat([rawAnswer(key, transcript), rawCapabilities(key, 'connector', transcript, json)]);
}

/** What a listener sends in sum. */
export function rawListenerPart(key: Uint8Array, transcript: RawTranscript, json?: Buffer): Buffer {
  return Buffer.concat([rawChallenge(key, transcript), rawCapabilities(key, 'listener', transcript, json)]);
}

/** The nonce of a hello or a challenge. It follows the header and the version. */
export function nonceIn(frame: Buffer): Buffer {
  return frame.subarray(9, 41);
}
