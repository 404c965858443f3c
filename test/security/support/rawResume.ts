/*
 * The resume made by hand from its description in docs/protocol.md, without the code under test: a mistake in that code
 * then shows.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import { rawFrame } from './rawHandshake.js';

export const RESUME = 0x15;
export const RESUME_CHALLENGE = 0x16;
export const RESUME_ANSWER = 0x17;
export const RESUMED = 0x18;
export const REFUSED = 0x19;
export const ACKNOWLEDGEMENT = 0x1a;
export const PING = 0x1b;
export const PONG = 0x1c;
export const ABORT = 0x1d;

/** The values of one resume. */
export interface RawResume {
  readonly id: Buffer;
  readonly key: Buffer;
  readonly counter: number;
  readonly connectorNonce: Buffer;
  readonly endpoint: string;
}

export function rawSecret(
  key: Uint8Array,
  connectorNonce: Buffer,
  listenerNonce: Buffer,
): { readonly id: Buffer; readonly key: Buffer } {
  const salt = Buffer.concat([connectorNonce, listenerNonce]);
  const secret = Buffer.from(hkdfSync('sha256', key, salt, 'debug-adapter-ipc resume', 48));
  return { id: secret.subarray(0, 16), key: secret.subarray(16) };
}

export function rawResume({ id, counter, connectorNonce }: RawResume): Buffer {
  return rawFrame(RESUME, Buffer.concat([Buffer.of(1), id, uint32(counter), connectorNonce]));
}

export function rawResumeProof(
  role: 'listener' | 'connector',
  resume: RawResume,
  listenerNonce: Buffer,
  position?: number,
): Buffer {
  const endpoint = Buffer.from(resume.endpoint);
  return mac(
    resume.key,
    Buffer.from(`debug-adapter-ipc ${role} resume\0`),
    Buffer.of(1),
    resume.id,
    uint32(resume.counter),
    resume.connectorNonce,
    listenerNonce,
    Buffer.of(0),
    uint32(endpoint.length),
    endpoint,
    position === undefined ? Buffer.alloc(0) : uint64(position),
  );
}

export function rawResumeAnswer(resume: RawResume, listenerNonce: Buffer, position: number): Buffer {
  const proof = rawResumeProof('connector', resume, listenerNonce, position);
  return rawFrame(RESUME_ANSWER, Buffer.concat([uint64(position), proof]));
}

export function rawResumedCode(key: Buffer, connectorProof: Buffer, position: number): Buffer {
  return mac(key, Buffer.from('debug-adapter-ipc listener resumed\0'), connectorProof, uint64(position));
}

export function rawRefusalCode(baseKey: Uint8Array, reason: number, resume: RawResume): Buffer {
  const endpoint = Buffer.from(resume.endpoint);
  return mac(
    baseKey,
    Buffer.from('debug-adapter-ipc listener refuses\0'),
    Buffer.of(reason),
    resume.id,
    uint32(resume.counter),
    resume.connectorNonce,
    uint32(endpoint.length),
    endpoint,
  );
}

/** A frame with one number: an acknowledgement (8 bytes), a ping or a pong (4 bytes). */
export function rawControl(kind: number, value: number): Buffer {
  return rawFrame(kind, kind === ACKNOWLEDGEMENT ? uint64(value) : uint32(value));
}

export function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function mac(key: Uint8Array, ...parts: readonly Buffer[]): Buffer {
  return createHmac('sha256', key).update(Buffer.concat(parts)).digest();
}
