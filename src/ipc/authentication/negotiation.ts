import { isRecord } from '../core/messages.js';
import { IpcError } from '../core/errors.js';

/** Versions of the session protocol, which follows the handshake, that this package supports. */
export const PROTOCOL_VERSIONS: readonly number[] = [1];

/** A goodbye in each direction, after its last message: see docs/protocol.md. */
const BYE_FEATURE = 'bye';

/** Optional features beyond the version, by name. */
export const FEATURES: readonly string[] = [BYE_FEATURE];

/** The versions and features of one end, exchanged after both proofs. */
export interface Capabilities {
  readonly versions: readonly number[];
  readonly features: readonly string[];
}

/** The version and features that both ends support. */
export interface NegotiatedProtocol {
  /** The highest version that both ends support. */
  readonly version: number;
  readonly features: readonly string[];
}

export const OWN_CAPABILITIES: Capabilities = { versions: PROTOCOL_VERSIONS, features: FEATURES };

/** What is offered to a peer whose handshake has version 1: there is nothing to take away. */
export const VERSION_1_CAPABILITIES: Capabilities = { versions: [1], features: [] };

/** True if both ends say goodbye after their last message. */
export function saysBye(agreement: NegotiatedProtocol | undefined): boolean {
  return agreement?.features.includes(BYE_FEATURE) === true;
}

export function encodeCapabilities(capabilities: Capabilities): Buffer {
  return Buffer.from(JSON.stringify(capabilities));
}

/** Reads capabilities from a payload. @throws IpcError `ERR_IPC_HANDSHAKE` for an invalid payload */
export function decodeCapabilities(payload: Buffer): Capabilities {
  const value = parse(payload);
  const { versions, features } = isRecord(value) ? value : {};
  if (!isListOf(versions, 'number') || !isListOf(features, 'string')) {
    throw new IpcError('ERR_IPC_HANDSHAKE', 'the peer did not say which versions and features it has');
  }
  return { versions, features };
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
  return {
    version: Math.max(...common),
    features: own.features.filter((feature) => peers.features.includes(feature)),
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
