import { constants } from 'node:buffer';
import { IpcError } from './errors.js';

/**
 * Every limit and deadline of the IPC layer, with its default. Each can be set in `TransportConfig` under
 * the same name; tests inject shorter ones.
 */
export const DEFAULT_LIMITS = {
  /** Largest payload of one frame, in bytes, in either direction. */
  maxFrameBytes: 64 * 1024 * 1024,
  /** Bytes that wait to be written (and, apart from them, to be read) before back-pressure sets in. */
  maxBufferedBytes: 16 * 1024 * 1024,
  /** How long `accept` waits for the peer, in milliseconds. `Infinity` waits for ever. */
  acceptTimeoutMs: 30_000,
  /** How long `connect` goes on trying, in milliseconds. */
  connectTimeoutMs: 10_000,
  /** How long one handshake may take, in milliseconds. */
  handshakeTimeoutMs: 5_000,
  /** Bytes that a peer may send before it has proved itself. */
  maxHandshakeBytes: 1024,
  /** Handshakes that run beside each other; a connector above that is refused. */
  maxPendingHandshakes: 128,
  /** How long `close` waits for the flush and for the peer's own end, in milliseconds. */
  closeTimeoutMs: 2_000,
} as const;

export type Limits = { readonly [K in keyof typeof DEFAULT_LIMITS]: number };

/** The limit of a `RequestTracker`, which has no `TransportConfig`: set with its constructor. */
export const DEFAULT_REQUEST_LIMITS = {
  /** Requests that wait for their answers at the same time; one more is refused. */
  maxPendingRequests: 10_000,
} as const;

/** The limits of a `Rendezvous`: set with `Rendezvous.open`. */
export const DEFAULT_RENDEZVOUS_LIMITS = {
  /** Peers that wait at a desk at the same time; one more is released at once. */
  maxWaiting: 256,
  /** How long a peer waits to be adopted, in milliseconds; then it is released. */
  waitTimeoutMs: 30_000,
  /** How long a peer that is in may take to say what it wants, in milliseconds. */
  helloTimeoutMs: 5_000,
} as const;

/** What a payload has to fit into, in one piece, decides how large `maxFrameBytes` can be. */
const LARGEST_PAYLOAD = { text: constants.MAX_STRING_LENGTH, bytes: constants.MAX_LENGTH } as const;

/**
 * The limits of a configuration, with the default for each that it leaves out.
 *
 * @param payload what payloads are turned into: text, or nothing
 * @throws IpcError `ERR_IPC_CONFIG` for one that is no number above 0, or more than can be
 */
export function readLimits(config: Partial<Limits>, payload: keyof typeof LARGEST_PAYLOAD = 'text'): Limits {
  const limits: Record<keyof Limits, number> = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]) {
    const most = name === 'maxFrameBytes' ? LARGEST_PAYLOAD[payload] : Infinity;
    limits[name] = checked(name, config[name] ?? DEFAULT_LIMITS[name], most);
  }
  return limits;
}

function checked(name: string, value: number, most: number): number {
  if (typeof value !== 'number' || !(value > 0)) {
    throw new IpcError('ERR_IPC_CONFIG', `${name} must be a number above 0, not ${String(value)}`);
  }
  if (value <= most) return value;
  throw new IpcError('ERR_IPC_CONFIG', `${name} cannot be ${value}: ${most} is the most`);
}
