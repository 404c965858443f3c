import { requireKnownFields } from './knownFields.js';
import { DEFAULT_LIMITS } from './limits.js';
import type { Limits } from './limits.js';
import type { Logger } from './logger.js';

/** The names of the transports, as in `--ipc`. */
export const TRANSPORT_NAMES = ['pipe', 'unix', 'tcp', 'fd'] as const;
/** The name of a transport. */
export type TransportName = (typeof TRANSPORT_NAMES)[number];

/** The names of the framings, as in `framing` and `--ipc-framing`. */
export const FRAMING_NAMES = ['dp', 'length-prefix', 'content-length'] as const;
/** The name of a framing. */
export type FramingName = (typeof FRAMING_NAMES)[number];

/** The names of the authentication methods, as in `auth`. */
export const AUTH_NAMES = ['key', 'multiprocessing', 'off'] as const;
/** The name of a method of authentication. */
export type Auth = (typeof AUTH_NAMES)[number];

/** The way in which the key reaches the launcher. */
export type KeyDelivery = 'file' | 'env';

/** The digests of `multiprocessing.connection`, by the names that Python uses. */
export const DIGEST_NAMES = ['md5', 'sha256', 'sha384', 'sha3_256', 'sha3_384'] as const;
/** The name of a digest. */
export type DigestName = (typeof DIGEST_NAMES)[number];

/** Encryption of a TCP connection. */
export interface TlsOptions {
  /** `psk`: by the session's key, without anything else. `certificate`: by a certificate of the listener. */
  readonly mode: 'psk' | 'certificate';
  /** Listener, `certificate`: its certificate, PEM. */
  readonly cert?: string | Buffer | undefined;
  /** Listener, `certificate`: its private key, PEM. */
  readonly key?: string | Buffer | undefined;
  /** Connector, `certificate`: the accepted authorities, PEM. Default: the well-known authorities. */
  readonly ca?: string | Buffer | undefined;
}

/** How long a session outlives its connection. */
export interface ResumeOptions {
  /** Time to wait for another connection, in milliseconds. The shorter time of both ends counts. Default 600,000. */
  readonly graceMs?: number | undefined;
}

/** When a peer counts as silent, and when as lost. Both ends send pings while nothing else comes. */
export interface HeartbeatOptions {
  /** Silence after which the peer is reported as silent, in milliseconds. Default 20,000. */
  readonly silentAfterMs?: number | undefined;
  /**
   * Silence after which the peer is lost, in milliseconds: the session is resumed, or ends with `ERR_IPC_PEER_SILENT`.
   * Default 60,000. `Infinity` never gives up.
   */
  readonly lostAfterMs?: number | undefined;
}

/** The endpoint of a connection, and its behaviour. Every field is optional. */
export interface TransportConfig extends Partial<Limits> {
  /**
   * `auto` (the default), `pipe`, `unix`, `tcp` or `fd`, in any case. `auto` is `pipe` on Windows, `unix`
   * elsewhere.
   */
  transport?: 'auto' | TransportName | (string & {}) | undefined;
  /** TCP: the address to bind or to dial. Default `127.0.0.1`; `::1` is IPv6 loopback. */
  host?: string | undefined;
  /** TCP: the port, 0 to 65535. Default of a listener: 0, for which the operating system chooses a port. */
  port?: number | undefined;
  /**
   * The framing of the messages, the same at both ends. `dp` (default): the frames of dapper.
   * `length-prefix`: the frames of Python's `multiprocessing.connection`. `content-length`: the frames of the
   * Debug Adapter Protocol, for DAP servers that connect back.
   */
  framing?: FramingName | undefined;
  /** Unix: the socket's path. Default of a listener: a random name in a new private directory. */
  path?: string | undefined;
  /** Windows: the pipe's full name, `\\.\pipe\...`. Default of a listener: a random name. */
  pipeName?: string | undefined;
  /** Inherited descriptor: its number in the launcher, 3 (default) or above. */
  fd?: number | undefined;
  /** Listener: use TCP if a Unix socket cannot be created. Default true. */
  fallback?: boolean | undefined;
  /**
   * TCP listener: allow an address that other machines can reach. Default false: such a host is refused. If
   * true, the session must be authenticated, and runs inside TLS.
   */
  allowNonLoopback?: boolean | undefined;
  /** TCP: run inside TLS. Default: `psk` for a listener beyond loopback, no TLS on loopback. */
  tls?: TlsOptions | undefined;
  /** TCP listener beyond loopback: no TLS. Other machines on the way can read and change all data. */
  insecureCleartext?: boolean | undefined;
  /**
   * TCP listener on loopback without a key: allow connectors of other users. Default false: if the system says
   * whose process connects, only this user and root are accepted.
   */
  allowOtherUsers?: boolean | undefined;
  /**
   * TCP listener: the host to pass to the launcher, if it differs from the bound host (a tunnel, a
   * container).
   */
  advertisedHost?: string | undefined;
  /** TCP listener: the port to pass to the launcher, if it differs from the bound port. */
  advertisedPort?: number | undefined;
  /**
   * Connector: the listener's name for its endpoint, for instance `tcp 127.0.0.1:4711`, if it differs from
   * the dialled address (a tunnel). Default: the dialled address. Both ends prove that they mean the same
   * endpoint.
   */
  expectedEndpoint?: string | undefined;
  /** @deprecated Renamed to `expectedEndpoint`; removed in 0.3. */
  listenerName?: string | undefined;
  /**
   * The session's key, the same at both ends. Both ends prove that they have the key before anything else is
   * read. 32 bytes; with `auth: 'multiprocessing'` any number, like Python's `authkey`. An `IPCManager`
   * creates and delivers the key by itself.
   */
  key?: Uint8Array | undefined;
  /**
   * The authentication method. Default: `key` for `dp`, `multiprocessing` for `length-prefix`, `off` for
   * `content-length`, which is what the peers of each framing support.
   *
   * `key`: the handshake of this package, bound to roles and endpoint. `multiprocessing`: the handshake of
   * Python's `multiprocessing.connection`. `off`: the first connector is the peer, as dapper's launchers and
   * DAP servers require.
   */
  auth?: Auth | undefined;
  /** `auth: 'multiprocessing'`: the digest that this end asks for. Default `sha256`. */
  digest?: DigestName | undefined;
  /**
   * `auth: 'multiprocessing'`: also accept HMAC-MD5, the only digest of CPython up to 3.11. Default false: a
   * rogue listener could ask any client for HMAC-MD5.
   */
  allowLegacyMd5?: boolean | undefined;
  /**
   * The way in which an `IPCManager` passes the key to the launcher. Default `file`; `env` if no file system
   * is shared.
   */
  keyDelivery?: KeyDelivery | undefined;
  /**
   * Behaviour of a send while `maxBufferedBytes` are waiting: `wait` (default) for room, or fail with
   * `error`.
   */
  onFull?: 'wait' | 'error' | undefined;
  /**
   * Continue the session over another connection when this one breaks, if the peer does so too. Default: true for TCP
   * inside TLS. Set it for TCP through a tunnel. Needs `auth: 'key'` and framing `dp`.
   */
  resume?: boolean | ResumeOptions | undefined;
  /**
   * Notice a peer that does not answer, if the peer does so too. Default: true if the session is resumed. Needs what
   * `resume` needs, and works with `fd` too.
   */
  heartbeat?: boolean | HeartbeatOptions | undefined;
  /** The log of state changes. Default: no log. */
  logger?: Logger | undefined;
}

/** The fields of a configuration beside the limits. */
const FIELDS: Readonly<Record<Exclude<keyof TransportConfig, keyof Limits>, true>> = {
  transport: true,
  host: true,
  port: true,
  framing: true,
  path: true,
  pipeName: true,
  fd: true,
  fallback: true,
  allowNonLoopback: true,
  tls: true,
  insecureCleartext: true,
  allowOtherUsers: true,
  advertisedHost: true,
  advertisedPort: true,
  expectedEndpoint: true,
  listenerName: true,
  key: true,
  auth: true,
  digest: true,
  allowLegacyMd5: true,
  keyDelivery: true,
  onFull: true,
  resume: true,
  heartbeat: true,
  logger: true,
};

const LIMIT_FIELDS = Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((name) => [name, true as const]));

/** @throws IpcError `ERR_IPC_CONFIG` for a field that a configuration does not have */
export function requireKnownConfig(config: TransportConfig): void {
  requireKnownFields('the configuration', config, { ...FIELDS, ...LIMIT_FIELDS });
}
