import { createHmac, hkdfSync } from 'node:crypto';
import type { Role } from '../framing/framingOf.js';

export const SESSION_ID_BYTES = 16;
const RESUME_KEY_BYTES = 32;
/** The version of the resume, the first byte of its first frame. */
export const RESUME_VERSION = 1;
const NO_BINDING = new Uint8Array();

/** Both ends of one session derive it from their first handshake; it never crosses the wire. */
export interface ResumeSecret {
  /** Names the session. It is no secret. */
  readonly id: Buffer;
  readonly key: Buffer;
}

/** The values of one resume that its proofs cover. */
export interface ResumeTranscript {
  readonly id: Uint8Array;
  /** The number of the connector's attempt, 1 to 4,294,967,295. */
  readonly counter: number;
  readonly connectorNonce: Uint8Array;
  readonly endpoint: string;
}

/** The values of a resume of a session that both ends know. */
export interface SessionTranscript extends ResumeTranscript {
  readonly listenerNonce: Uint8Array;
  readonly channelBinding?: Uint8Array | undefined;
}

/** The reason of a refusal, as its number on the wire. */
export const REFUSAL = { unknown: 1, late: 2, superseded: 3 } as const;
export type Refusal = (typeof REFUSAL)[keyof typeof REFUSAL];

/**
 * Derives name and key of a session: HKDF-SHA-256 of the session's key, the salt is both nonces of the first handshake,
 * the info `debug-adapter-ipc resume`. Sessions with the same key, as those of a key file, have different ones.
 */
export function deriveResumeSecret(
  key: Uint8Array,
  nonces: { readonly connectorNonce: Uint8Array; readonly listenerNonce: Uint8Array },
): ResumeSecret {
  const salt = Buffer.concat([nonces.connectorNonce, nonces.listenerNonce]);
  const length = SESSION_ID_BYTES + RESUME_KEY_BYTES;
  const secret = Buffer.from(hkdfSync('sha256', key, salt, 'debug-adapter-ipc resume', length));
  return { id: secret.subarray(0, SESSION_ID_BYTES), key: secret.subarray(SESSION_ID_BYTES) };
}

/** The listener's proof that it has the session. */
export function listenerResumeProof(key: Uint8Array, transcript: SessionTranscript): Buffer {
  return createHmac('sha256', key).update(bodyOf('listener', transcript)).digest();
}

/** The connector's proof that it has the session. @param position bytes that the connector has taken over */
export function connectorResumeProof(
  key: Uint8Array,
  transcript: SessionTranscript,
  position: number,
): Buffer {
  return createHmac('sha256', key).update(bodyOf('connector', transcript)).update(uint64(position)).digest();
}

/** The code of the listener's last word. The connector's proof stands for the whole transcript. */
export function resumedMac(key: Uint8Array, connectorProof: Uint8Array, position: number): Buffer {
  return createHmac('sha256', key)
    .update('debug-adapter-ipc listener resumed\0')
    .update(connectorProof)
    .update(uint64(position))
    .digest();
}

/** The code of a refusal. @param baseKey the key of the listener, since it may not know the session */
export function refusalMac(baseKey: Uint8Array, reason: Refusal, transcript: ResumeTranscript): Buffer {
  return createHmac('sha256', baseKey)
    .update('debug-adapter-ipc listener refuses\0')
    .update(Buffer.of(reason))
    .update(transcript.id)
    .update(uint32(transcript.counter))
    .update(transcript.connectorNonce)
    .update(withLength(transcript.endpoint))
    .digest();
}

export function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The bytes that a proof covers. Every part has a fixed length or is preceded by it. */
function bodyOf(role: Role, transcript: SessionTranscript): Buffer {
  const { id, counter, connectorNonce, listenerNonce, channelBinding = NO_BINDING, endpoint } = transcript;
  return Buffer.concat([
    Buffer.from(`debug-adapter-ipc ${role} resume\0`),
    Buffer.of(RESUME_VERSION),
    id,
    uint32(counter),
    connectorNonce,
    listenerNonce,
    Buffer.of(channelBinding.length),
    channelBinding,
    withLength(endpoint),
  ]);
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint32(bytes.length), bytes]);
}
