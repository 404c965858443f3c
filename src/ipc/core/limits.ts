import { constants } from 'node:buffer';
import { IpcError } from './errors.js';

/**
 * The limits and deadlines of the IPC layer, with their defaults. Each can be set in `TransportConfig` under
 * the same name; tests set shorter deadlines.
 */
export const DEFAULT_LIMITS = {
  /** Largest payload of one frame, in bytes, in either direction. */
  maxFrameBytes: 64 * 1024 * 1024,
  /** Bytes that may wait to be written, and separately to be read, before back-pressure begins. */
  maxBufferedBytes: 16 * 1024 * 1024,
  /** Bytes that are kept until the peer has acknowledged them, if the session can be resumed; then sends wait. */
  maxUnacknowledgedBytes: 4 * 1024 * 1024,
  /** Objects and arrays inside each other in a received message: `{}` is 1 deep. */
  maxJsonDepth: 1_000,
  /** Values in a received message, those inside of others included. The adapter sets 1,000,000. */
  maxJsonValues: Infinity,
  /** Time that `accept` waits for the peer, in milliseconds. `Infinity` waits without a limit. */
  acceptTimeoutMs: 30_000,
  /** Time that `connect` keeps trying, in milliseconds. */
  connectTimeoutMs: 10_000,
  /** Time limit of one handshake, in milliseconds. */
  handshakeTimeoutMs: 5_000,
  /** Bytes that a peer may send before it is authenticated. */
  maxHandshakeBytes: 1024,
  /** Handshakes that may run at the same time; beyond that, the oldest is refused. */
  maxPendingHandshakes: 128,
  /** Time that `close` waits for the flush and for the peer's end, in milliseconds. */
  closeTimeoutMs: 2_000,
} as const;

/** The limits and deadlines of a connection: bytes, counts and milliseconds. */
export type Limits = { readonly [K in keyof typeof DEFAULT_LIMITS]: number };

/** The bounds of a JSON text that a peer sent. */
export type JsonBounds = Pick<Limits, 'maxJsonDepth' | 'maxJsonValues'>;

/** The limit of a `RequestTracker`, which has no `TransportConfig`. Set in its constructor. */
export const DEFAULT_REQUEST_LIMITS = {
  /** Requests that may wait for responses at the same time; further requests are refused. */
  maxPendingRequests: 10_000,
} as const;

/** The limits of a `Rendezvous`. Set in `Rendezvous.open`. */
export const DEFAULT_RENDEZVOUS_LIMITS = {
  /** Peers that may wait at a rendezvous at the same time; further peers are released at once. */
  maxWaiting: 256,
  /** Time that a peer waits for a claim, in milliseconds; then it is released. */
  waitTimeoutMs: 30_000,
  /** Time that an authenticated peer may take to send its first message, in milliseconds. */
  helloTimeoutMs: 5_000,
  /** Largest first message of a peer, in bytes. A peer that sends more before it is claimed is disconnected. */
  maxHelloBytes: 64 * 1024,
  /** Bytes of all hellos of waiting peers together; a peer beyond that is released at once. */
  maxWaitingBytes: 1024 * 1024,
  /** Peers that may be connected without having sent their first message; beyond that, the oldest is disconnected. */
  maxSilentPeers: 128,
} as const;

/** The limits for reading files whose path comes from a client, a program or the environment. Not settings. */
export const FILE_LIMITS = {
  /** Largest key file, in bytes. */
  maxKeyFileBytes: 4096,
  /** Largest `envFile`, in bytes. */
  maxEnvFileBytes: 1024 * 1024,
  /** Largest source map, in bytes. A larger one does not fit in a string. */
  maxSourceMapBytes: 256 * 1024 * 1024,
  /** Largest source file that is read for breakpoints or shown, in bytes. */
  maxSourceBytes: 64 * 1024 * 1024,
  /** Time for one file that the adapter reads, in milliseconds. */
  readTimeoutMs: 5_000,
} as const;

/** The limits of the search for directories that killed processes have left. Not settings. */
export const SWEEP_LIMITS = {
  /** Entries of one base directory that are looked at. */
  maxEntries: 10_000,
  /** Directories that are removed. */
  maxDirectories: 200,
  /** Time of the whole search, in milliseconds. */
  timeoutMs: 2_000,
} as const;
/** The limits of an adapter that serves clients on a port or a path. Set in `startServer`. */
export const DEFAULT_SERVER_LIMITS = {
  /** Time that a client may take until its `initialize` has arrived, in milliseconds. */
  initializeTimeoutMs: 10_000,
  /** Clients without `initialize` at the same time; beyond that, the oldest is disconnected. */
  maxUninitialized: 64,
  /** Bytes that a client may send until its `initialize` has arrived. */
  maxInitializeBytes: 64 * 1024,
} as const;

/** The bounds of a debug adapter that serves several clients: bytes, counts and milliseconds. */
export type ServerLimits = { readonly [K in keyof typeof DEFAULT_SERVER_LIMITS]: number };

const SHOWN_CHARACTERS = 40;

/** The maximum of `maxFrameBytes`: each payload must fit into one string or one buffer. */
const LARGEST_PAYLOAD = { text: constants.MAX_STRING_LENGTH, bytes: constants.MAX_LENGTH } as const;

/**
 * Reads the limits of a configuration. A missing limit has its default.
 *
 * @param payload the form in which payloads are decoded
 * @throws IpcError `ERR_IPC_CONFIG` for a value that is not a number above 0, or is above the maximum
 */
export function readLimits(
  config: { readonly [K in keyof Limits]?: number | undefined },
  payload: keyof typeof LARGEST_PAYLOAD = 'text',
): Limits {
  const limits: Record<keyof Limits, number> = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]) {
    const most = name === 'maxFrameBytes' ? LARGEST_PAYLOAD[payload] : Infinity;
    limits[name] = checked(name, config[name] ?? DEFAULT_LIMITS[name], most);
  }
  return limits;
}

/**
 * Reads the limits of a server. A missing limit has its default.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for a value that is not a number above 0
 */
export function readServerLimits(given: Partial<ServerLimits> = {}): ServerLimits {
  const limits: Record<keyof ServerLimits, number> = { ...DEFAULT_SERVER_LIMITS };
  for (const name of Object.keys(DEFAULT_SERVER_LIMITS) as (keyof ServerLimits)[]) {
    limits[name] = checked(name, given[name] ?? DEFAULT_SERVER_LIMITS[name], Infinity);
  }
  return limits;
}

/**
 * Checks a time limit that a caller gave. `Infinity` waits without a limit.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for a value that is not a number from 0 on
 */
export function checkedTimeout<T extends number | undefined>(name: string, timeoutMs: T): T {
  if (timeoutMs === undefined || (typeof timeoutMs === 'number' && timeoutMs >= 0)) return timeoutMs;
  throw new IpcError(
    'ERR_IPC_CONFIG',
    `${name} must be a number of milliseconds from 0 on, not ${shown(timeoutMs)}`,
  );
}

/** Shows a value of any type in an error, at most 40 characters. */
function shown(value: unknown): string {
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, SHOWN_CHARACTERS))}`;
  return typeof value === 'number' ? String(value) : `a value of type ${typeof value}`;
}

function checked(name: string, value: number, most: number): number {
  if (typeof value !== 'number' || !(value > 0)) {
    throw new IpcError('ERR_IPC_CONFIG', `${name} must be a number above 0, not ${shown(value)}`);
  }
  if (value <= most) return value;
  throw new IpcError('ERR_IPC_CONFIG', `${name} cannot be ${value}: ${most} is the most`);
}
