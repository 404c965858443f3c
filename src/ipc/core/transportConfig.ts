import type { Limits } from './limits.js';
import type { Logger } from './logger.js';

/** The transports by the names that `--ipc` carries. */
export const TRANSPORT_NAMES = ['pipe', 'unix', 'tcp', 'fd'] as const;
export type TransportName = (typeof TRANSPORT_NAMES)[number];

/** The framings by the names that `framing` and `--ipc-framing` have for them. */
export const FRAMING_NAMES = ['dp', 'length-prefix', 'content-length'] as const;
export type FramingName = (typeof FRAMING_NAMES)[number];

/** The ways in which two ends can prove to each other who they are, by the names that `auth` has for them. */
export const AUTH_NAMES = ['key', 'multiprocessing', 'off'] as const;
export type Auth = (typeof AUTH_NAMES)[number];

/** How the key gets to the launcher. */
export type KeyDelivery = 'file' | 'env';

/** The digests that `multiprocessing.connection` can authenticate by, under their names there. */
export const DIGEST_NAMES = ['md5', 'sha256', 'sha384', 'sha3_256', 'sha3_384'] as const;
export type DigestName = (typeof DIGEST_NAMES)[number];

/** How a TCP connection is kept from those who can read the network. */
export interface TlsOptions {
  /** `psk`: by the session's key, nothing else is needed. `certificate`: the listener has one. */
  readonly mode: 'psk' | 'certificate';
  /** Listener, `certificate`: its certificate and private key, PEM. */
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  /** Connector, `certificate`: who may have signed it, PEM. Default: the well-known authorities. */
  readonly ca?: string | Buffer | undefined;
}

/** Where a connection goes, and how it behaves. Every field may be left out. */
export interface TransportConfig extends Partial<Limits> {
  /** `auto` (the default), `pipe`, `unix`, `tcp` or `fd`, in any case. `auto` is `pipe` on Windows, `unix` elsewhere. */
  transport?: 'auto' | TransportName | (string & {}) | undefined;
  /** TCP: the address to bind or to dial. Default `127.0.0.1`; `::1` is IPv6 loopback. */
  host?: string | undefined;
  /** TCP: the port, 0 to 65535. A listener's default is 0: the operating system chooses. */
  port?: number | undefined;
  /**
   * How messages are told apart on the wire, the same at both ends. `dp` (default): dapper's frames.
   * `length-prefix`: those of Python's `multiprocessing.connection`. `content-length`: the Debug Adapter
   * Protocol's, for DAP servers that dial back.
   */
  framing?: FramingName | undefined;
  /** Unix: the socket's path. A listener's default is a random name in a fresh private directory. */
  path?: string | undefined;
  /** Windows: the pipe's full name, `\\.\pipe\...`. A listener's default is a random one. */
  pipeName?: string | undefined;
  /** Inherited descriptor: its number in the launcher, 3 (default) or above. */
  fd?: number | undefined;
  /** Listener: use TCP where a Unix socket cannot be set up. Default true. */
  fallback?: boolean | undefined;
  /**
   * TCP listener: bind an address that other machines can reach. Default false: such a host is refused.
   * Where it is true the session has to be authenticated, and runs inside TLS.
   */
  allowNonLoopback?: boolean | undefined;
  /** TCP: run inside TLS. Default: `psk` for a listener beyond loopback, nothing on loopback. */
  tls?: TlsOptions | undefined;
  /** TCP listener beyond loopback: no TLS. All that crosses can be read, and changed, by those in between. */
  insecureCleartext?: boolean | undefined;
  /** TCP listener: the host and port to tell the launcher, where they are not those that are bound (a tunnel, a container). */
  advertisedHost?: string | undefined;
  advertisedPort?: number | undefined;
  /**
   * Connector: what the listener calls its endpoint, for instance `tcp 127.0.0.1:4711`, where that is not what is
   * dialled (a tunnel lies between). Default: what is dialled. Both ends prove that they mean the same one.
   */
  expectedEndpoint?: string | undefined;
  /**
   * The session's key, the same at both ends: both then prove that they have it before anything else is
   * read. 32 bytes; with `auth: 'multiprocessing'` any number, as Python's `authkey`. `IPCManager` makes,
   * delivers and takes it by itself.
   */
  key?: Uint8Array | undefined;
  /**
   * How the two ends prove that they have the key. Default: what the peers of a framing can do, which is
   * `key` for `dp`, `multiprocessing` for `length-prefix`, `off` for `content-length`.
   *
   * `key`: this package's own, bound to roles and endpoint. `multiprocessing`: that of Python's
   * `multiprocessing.connection`. `off`: whoever connects first is the peer, as dapper's launchers and DAP
   * servers need it.
   */
  auth?: Auth | undefined;
  /** `auth: 'multiprocessing'`: the digest that this end asks for. Default `sha256`. */
  digest?: DigestName | undefined;
  /**
   * `auth: 'multiprocessing'`: take HMAC-MD5 too, the only one that CPython up to 3.11 has. Default false: a
   * rogue listener could ask for it of any client.
   */
  allowLegacyMd5?: boolean | undefined;
  /** How an `IPCManager` hands the key to the launcher. Default `file`; `env` where no file system is shared. */
  keyDelivery?: KeyDelivery | undefined;
  /** What a send does when `maxBufferedBytes` wait already: `wait` (default) for room, or `error`. */
  onFull?: 'wait' | 'error' | undefined;
  /** Where state changes are logged. Default: nowhere. */
  logger?: Logger | undefined;
}
