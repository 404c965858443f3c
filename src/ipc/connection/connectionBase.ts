import { defer, eitherSignal, rejectQuietly } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import type { FramingName } from '../core/transportConfig.js';
import { checkedFraming } from '../framing/framingOf.js';
import type { Role } from '../framing/framingOf.js';
import type { NegotiatedProtocol } from '../authentication/negotiation.js';
import type { Peer } from '../authentication/authenticator.js';
import { Authenticator } from '../authentication/authenticator.js';
import { checkedTimeout, readLimits } from '../core/limits.js';
import type { Limits } from '../core/limits.js';
import { asPeerProcess } from '../core/peerProcess.js';
import type { PeerProcess } from '../core/peerProcess.js';
import type { Logger } from '../core/logger.js';
import { guardedLogger } from '../core/logger.js';
import { dialWithRetry } from '../transport/dialWithRetry.js';
import type { Endpoint, Transport } from '../transport/transport.js';
import { requireKnownConfig } from '../core/transportConfig.js';
import type { TransportConfig, TransportName } from '../core/transportConfig.js';
import type { CloseInfo } from './closeInfo.js';
import { CLOSED_HERE, failedBy } from './closeInfo.js';
import type { ReceivedMessage } from './inbox.js';
import { OperationGuard } from './connectionState.js';
import type { ConnectionState } from './connectionState.js';
import type { MessageStream } from './messageStream.js';
import { openMessageStream } from './openMessageStream.js';
import { NO_TRAFFIC } from '../core/trafficCounters.js';
import type { TrafficCounters } from '../core/trafficCounters.js';
import { publishClose, publishHealth, publishOpen } from '../resume/diagnostics.js';
import { HealthRecord } from '../resume/health.js';
import type { ConnectionHealth, HealthChange } from '../resume/health.js';
import { ResumableSessions } from '../resume/resumableSessions.js';
import { PeerListener } from './peerListener.js';
import { raceForPeer } from './raceForPeer.js';
import type { AcceptOptions } from './raceForPeer.js';

/**
 * A connection to one peer, as listener or as connector: listen, accept, read, write, close. A transport adds
 * how to bind and how to dial; all other behaviour is in this class.
 *
 * Buffered messages are read before the end is reported. The end of the connection settles everything that
 * waits.
 */
export abstract class ConnectionBase implements AsyncIterable<Message>, AsyncDisposable {
  private listener: PeerListener | undefined;
  private stream: MessageStream<Message, object> | undefined;
  private readonly end = defer<CloseInfo>();
  private ended = false;
  private negotiated: NegotiatedProtocol | undefined;
  private readonly endController = new AbortController();
  private readonly operations = new OperationGuard(() => this.state);
  private readonly limits: Limits;
  private readonly onFull: 'wait' | 'error';
  private readonly framingName: FramingName;
  private readonly authenticator: Authenticator;
  private readonly sessions = new ResumableSessions();
  private readonly record = new HealthRecord();
  protected readonly logger: Logger;

  protected constructor(
    private readonly endpointTransport: Transport,
    config: TransportConfig,
  ) {
    requireKnownConfig(config);
    this.limits = readLimits(config);
    // The whole configuration is not kept, because it holds the key and connections get logged.
    this.onFull = config.onFull ?? 'wait';
    this.framingName = checkedFraming(config.framing);
    this.authenticator = new Authenticator(endpointTransport, config, this.limits);
    this.logger = guardedLogger(config.logger);
    this.watchHealth((change) => publishHealth(this, change, this.logger));
  }

  get transport(): TransportName {
    return this.endpointTransport.name;
  }

  /** The framing of the messages on the wire. */
  get framing(): FramingName {
    return this.framingName;
  }

  get state(): ConnectionState {
    if (this.ended) return 'closed';
    if (this.stream !== undefined) return 'open';
    return this.listener === undefined ? 'idle' : 'listening';
  }

  /** The address to connect to, known from `startListening` on. */
  get endpoint(): Endpoint | undefined {
    return this.listener?.endpoint;
  }

  /**
   * The negotiated version and features, known once the connection is open. Undefined without a handshake.
   */
  get agreement(): NegotiatedProtocol | undefined {
    return this.negotiated;
  }

  /** Resolves once, when the connection has ended; never rejects. */
  get closed(): Promise<CloseInfo> {
    return this.end.promise;
  }

  /** What was sent and received so far. All 0 before there is a peer. */
  get counters(): TrafficCounters {
    return this.stream?.counters ?? NO_TRAFFIC;
  }

  /** The health of the connection, and what it has done so far. */
  get health(): ConnectionHealth {
    return this.record.snapshot(this.counters, this.stream?.mostBuffered);
  }

  /** Calls `watcher`, which must not throw, for each change of the state of the health. */
  watchHealth(watcher: (change: HealthChange) => void): void {
    this.record.watch(watcher);
  }

  /** Bytes sent that the kernel has not accepted yet. */
  get bufferedBytes(): number {
    return this.stream?.bufferedBytes ?? 0;
  }

  /**
   * Starts listening; resolves when a peer can connect.
   *
   * @throws IpcError `ERR_IPC_LISTEN`, `ERR_IPC_ENDPOINT_IN_USE`, `ERR_IPC_NON_LOOPBACK`, `ERR_IPC_STATE`
   */
  async startListening(): Promise<void> {
    await this.operations.run('idle', 'start listening', async () => {
      const listener = await PeerListener.listen(this.endpointTransport, {
        logger: this.logger,
        maxPendingHandshakes: this.limits.maxPendingHandshakes,
        authenticate: this.authenticator.forListener(this.sessions),
        sessions: this.sessions,
      });
      if (this.ended) {
        await listener.dropPeer();
        throw new IpcError('ERR_IPC_CLOSED', 'closed while it began to listen');
      }
      this.listener = listener;
    });
  }

  /**
   * Waits for the first peer to connect since `startListening`. Can be called again after a failure.
   *
   * @throws IpcError `ERR_IPC_NOT_LISTENING`, `ERR_IPC_ACCEPT_TIMEOUT`, `ERR_IPC_ABORTED`,
   *   `ERR_IPC_LAUNCHER_EXITED`, `ERR_IPC_CLOSED`
   */
  async waitForClient(options: AcceptOptions = {}): Promise<void> {
    const { listener } = this;
    if (listener === undefined) {
      throw new IpcError('ERR_IPC_NOT_LISTENING', 'waitForClient before startListening: nobody can connect');
    }
    await this.operations.run('listening', 'wait for a client', async () => {
      listener.offer(options.launcher);
      const timeoutMs = checkedTimeout('timeoutMs', options.timeoutMs) ?? this.limits.acceptTimeoutMs;
      const launcher = options.launcher && asPeerProcess(options.launcher);
      this.open(await raceForPeer(listener, { ...options, timeoutMs, launcher }), 'listener', launcher);
    });
  }

  /**
   * Listens, unless already listening, and waits for the peer.
   *
   * @throws IpcError as {@link startListening} and {@link waitForClient}
   */
  async accept(options: AcceptOptions = {}): Promise<void> {
    if (this.listener === undefined) await this.startListening();
    await this.waitForClient(options);
  }

  /**
   * Connects to a listener, with retries until the listener exists.
   *
   * @throws IpcError `ERR_IPC_CONNECT`, `ERR_IPC_CONNECT_TIMEOUT`, `ERR_IPC_ABORTED`, `ERR_IPC_STATE`,
   *   `ERR_IPC_CLOSED`
   */
  async connect(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    await this.operations.run('idle', 'connect', async () => {
      const signal = eitherSignal(this.endController.signal, options.signal);
      const timeoutMs = this.limits.connectTimeoutMs;
      const socket = await dialWithRetry(this.endpointTransport, { timeoutMs, signal });
      const peer = await this.authenticator.asConnector(socket, signal);
      this.logger.info({ endpoint: this.endpointTransport.describe() }, 'connected');
      this.open(peer, 'connector');
    });
  }

  /**
   * Reads the next message, or `null` after the end.
   *
   * @throws IpcError `ERR_IPC_BAD_MESSAGE` for a frame without a valid message, after which the next call
   *   continues; the error that broke the connection, once; `ERR_IPC_STATE` while another call waits, or
   *   before there is a peer
   */
  async readMessage(): Promise<Message | null> {
    const item = (await this.readable()?.read()) ?? null;
    if (item instanceof IpcError) throw item;
    return item;
  }

  /**
   * Passes everything received so far to `consumer`, and from then on each message in the turn in which it
   * arrives: there is no promise between the socket and `consumer`. Resolves at the end.
   *
   * @param consumer receives messages, and an `IpcError` for a frame without a valid message; must not throw
   * @throws IpcError the error that broke the connection, once; `ERR_IPC_STATE` as {@link readMessage}
   */
  async consume(consumer: (item: ReceivedMessage) => void): Promise<void> {
    await this.readable()?.consume(consumer);
  }

  /**
   * Sends a message. Resolves when the kernel has accepted the message, which is the back-pressure.
   *
   * @throws IpcError `ERR_IPC_STATE` before there is a peer, `ERR_IPC_CLOSED` after the end,
   *   `ERR_IPC_CONNECTION_LOST`, `ERR_IPC_BUFFER_FULL`, `ERR_IPC_FRAME_TOO_LARGE`, `ERR_IPC_UNSERIALIZABLE`.
   *   A rejection because of the end is no `unhandledRejection`
   */
  writeMessage(message: object): Promise<void> {
    if (this.stream !== undefined) return this.stream.send(message);
    const what = `there is no peer to send to: the connection is ${this.state}`;
    if (this.ended) return rejectQuietly(new IpcError('ERR_IPC_CLOSED', what));
    return Promise.reject(new IpcError('ERR_IPC_STATE', what));
  }

  /**
   * Closes the connection: messages already sent arrive, then both sides end, at most `closeTimeoutMs` later.
   * Also stops listening. Never fails; `closed` reports the outcome.
   */
  async close(): Promise<void> {
    // The end is decided before anything is awaited, so that later sends are refused.
    const ended = this.stream === undefined ? this.endWithoutPeer(CLOSED_HERE) : this.stream.close();
    await this.listener?.close();
    await ended;
  }

  /** Drops the connection at once, with all unwritten messages. Everything that waits fails with `error`. */
  destroy(error = new IpcError('ERR_IPC_CLOSED', 'the connection was destroyed by this side')): void {
    const info = failedBy('local', error);
    void this.listener?.close(error);
    if (this.stream !== undefined) this.stream.destroy(info);
    else void this.endWithoutPeer(info);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Message> {
    for (let message = await this.readMessage(); message !== null; message = await this.readMessage()) {
      yield message;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Returns the stream to read from, or undefined after an end without a peer. */
  private readable(): MessageStream<Message, object> | undefined {
    if (this.stream !== undefined || this.ended) return this.stream;
    throw new IpcError('ERR_IPC_STATE', `there is no peer to read from: the connection is ${this.state}`);
  }

  private open(peer: Peer, role: Role, launcher?: PeerProcess): void {
    if (this.ended) {
      peer.socket.destroy();
      throw new IpcError('ERR_IPC_CLOSED', 'closed before the peer was in');
    }
    this.negotiated = peer.agreement;
    const { authenticator, framingName: framing, limits, onFull } = this;
    this.stream = openMessageStream(peer, {
      ...{ authenticator, framing, limits, onFull },
      way: role === 'listener' ? this.sessions : this.endpointTransport,
      health: this.record,
      launcher,
    });
    void this.stream.closed.then((info) => this.settle(info));
    publishOpen(this);
  }

  private async endWithoutPeer(info: CloseInfo): Promise<void> {
    this.settle(info);
    await this.listener?.dropPeer(info.error);
  }

  private settle(info: CloseInfo): void {
    if (this.ended) return;
    this.ended = true;
    this.logger.info({ by: info.by, clean: info.clean, reason: info.reason }, 'connection ended');
    this.end.resolve(info);
    publishClose(this, info);
    void this.listener?.close();
    this.endController.abort(
      info.error ?? new IpcError('ERR_IPC_CLOSED', `the connection is over: ${info.reason}`),
    );
  }
}
