import { defer, eitherSignal } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import type { FramingName } from '../core/transportConfig.js';
import { checkedFraming, framingOf } from '../framing/framingOf.js';
import type { Role } from '../framing/framingOf.js';
import { MessageCodec } from '../framing/messageCodec.js';
import type { NegotiatedProtocol } from '../authentication/negotiation.js';
import type { Peer } from '../authentication/authenticator.js';
import { Authenticator } from '../authentication/authenticator.js';
import { readLimits } from '../core/limits.js';
import type { Limits } from '../core/limits.js';
import type { Logger } from '../core/logger.js';
import { silentLogger } from '../core/logger.js';
import { dialWithRetry } from '../transport/dialWithRetry.js';
import type { Endpoint, Transport } from '../transport/transport.js';
import type { TransportConfig, TransportName } from '../core/transportConfig.js';
import type { CloseInfo } from './closeInfo.js';
import { CLOSED_HERE, failedBy } from './closeInfo.js';
import type { ReceivedMessage } from './inbox.js';
import { MessageStream } from './messageStream.js';
import { PeerListener } from './peerListener.js';
import { raceForPeer } from './raceForPeer.js';
import type { AcceptOptions } from './raceForPeer.js';

/** `idle` until it listens or connects; `open` while there is a peer; `closed` after that, for good. */
export type ConnectionState = 'idle' | 'listening' | 'open' | 'closed';

/**
 * One connection to one peer, whichever side began it: listen, accept, read, write, close. What a transport
 * adds is how to bind and how to dial; all behaviour is here.
 *
 * Buffered messages are read before an end is told. Whatever ends the connection settles all that waits.
 */
export abstract class ConnectionBase implements AsyncIterable<Message>, AsyncDisposable {
  private listener: PeerListener | undefined;
  private stream: MessageStream<Message> | undefined;
  private readonly end = defer<CloseInfo>();
  private ended = false;
  private agreed: NegotiatedProtocol | undefined;
  private readonly gone = new AbortController();
  /** What is being done about getting a peer: one thing at a time. */
  private underWay: string | undefined;
  private readonly limits: Limits;
  private readonly onFull: 'wait' | 'error';
  private readonly framingName: FramingName;
  private readonly gate: Authenticator;
  protected readonly logger: Logger;

  protected constructor(
    private readonly endpointTransport: Transport,
    config: TransportConfig,
  ) {
    this.limits = readLimits(config);
    // Not the whole configuration, which has the key in it: connections get logged.
    this.onFull = config.onFull ?? 'wait';
    this.framingName = checkedFraming(config.framing);
    this.gate = new Authenticator(endpointTransport, config, this.limits);
    this.logger = config.logger ?? silentLogger;
  }

  get transport(): TransportName {
    return this.endpointTransport.name;
  }

  /** How messages are told apart on the wire. */
  get framing(): FramingName {
    return this.framingName;
  }

  get state(): ConnectionState {
    if (this.ended) return 'closed';
    if (this.stream !== undefined) return 'open';
    return this.listener === undefined ? 'idle' : 'listening';
  }

  /** Where a peer can connect: from `startListening` on. */
  get endpoint(): Endpoint | undefined {
    return this.listener?.endpoint;
  }

  /** The version and features that both ends have, where there was a handshake; known once it is open. */
  get agreement(): NegotiatedProtocol | undefined {
    return this.agreed;
  }

  /** Settles once, when the connection has ended; never rejects. */
  get closed(): Promise<CloseInfo> {
    return this.end.promise;
  }

  /** Bytes sent that the kernel has not taken yet. */
  get bufferedBytes(): number {
    return this.stream?.bufferedBytes ?? 0;
  }

  /**
   * Listens; resolves when a peer can connect.
   *
   * @throws IpcError `ERR_IPC_LISTEN`, `ERR_IPC_ENDPOINT_IN_USE`, `ERR_IPC_NON_LOOPBACK`, `ERR_IPC_STATE`
   */
  async startListening(): Promise<void> {
    await this.alone('idle', 'start listening', async () => {
      const listener = await PeerListener.listen(this.endpointTransport, {
        logger: this.logger,
        maxPendingHandshakes: this.limits.maxPendingHandshakes,
        admission: this.gate.admission(),
      });
      if (this.ended) {
        await listener.dropPeer();
        throw new IpcError('ERR_IPC_CLOSED', 'closed while it began to listen');
      }
      this.listener = listener;
    });
  }

  /**
   * Waits for the peer: for the first to connect since `startListening`. May be called again after it failed.
   *
   * @throws IpcError `ERR_IPC_NOT_LISTENING`, `ERR_IPC_ACCEPT_TIMEOUT`, `ERR_IPC_ABORTED`,
   *   `ERR_IPC_LAUNCHER_EXITED`, `ERR_IPC_CLOSED`
   */
  async waitForClient(options: AcceptOptions = {}): Promise<void> {
    const { listener } = this;
    if (listener === undefined) {
      throw new IpcError('ERR_IPC_NOT_LISTENING', 'waitForClient before startListening: nobody can connect');
    }
    await this.alone('listening', 'wait for a client', async () => {
      listener.offer(options.launcher);
      const timeoutMs = options.timeoutMs ?? this.limits.acceptTimeoutMs;
      this.open(await raceForPeer(listener, { ...options, timeoutMs }), 'listener');
    });
  }

  /** Listens, unless it does already, and waits for the peer. @throws IpcError as its two halves do */
  async accept(options: AcceptOptions = {}): Promise<void> {
    if (this.listener === undefined) await this.startListening();
    await this.waitForClient(options);
  }

  /**
   * Connects to a listener, trying again while it is not there yet.
   *
   * @throws IpcError `ERR_IPC_CONNECT`, `ERR_IPC_CONNECT_TIMEOUT`, `ERR_IPC_ABORTED`, `ERR_IPC_STATE`,
   *   `ERR_IPC_CLOSED`
   */
  async connect(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    await this.alone('idle', 'connect', async () => {
      const signal = eitherSignal(this.gone.signal, options.signal);
      const timeoutMs = this.limits.connectTimeoutMs;
      const socket = await dialWithRetry(this.endpointTransport, { timeoutMs, signal });
      const peer = await this.gate.enter(socket, signal);
      this.logger.info({ endpoint: this.endpointTransport.describe() }, 'connected');
      this.open(peer, 'connector');
    });
  }

  /**
   * The next message, or `null` after the end.
   *
   * @throws IpcError `ERR_IPC_BAD_MESSAGE` for a frame without a message in it, and the next call goes on;
   *   what broke the connection, once; `ERR_IPC_STATE` while another call waits, or before there is a peer
   */
  async readMessage(): Promise<Message | null> {
    const item = (await this.readable()?.take()) ?? null;
    if (item instanceof IpcError) throw item;
    return item;
  }

  /**
   * Hands on everything that has come, and from then on each message in the turn that it comes in: no promise
   * stands between the socket and `consumer`. Resolves at the end.
   *
   * @param consumer takes messages, and an `IpcError` for a frame without one in it; must not throw
   * @throws IpcError what broke the connection, once; `ERR_IPC_STATE` as {@link readMessage}
   */
  async consume(consumer: (item: ReceivedMessage) => void): Promise<void> {
    await this.readable()?.consume(consumer);
  }

  /**
   * Sends a message; resolves when the kernel has it, which is the back-pressure.
   *
   * @throws IpcError `ERR_IPC_STATE` before there is a peer, `ERR_IPC_CLOSED` after the end,
   *   `ERR_IPC_CONNECTION_LOST`, `ERR_IPC_BUFFER_FULL`, `ERR_IPC_FRAME_TOO_LARGE`, `ERR_IPC_UNSERIALIZABLE`
   */
  writeMessage(message: Message): Promise<void> {
    if (this.stream !== undefined) return this.stream.send(message);
    const code = this.ended ? 'ERR_IPC_CLOSED' : 'ERR_IPC_STATE';
    return Promise.reject(new IpcError(code, `there is no peer to send to: the connection is ${this.state}`));
  }

  /**
   * Ends the connection: what was sent arrives, then both sides end, at most `closeTimeoutMs` later.
   * Never fails; `closed` tells how it went. Also stops listening.
   */
  async close(): Promise<void> {
    // Decided before anything is awaited: what is sent after this call is refused.
    const ended = this.stream === undefined ? this.endWithoutPeer(CLOSED_HERE) : this.stream.close();
    await this.listener?.close();
    await ended;
  }

  /** Drops the connection at once, with what has not been written. `error` is told to all that waits. */
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

  /** The stream to read from; none after an end without a peer. */
  private readable(): MessageStream<Message> | undefined {
    if (this.stream !== undefined || this.ended) return this.stream;
    throw new IpcError('ERR_IPC_STATE', `there is no peer to read from: the connection is ${this.state}`);
  }

  private open({ socket, agreement }: Peer, role: Role): void {
    if (this.ended) {
      socket.destroy();
      throw new IpcError('ERR_IPC_CLOSED', 'closed before the peer was in');
    }
    this.agreed = agreement;
    this.stream = new MessageStream(socket, {
      ...this.limits,
      onFull: this.onFull,
      framing: framingOf(this.framingName, role),
      codec: new MessageCodec(),
    });
    void this.stream.closed.then((info) => {
      this.settle(info);
    });
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
    this.gone.abort(info.error ?? new IpcError('ERR_IPC_CLOSED', `the connection is over: ${info.reason}`));
  }

  private async alone(expected: ConnectionState, doing: string, work: () => Promise<void>): Promise<void> {
    this.expectState(expected, doing);
    if (this.underWay !== undefined) {
      throw new IpcError('ERR_IPC_STATE', `cannot ${doing}: ${this.underWay} is under way`);
    }
    this.underWay = doing;
    try {
      await work();
    } finally {
      this.underWay = undefined;
    }
  }

  private expectState(expected: ConnectionState, doing: string): void {
    const { state } = this;
    if (state === expected) return;
    throw new IpcError(
      state === 'closed' ? 'ERR_IPC_CLOSED' : 'ERR_IPC_STATE',
      `cannot ${doing}: the connection is ${state}, it would have to be ${expected}`,
    );
  }
}
