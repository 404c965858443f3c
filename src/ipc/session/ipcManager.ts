import type { NegotiatedProtocol } from '../authentication/negotiation.js';
import type { DeliveredKey } from '../authentication/launcherKey.js';
import type { CloseInfo } from '../connection/closeInfo.js';
import { CLOSED_HERE, failedBy } from '../connection/closeInfo.js';
import type { AcceptOptions } from '../connection/raceForPeer.js';
import type { ConnectionBase } from '../connection/connectionBase.js';
import type { ConnectionState } from '../connection/connectionState.js';
import { NO_TRAFFIC } from '../core/trafficCounters.js';
import type { TrafficCounters } from '../core/trafficCounters.js';
import { attempt } from '../core/attempt.js';
import { defer, eitherSignal, rejectQuietly } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import { checkedTimeout } from '../core/limits.js';
import type { Logger } from '../core/logger.js';
import type { Message } from '../core/messages.js';
import type { ConnectionHealth } from '../resume/health.js';
import { requireKnownConfig } from '../core/transportConfig.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { checkManagerOptions, checkReader, wireHandler } from './managerOptions.js';
import type { ManagerOptions, ReaderOptions } from './managerOptions.js';
import { readAll, readPaced, reporter } from './readerLoop.js';
import type { MessageHandler, Reports } from './readerLoop.js';
import { connectorKey, deliver, listenerKey } from './sessionKey.js';
import { SessionTrace, tracedLogger } from './sessionTrace.js';
import { BEGIN, stageError } from './stage.js';
import type { Stage } from './stage.js';
import { TransportFactory } from './transportFactory.js';
import type { CreatedListener, ListenerInfo } from './transportFactory.js';

/**
 * Owns one session's connection from listen or connect to close: one peer, one reader loop, one end.
 *
 * Adapter side: `createListener`, start the launcher with the returned arguments, `startReader` with
 * `accept: true`. Launcher side: `connect`, `startReader`. Both sides: `sendMessage`, `cleanup`.
 *
 * `In` is the type of the received messages, `Out` of those that can be sent: interfaces or unions of yours.
 */
export class IPCManager<In = Message, Out extends object = object> implements AsyncDisposable {
  private readonly logger: Logger;
  private readonly tracer: SessionTrace | undefined;
  private readonly peerConnected = defer<void>();
  private readonly end = defer<CloseInfo>();
  private readonly readerEnd = defer<void>();
  private created: CreatedListener | undefined;
  // A #private field is not shown when a manager is logged.
  #delivered: DeliveredKey | undefined;
  private connection: ConnectionBase | undefined;
  /** Settles when `createListener` or `connect` has finished, with or without success. */
  private starting: Promise<unknown> = Promise.resolve();
  private readonly endController = new AbortController();
  /** Sends that wait for the peer. While there are any, later sends are queued behind them. */
  private waitingSends = 0;
  private stage: Stage = 'new';

  /** @throws IpcError `ERR_IPC_CONFIG` for an unknown option */
  constructor(private readonly options: ManagerOptions = {}) {
    checkManagerOptions(options);
    this.logger = tracedLogger(options);
    this.tracer = SessionTrace.of(options);
  }

  /** `idle` until the manager listens or is connected, as the states of its connection. */
  get state(): ConnectionState {
    return this.connection?.state ?? (this.stage === 'over' ? 'closed' : 'idle');
  }

  /** The negotiated version and features, known once the peer has connected. Undefined without a handshake. */
  get agreement(): NegotiatedProtocol | undefined {
    return this.connection?.agreement;
  }

  /** Bytes sent that the kernel has not accepted yet. */
  get bufferedBytes(): number {
    return this.connection?.bufferedBytes ?? 0;
  }

  /** What was sent and received so far. All 0 before there is a peer. */
  get counters(): TrafficCounters {
    return this.connection?.counters ?? NO_TRAFFIC;
  }

  /** The health of the connection, and what it has done so far. Undefined before there is a connection. */
  get health(): ConnectionHealth | undefined {
    return this.connection?.health;
  }

  /**
   * Resolves when the peer has connected; rejects with the cause if no peer will connect. An unhandled
   * rejection is ignored.
   */
  get connected(): Promise<void> {
    return this.peerConnected.promise;
  }

  /** Resolves once, when the session is over; never rejects. */
  get closed(): Promise<CloseInfo> {
    return this.end.promise;
  }

  /**
   * Resolves once, when the reader has passed on its last message: with `closed`, or later if it is `paced`.
   * Never rejects. Does not settle without `startReader`.
   */
  get allRead(): Promise<void> {
    return this.readerEnd.promise;
  }

  /**
   * Variables that the launcher's environment must contain: they give access to the session's key. Empty
   * without authentication.
   *
   * @throws IpcError `ERR_IPC_STATE` before `createListener` has resolved
   */
  get launcherEnv(): Record<string, string> {
    if (this.created === undefined) {
      throw new IpcError(
        'ERR_IPC_STATE',
        'launcherEnv is known once createListener has resolved: await it first',
      );
    }
    return { ...this.#delivered?.env };
  }

  /** The listener that `createListener` created. */
  get listening(): ListenerInfo | undefined {
    return this.created;
  }

  /**
   * Listens for the launcher; resolves when the launcher can connect.
   *
   * @returns the launcher's arguments, for instance `['--ipc', 'unix', '--ipc-path', '/run/...']`
   * @throws IpcError as `TransportFactory.createListener`; `ERR_IPC_STATE` if this manager has a connection
   */
  async createListener(config: TransportConfig = {}): Promise<string[]> {
    return this.startOnce(async () => {
      try {
        requireKnownConfig(config);
        const key = listenerKey(config);
        if (key !== undefined)
          this.#delivered = deliver(key, config, tracedLogger({ logger: config.logger ?? this.logger }));
        this.created = await TransportFactory.createListener({ logger: this.logger, ...config, key });
        await this.setConnection(this.created.connection);
        return [...this.created.launcherArgs];
      } catch (error) {
        this.#delivered?.withdraw();
        if (this.stage === 'starting') this.stage = 'new';
        throw error;
      }
    });
  }

  /**
   * Connects to the adapter.
   *
   * @throws IpcError as `TransportFactory.createConnection`; `ERR_IPC_STATE` if this manager has a
   *   connection; `ERR_IPC_CLOSED` if `cleanup` was called meanwhile
   */
  async connect(config: TransportConfig, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.startOnce(async () => {
      try {
        const signal = eitherSignal(this.endController.signal, options.signal);
        requireKnownConfig(config);
        const keyed = { logger: this.logger, ...config, key: connectorKey(config) };
        await this.setConnection(await TransportFactory.createConnection(keyed, { signal }));
      } catch (error) {
        this.fail(error as IpcError);
        throw error;
      }
      this.peerConnected.resolve();
    });
  }

  /**
   * Starts the reader loop. There is one per session.
   *
   * @throws IpcError `ERR_IPC_STATE` without a connection, or when a reader is already running;
   *   `ERR_IPC_CONFIG` for an unknown or invalid option
   */
  startReader<T = In>(handler: MessageHandler<T>, options: ReaderOptions<T> = {}): void {
    checkReader(handler, options);
    checkedTimeout('timeoutMs', options.timeoutMs);
    const { connection } = this;
    if (connection === undefined || this.stage !== 'ready') throw this.wrongStage('start the reader');
    if (options.accept !== true && connection.state === 'listening') {
      throw new IpcError('ERR_IPC_STATE', 'this manager listens: start its reader with accept: true');
    }
    this.stage = 'reading';
    const reports = reporter(options.onError, this.logger);
    const wired = wireHandler(handler, { ...options, reports, tracer: this.tracer });
    void this.acceptAndRead(connection, wired, options, reports);
  }

  /**
   * Sends a message. Resolves when the kernel has accepted the message, which is the back-pressure. A message
   * sent while the manager accepts a peer waits for the peer.
   *
   * @param message any object that is an object in JSON
   * @throws IpcError `ERR_IPC_STATE` without a connection or a reader that accepts; the error that ended the
   *   session; and as `ConnectionBase.writeMessage`. A rejection because of the end of the session is no
   *   `unhandledRejection`, so that a send need not be awaited
   */
  sendMessage(message: Out): Promise<void> {
    const { connection } = this;
    if (connection === undefined) return this.refuseSend();
    const mustWait = connection.state === 'listening' || this.waitingSends > 0;
    if (mustWait && this.stage !== 'reading') return this.refuseSend();
    this.tracer?.message('sent', message);
    return mustWait ? this.sendToPeerToCome(connection, message) : connection.writeMessage(message);
  }

  /**
   * Ends the session: messages already sent arrive, and created files are removed. Can be called at any time,
   * repeatedly.
   */
  async cleanup(): Promise<void> {
    const closed = new IpcError('ERR_IPC_CLOSED', 'the session was closed before the peer was in');
    this.stage = 'over';
    this.peerConnected.reject(closed);
    this.endController.abort(closed);
    if (this.connection === undefined) this.end.resolve(CLOSED_HERE);
    await this.connection?.close();
    await this.starting;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cleanup();
  }

  private startOnce<T>(work: () => Promise<T>): Promise<T> {
    if (this.stage !== 'new') return Promise.reject(this.wrongStage(BEGIN));
    this.stage = 'starting';
    const result = work();
    this.starting = Promise.allSettled([result]);
    return result;
  }

  protected async setConnection(connection: ConnectionBase): Promise<void> {
    if (this.stage === 'over') {
      await connection.close();
      throw new IpcError('ERR_IPC_CLOSED', 'the session was closed while it began');
    }
    this.stage = 'ready';
    this.connection = connection;
    connection.watchHealth((change) => attempt(() => this.options.onHealth?.(change)));
    this.tracer?.watch(connection, this.connected);
    void connection.closed.then((info) => {
      // Messages that came before the reader was started must still be read.
      if (this.stage === 'reading') this.stage = 'over';
      this.#delivered?.withdraw();
      this.end.resolve(info);
    });
  }

  private fail(error: IpcError): void {
    this.stage = 'over';
    this.peerConnected.reject(error);
    this.end.resolve(failedBy('local', error));
  }

  private async acceptAndRead(
    connection: ConnectionBase,
    handler: MessageHandler,
    options: AcceptOptions & Pick<ReaderOptions, 'paced'>,
    reports: Reports,
  ): Promise<void> {
    try {
      if (connection.state === 'listening') await connection.accept(options);
      this.#delivered?.withdraw();
      this.peerConnected.resolve();
    } catch (error) {
      this.peerConnected.reject(error as IpcError);
      connection.destroy(error as IpcError);
      this.readerEnd.resolve();
      return;
    }
    const read = options.paced === true ? readPaced : readAll;
    await read(connection, handler, reports);
    this.readerEnd.resolve();
  }

  private sendToPeerToCome(connection: ConnectionBase, message: Out): Promise<void> {
    this.waitingSends += 1;
    const sent = defer<void>();
    this.connected.then(() => {
      this.waitingSends -= 1;
      connection.writeMessage(message).then(sent.resolve, sent.reject);
    }, sent.reject);
    return sent.promise;
  }

  private refuseSend(): Promise<never> {
    const error = this.wrongStage('send');
    return error.code === 'ERR_IPC_CLOSED' ? rejectQuietly(error) : Promise.reject(error);
  }

  private wrongStage(doing: string): IpcError {
    return stageError(this.stage, doing);
  }
}
