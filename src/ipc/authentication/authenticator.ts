import type { Socket } from 'node:net';
import { IpcError } from '../core/errors.js';
import type { Role } from '../framing/framingOf.js';
import type { Limits } from '../core/limits.js';
import type { Logger } from '../core/logger.js';
import { silentLogger } from '../core/logger.js';
import { describeEndpoint } from '../transport/transport.js';
import type { Endpoint, Transport } from '../transport/transport.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { authOf } from './auth.js';
import type { Auth } from '../core/transportConfig.js';
import type { NegotiatedProtocol } from './negotiation.js';
import { connectorHandshake, listenerHandshake } from './handshake.js';
import { checkedDigest } from './multiprocessingDigest.js';
import type { DigestPolicy } from './multiprocessingDigest.js';
import type { DigestName } from '../core/transportConfig.js';
import { multiprocessingConnector, multiprocessingListener } from './multiprocessingHandshake.js';
import { KEY_BYTES } from './proof.js';
import { secureAsConnector, secureAsListener } from './tlsLayer.js';

/** Somebody who was let in, and what was agreed with them where there was a handshake. */
export interface Peer {
  /** Carries the session: the socket itself, or TLS over it. */
  readonly socket: Socket;
  readonly agreement?: NegotiatedProtocol;
}

/** Lets a connector in, or rejects. */
export type Authenticate = (socket: Socket, endpoint: Endpoint) => Promise<Peer>;

/**
 * Nobody but the launcher can hold the other end of an inherited pair, so there is nothing to prove; the
 * handshake is for the versions and features alone, and its key is no secret.
 */
const INHERITED_KEY = Buffer.alloc(KEY_BYTES);

/** What stands between an open socket and a session: TLS where it is asked for, then the handshake. */
export class Authenticator {
  // Private to the engine, not only to the compiler: who logs a connection must not log its key.
  readonly #key: Uint8Array | undefined;
  readonly #config: TransportConfig;
  private readonly auth: Auth;
  /** What `auth: 'multiprocessing'` asks for, and takes. */
  private readonly digests: DigestPolicy & { readonly digest: DigestName };
  private readonly logger: Logger;

  /** @throws IpcError `ERR_IPC_KEY` for a key of the wrong length, `ERR_IPC_CONFIG` for TLS without a key or a wrong digest */
  constructor(
    private readonly transport: Transport,
    config: TransportConfig,
    private readonly limits: Limits,
  ) {
    this.#config = config;
    const isInherited = transport.name === 'fd';
    this.auth = isInherited ? 'key' : authOf(config);
    this.#key = isInherited ? inheritedKey(config) : checkedKey(this.auth, config.key);
    const policy = { allowLegacyMd5: config.allowLegacyMd5 === true };
    this.digests = { ...policy, digest: checkedDigest(config.digest, policy) };
    this.logger = config.logger ?? silentLogger;
    if (config.tls !== undefined && this.#key === undefined) {
      throw new IpcError('ERR_IPC_CONFIG', 'tls goes with authentication: leave auth on, or pass the key');
    }
  }

  /** What a listener asks of connectors. `undefined`: nothing, the first to connect is the peer. */
  admission(): Authenticate | undefined {
    const key = this.#key;
    if (key !== undefined) return (socket, endpoint) => this.admit(socket, endpoint, key);
    this.logger.warn(
      { transport: this.transport.name },
      'authentication is off: the first to connect is the peer',
    );
    return undefined;
  }

  /**
   * The connector's side.
   *
   * @param signal drops the socket; a reason that is an `IpcError` is what is thrown then, else `ERR_IPC_ABORTED`
   * @throws IpcError as `connectorHandshake` and `secureAsConnector`
   */
  async enter(socket: Socket, signal: AbortSignal): Promise<Peer> {
    const key = this.#key;
    if (key === undefined) return { socket };
    const drop = (): void => {
      socket.destroy();
    };
    signal.addEventListener('abort', drop);
    try {
      const carrier = await this.secure(socket, key);
      const endpoint = this.#config.expectedEndpoint ?? this.transport.describe();
      return await this.prove('connector', carrier, { key, endpoint });
    } catch (error) {
      drop();
      throw signal.aborted ? abortedBy(signal, this.transport) : error;
    } finally {
      signal.removeEventListener('abort', drop);
    }
  }

  private async admit(socket: Socket, endpoint: Endpoint, key: Uint8Array): Promise<Peer> {
    const tls = endpoint.transport === 'tcp' ? endpoint.tls : undefined;
    const carrier =
      tls === undefined
        ? socket
        : await secureAsListener(socket, { ...this.limits, key, tls: { ...this.#config.tls, ...tls } });
    return this.prove('listener', carrier, { key, endpoint: describeEndpoint(endpoint) });
  }

  private async prove(
    role: Role,
    socket: Socket,
    what: { readonly key: Uint8Array; readonly endpoint: string },
  ): Promise<Peer> {
    if (this.auth === 'multiprocessing') {
      const handshake = role === 'listener' ? multiprocessingListener : multiprocessingConnector;
      await handshake(socket, { ...this.limits, ...what, ...this.digests });
      return { socket };
    }
    const handshake = role === 'listener' ? listenerHandshake : connectorHandshake;
    return { socket, agreement: await handshake(socket, { ...this.limits, ...what }) };
  }

  private async secure(socket: Socket, key: Uint8Array): Promise<Socket> {
    const { tls, host } = this.#config;
    return tls === undefined ? socket : secureAsConnector(socket, host ?? '', { ...this.limits, key, tls });
  }
}

function abortedBy({ reason }: AbortSignal, transport: Transport): IpcError {
  if (reason instanceof IpcError) return reason;
  const what = `the handshake at ${transport.describe()} was aborted`;
  return new IpcError('ERR_IPC_ABORTED', what, { cause: reason });
}

/** Peers of the other framings have no handshake for versions and features, and nothing else to prove here. */
function inheritedKey({ auth, framing = 'dp' }: TransportConfig): Uint8Array | undefined {
  return framing === 'dp' || auth === 'key' ? INHERITED_KEY : undefined;
}

function checkedKey(auth: Auth, key: Uint8Array | undefined): Uint8Array | undefined {
  if (auth === 'off') return undefined;
  if (auth === 'multiprocessing' || key === undefined || key.length === KEY_BYTES) return key;
  throw new IpcError('ERR_IPC_KEY', `a session's key has ${KEY_BYTES} bytes, this one ${key.length}`);
}
