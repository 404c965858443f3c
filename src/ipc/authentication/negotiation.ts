import { isRecord } from '../core/messages.js';
import { IpcError } from '../core/errors.js';

/** The versions of the session's protocol that this package speaks: what follows the handshake. */
export const PROTOCOL_VERSIONS: readonly number[] = [1];

/** What a peer may do beyond its version, by name. None so far. */
export const FEATURES: readonly string[] = [];

/** What each end tells of itself once both are proved. */
export interface Capabilities {
  readonly versions: readonly number[];
  readonly features: readonly string[];
}

/** What two ends have in common. */
export interface NegotiatedProtocol {
  /** The highest version that both speak. */
  readonly version: number;
  readonly features: readonly string[];
}

export const OWN_CAPABILITIES: Capabilities = { versions: PROTOCOL_VERSIONS, features: FEATURES };

export function encodeCapabilities(capabilities: Capabilities): Buffer {
  return Buffer.from(JSON.stringify(capabilities));
}

/** @throws IpcError `ERR_IPC_HANDSHAKE` for a payload that does not say what it must */
export function decodeCapabilities(payload: Buffer): Capabilities {
  const value = parse(payload);
  const { versions, features } = isRecord(value) ? value : {};
  if (!isListOf(versions, 'number') || !isListOf(features, 'string')) {
    throw new IpcError('ERR_IPC_HANDSHAKE', 'the peer did not say which versions and features it has');
  }
  return { versions, features };
}

/** @throws IpcError `ERR_IPC_NO_COMMON_VERSION`, which names what either end speaks */
export function agree(own: Capabilities, peers: Capabilities): NegotiatedProtocol {
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

/** Whether a value off the wire is a list of these alone. */
export function isListOf<T extends 'number' | 'string'>(
  value: unknown,
  type: T,
): value is (T extends 'number' ? number : string)[] {
  return Array.isArray(value) && value.every((item) => typeof item === type);
}
