import type { Socket } from 'node:net';
import { IpcError } from '../core/errors.js';
import type { Role } from '../framing/framingOf.js';
import type { Limits } from '../core/limits.js';
import type { Logger } from '../core/logger.js';
import { guardedLogger } from '../core/logger.js';
import { checkPeerUser } from '../transport/peerIdentity.js';
import { describeEndpoint } from '../transport/transport.js';
import type { Endpoint, Transport } from '../transport/transport.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { authOf } from './auth.js';
import type { Auth } from '../core/transportConfig.js';
import type { Capabilities, NegotiatedProtocol } from './negotiation.js';
import { capabilitiesOf, resumes } from './negotiation.js';
import { connectorResume, receivePeer } from './resumeHandshake.js';
import type { SessionDirectory } from './resumeHandshake.js';
import { deriveResumeSecret } from './resumeProof.js';
import type { ResumeSecret } from './resumeProof.js';
import { readResumeSettings } from './resumeSettings.js';
import type { ResumeSettings } from './resumeSettings.js';
import { connectorHandshake, listenerHandshake } from './handshake.js';
import type { HandshakeOptions } from './handshake.js';
import { checkedDigest } from './multiprocessingDigest.js';
import type { DigestPolicy } from './multiprocessingDigest.js';
import type { DigestName } from '../core/transportConfig.js';
import { multiprocessingConnector, multiprocessingListener } from './multiprocessingHandshake.js';
import { KEY_BYTES } from './proof.js';
import { channelBindingOf, secureAsConnector, secureAsListener } from './tlsLayer.js';

/** An authenticated peer, with the negotiated protocol if there was a handshake for it. */
export interface Peer {
  /** The stream that carries the session: the socket itself, or TLS over the socket. */
  readonly socket: Socket;
  readonly agreement?: NegotiatedProtocol;
  /** By which another stream continues the session, if both ends have agreed on that. */
  readonly secret?: ResumeSecret;
}

/** Authenticates a connector. Rejects if the connector is refused. Undefined: the socket continues a session. */
export type Authenticate = (socket: Socket, endpoint: Endpoint) => Promise<Peer | undefined>;

/** One attempt of a connector to continue its session. */
export interface ResumeAttempt {
  readonly secret: ResumeSecret;
  readonly counter: number;
  /** Bytes that this end has taken over. */
  readonly position: number;
}

/**
 * The key of an inherited socket pair. It is not secret: only the launcher can hold the other end, so there
 * is nothing to prove. The handshake serves to negotiate versions and features.
 */
const INHERITED_KEY = Buffer.alloc(KEY_BYTES);

/** The values that both ends prove. */
type ProofValues = Pick<HandshakeOptions, 'key' | 'endpoint' | 'channelBinding'>;

/** Turns an open socket into an authenticated peer: TLS if configured, then the handshake. */
export class Authenticator {
  // A #private field is not shown when a connection is logged.
  readonly #key: Uint8Array | undefined;
  readonly #config: TransportConfig;
  private readonly auth: Auth;
  /** The digest that `auth: 'multiprocessing'` asks for, and the digests that it accepts. */
  private readonly digests: DigestPolicy & { readonly digest: DigestName };
  private readonly logger: Logger;
  /** What sessions of this configuration have, if the peer agrees. */
  readonly settings: ResumeSettings;
  private readonly capabilities: Capabilities;

  /**
   * @throws IpcError `ERR_IPC_KEY` for a key of the wrong length, `ERR_IPC_CONFIG` for TLS without a key or
   *   an invalid digest
   */
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
    this.logger = guardedLogger(config.logger);
    this.settings = readResumeSettings(config, transport.name);
    this.capabilities = capabilitiesOf(this.settings);
    if (config.tls !== undefined && this.#key === undefined) {
      throw new IpcError('ERR_IPC_CONFIG', 'tls goes with authentication: leave auth on, or pass the key');
    }
  }

  /**
   * Returns the function that authenticates a listener's connectors. `undefined` means that authentication is
   * off: the first connector is the peer. Over TCP the peer is then the first connector of this user or root, if
   * the system says whose process connects.
   *
   * @param sessions the sessions that a connector may continue. Default: no session is continued
   */
  forListener(sessions?: SessionDirectory): Authenticate | undefined {
    const key = this.#key;
    if (key !== undefined) return (socket, endpoint) => this.asListener(socket, endpoint, key, sessions);
    this.logger.warn(
      { transport: this.transport.name },
      'authentication is off: the first to connect is the peer',
    );
    if (this.transport.name !== 'tcp' || this.#config.allowOtherUsers === true) return undefined;
    return (socket) => this.ofSameUser(socket);
  }

  /**
   * Authenticates this end at a listener.
   *
   * @param signal aborts the handshake and destroys the socket. A reason that is an `IpcError` is thrown as
   *   it is, any other becomes `ERR_IPC_ABORTED`
   * @throws IpcError as `connectorHandshake` and `secureAsConnector`
   */
  asConnector(socket: Socket, signal: AbortSignal): Promise<Peer> {
    return this.overSecured(socket, signal, { socket }, (carrier, proof) =>
      this.prove('connector', carrier, proof),
    );
  }

  /**
   * Continues a session at its listener.
   *
   * @returns the stream, and the bytes that the listener has taken over
   * @throws IpcError as `connectorResume` and `secureAsConnector`, and as {@link asConnector} for `signal`
   */
  resumeAsConnector(
    socket: Socket,
    signal: AbortSignal,
    attempt: ResumeAttempt,
  ): Promise<{ readonly socket: Socket; readonly peerPosition: number }> {
    return this.overSecured(socket, signal, { socket, peerPosition: 0 }, async (carrier, proof) => {
      const peerPosition = await connectorResume(carrier, { ...this.limits, ...proof, ...attempt });
      return { socket: carrier, peerPosition };
    });
  }

  /** Runs `work` over the secured socket of a connector. `unauthenticated` is the result without a key. */
  private async overSecured<T>(
    socket: Socket,
    signal: AbortSignal,
    unauthenticated: T,
    work: (carrier: Socket, proof: ProofValues) => Promise<T>,
  ): Promise<T> {
    const key = this.#key;
    if (key === undefined) return unauthenticated;
    const drop = (): void => {
      socket.destroy();
    };
    signal.addEventListener('abort', drop);
    try {
      const carrier = await this.secure(socket, key);
      const channelBinding = channelBindingOf(carrier, this.#config.tls?.mode);
      return await work(carrier, { key, endpoint: this.expectedEndpoint(), channelBinding });
    } catch (error) {
      drop();
      throw signal.aborted ? abortedBy(signal, this.transport) : error;
    } finally {
      signal.removeEventListener('abort', drop);
    }
  }

  /** @throws IpcError `ERR_IPC_OTHER_USER` */
  private async ofSameUser(socket: Socket): Promise<Peer> {
    try {
      const checked = await checkPeerUser(socket);
      if (checked === 'unknown') {
        this.logger.warn({ peer: socket.remoteAddress }, 'this system does not say which user connected');
      }
      return { socket };
    } catch (error) {
      if (!(error instanceof IpcError)) throw error;
      const wayOut = 'Use a Unix socket, or set allowOtherUsers to accept every user of this machine';
      throw new IpcError(error.code, `${error.message}. ${wayOut}`, { cause: error });
    }
  }

  private expectedEndpoint(): string {
    const { expectedEndpoint, listenerName } = this.#config;
    return expectedEndpoint ?? listenerName ?? this.transport.describe();
  }

  private async asListener(
    socket: Socket,
    endpoint: Endpoint,
    key: Uint8Array,
    sessions: SessionDirectory | undefined,
  ): Promise<Peer | undefined> {
    const tls = endpoint.transport === 'tcp' ? endpoint.tls : undefined;
    const carrier =
      tls === undefined
        ? socket
        : await secureAsListener(socket, { ...this.limits, key, tls: { ...this.#config.tls, ...tls } });
    const channelBinding = channelBindingOf(carrier, tls?.mode);
    const proof = { key, endpoint: describeEndpoint(endpoint), channelBinding };
    return sessions === undefined || this.auth !== 'key'
      ? this.prove('listener', carrier, proof)
      : this.receive(carrier, proof, sessions);
  }

  private async prove(role: Role, socket: Socket, what: ProofValues): Promise<Peer> {
    if (this.auth === 'multiprocessing') {
      const handshake = role === 'listener' ? multiprocessingListener : multiprocessingConnector;
      await handshake(socket, { ...this.limits, ...what, ...this.digests });
      return { socket };
    }
    const handshake = role === 'listener' ? listenerHandshake : connectorHandshake;
    // A listener that finds no session again does not offer to.
    const capabilities = role === 'connector' ? this.capabilities : undefined;
    return this.withSecret(socket, { ...what, capabilities }, (options) => handshake(socket, options));
  }

  private async receive(
    socket: Socket,
    what: ProofValues,
    sessions: SessionDirectory,
  ): Promise<Peer | undefined> {
    let resumed: ((socket: Socket) => void) | undefined;
    const offer = { ...what, capabilities: this.capabilities };
    const peer = await this.withSecret(socket, offer, async (options) => {
      const reception = await receivePeer(socket, options, sessions);
      ({ resumed } = reception);
      return reception.resumed === undefined ? reception.agreement : undefined;
    });
    resumed?.(socket);
    return resumed === undefined ? peer : undefined;
  }

  /** Runs a handshake, and derives what a later stream needs to continue the session. */
  private async withSecret(
    socket: Socket,
    what: ProofValues & Pick<HandshakeOptions, 'capabilities'>,
    handshake: (options: HandshakeOptions) => Promise<NegotiatedProtocol | undefined>,
  ): Promise<Peer> {
    let secret: ResumeSecret | undefined;
    const agreement = await handshake({
      ...this.limits,
      ...what,
      onNonces: (nonces) => {
        secret = deriveResumeSecret(what.key, nonces);
      },
    });
    return { socket, ...(agreement && { agreement }), ...(resumes(agreement) && secret && { secret }) };
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

/**
 * Returns the key of an inherited pair, or `undefined` for framings whose peers have no handshake for
 * versions.
 */
function inheritedKey({ auth, framing = 'dp' }: TransportConfig): Uint8Array | undefined {
  return framing === 'dp' || auth === 'key' ? INHERITED_KEY : undefined;
}

function checkedKey(auth: Auth, key: Uint8Array | undefined): Uint8Array | undefined {
  if (auth === 'off') return undefined;
  if (auth === 'multiprocessing' || key === undefined || key.length === KEY_BYTES) return key;
  throw new IpcError('ERR_IPC_KEY', `a session's key has ${KEY_BYTES} bytes, this one ${key.length}`);
}
