import { isRecord } from '../core/messages.js';
import { IpcError } from '../core/errors.js';

/** Versions of the session protocol, which follows the handshake, that this package supports. */
export const PROTOCOL_VERSIONS: readonly number[] = [1];

/** A goodbye in each direction, after its last message: see docs/protocol.md. */
const BYE_FEATURE = 'bye';

/** A session that another stream continues when its stream breaks: see docs/protocol.md. */
const RESUME_FEATURE = 'resume';

/** Pings, by which each end knows that the other one is there: see docs/protocol.md. */
const HEARTBEAT_FEATURE = 'heartbeat';

/** The versions and features of one end, exchanged after both proofs. */
export interface Capabilities {
  readonly versions: readonly number[];
  readonly features: readonly string[];
  /** With the feature `resume`: the time that this end waits for another stream, in milliseconds. */
  readonly resumeGraceMs?: number | undefined;
}

/** The version and features that both ends support. */
export interface NegotiatedProtocol {
  /** The highest version that both ends support. */
  readonly version: number;
  readonly features: readonly string[];
  /** With the feature `resume`: the shorter time of both ends, in milliseconds. */
  readonly resumeGraceMs?: number;
}

export const OWN_CAPABILITIES: Capabilities = { versions: PROTOCOL_VERSIONS, features: [BYE_FEATURE] };

/** What this end offers beside goodbyes. */
export interface OptionalFeatures {
  /** Undefined: sessions are not resumed. */
  readonly resume?: { readonly graceMs: number } | undefined;
  /** Undefined: no pings. */
  readonly heartbeat?: object | undefined;
}

/** The capabilities of an end that offers these features. */
export function capabilitiesOf({ resume, heartbeat }: OptionalFeatures): Capabilities {
  return {
    versions: PROTOCOL_VERSIONS,
    features: [
      BYE_FEATURE,
      ...(resume === undefined ? [] : [RESUME_FEATURE]),
      ...(heartbeat === undefined ? [] : [HEARTBEAT_FEATURE]),
    ],
    ...(resume !== undefined && { resumeGraceMs: resume.graceMs }),
  };
}

/** What is offered to a peer whose handshake has version 1: there is nothing to take away. */
export const VERSION_1_CAPABILITIES: Capabilities = { versions: [1], features: [] };

/** True if both ends say goodbye after their last message. */
export function saysBye(agreement: NegotiatedProtocol | undefined): boolean {
  return agreement?.features.includes(BYE_FEATURE) === true;
}

/** True if another stream continues the session when this one breaks. */
export function resumes(agreement: NegotiatedProtocol | undefined): boolean {
  return saysBye(agreement) && agreement?.features.includes(RESUME_FEATURE) === true;
}

/** True if each end answers pings. */
export function answersPings(agreement: NegotiatedProtocol | undefined): boolean {
  return saysBye(agreement) && agreement?.features.includes(HEARTBEAT_FEATURE) === true;
}

export function encodeCapabilities(capabilities: Capabilities): Buffer {
  return Buffer.from(JSON.stringify(capabilities));
}

/** Reads capabilities from a payload. @throws IpcError `ERR_IPC_HANDSHAKE` for an invalid payload */
export function decodeCapabilities(payload: Buffer): Capabilities {
  const value = parse(payload);
  const { versions, features, resumeGraceMs } = isRecord(value) ? value : {};
  if (!isListOf(versions, 'number') || !isListOf(features, 'string')) {
    throw new IpcError('ERR_IPC_HANDSHAKE', 'the peer did not say which versions and features it has');
  }
  const isTime = typeof resumeGraceMs === 'number' && resumeGraceMs > 0;
  return { versions, features, ...(isTime && { resumeGraceMs }) };
}

/**
 * Selects the highest common version and the common features.
 *
 * @throws IpcError `ERR_IPC_NO_COMMON_VERSION`, which names the versions of both ends
 */
export function negotiate(own: Capabilities, peers: Capabilities): NegotiatedProtocol {
  const common = own.versions.filter((version) => peers.versions.includes(version));
  if (common.length === 0) {
    throw new IpcError(
      'ERR_IPC_NO_COMMON_VERSION',
      `this end speaks protocol version ${own.versions.join(', ')}, the peer ${peers.versions.join(', ')}: ` +
        'update the older of adapter and launcher',
    );
  }
  const features = own.features.filter((feature) => peers.features.includes(feature));
  const graces = [own.resumeGraceMs, peers.resumeGraceMs].filter((ms) => ms !== undefined);
  return {
    version: Math.max(...common),
    features,
    ...(features.includes(RESUME_FEATURE) && { resumeGraceMs: Math.min(...graces) }),
  };
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}

/** True if a value from the wire is an array whose items all have `type`. */
export function isListOf<T extends 'number' | 'string'>(
  value: unknown,
  type: T,
): value is (T extends 'number' ? number : string)[] {
  return Array.isArray(value) && value.every((item) => typeof item === type);
}
