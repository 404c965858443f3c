import type { CloseInfo } from '../connection/closeInfo.js';
import { CLOSED_HERE, failedBy } from '../connection/closeInfo.js';
import type { ConnectionBase } from '../connection/connectionBase.js';
import type { AcceptOptions } from '../connection/raceForPeer.js';
import { defer, eitherSignal } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import { authOf } from '../authentication/auth.js';
import type { DeliveredKey } from '../authentication/launcherKey.js';
import { deliverKey, takeLauncherKey } from '../authentication/launcherKey.js';
import { newKey } from '../authentication/proof.js';
import type { Logger } from '../core/logger.js';
import { silentLogger } from '../core/logger.js';
import type { ErrorHandler, MessageHandler } from './readerLoop.js';
import { readAll, readPaced, reporter } from './readerLoop.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { TransportFactory } from './transportFactory.js';
import type { CreatedListener, ListenerInfo } from './transportFactory.js';

/** Options of `IPCManager.startReader`. */
export interface ReaderOptions extends AcceptOptions {
  /** Wait for the peer first: true for a manager that listens. Default false. */
  readonly accept?: boolean;
  /**
   * Receives errors while reading: an invalid message or an error of the handler (the session continues), or
   * a broken stream (the session ends). Default: errors are logged.
   */
  readonly onError?: ErrorHandler;
  /**
   * Wait for the promise that the handler returns before reading the next message, so that a slow handler
   * stops the peer at `maxBufferedBytes`. Default false: messages are passed on as they arrive.
   */
  readonly paced?: boolean;
}

/**
 * Owns one session's connection from listen or connect to close: one peer, one reader loop, one end.
 *
 * Adapter side: `createListener`, start the launcher with the returned arguments, `startReader` with
 * `accept: true`. Launcher side: `connect`, `startReader`. Both sides: `sendMessage`, `cleanup`.
 */
export class IPCManager implements AsyncDisposable {
  private readonly logger: Logger;
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
  private stage: 'new' | 'starting' | 'ready' | 'reading' | 'over' = 'new';

  /** @param options.logger the log of state changes. Default: no log */
  constructor(options: { readonly logger?: Logger } = {}) {
    this.logger = options.logger ?? silentLogger;
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
   * Variables that the launcher's environment must contain, known from `createListener` on: they give access
   * to the session's key. Empty without authentication.
   */
  get launcherEnv(): Record<string, string> {
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
        const key = hasSecret(config) ? (config.key ?? newKey()) : undefined;
        if (key !== undefined) this.#delivered = this.deliver(key, config);
        this.created = await TransportFactory.createListener({ ...this.withLogger(config), key });
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
        const key = hasSecret(config) ? (config.key ?? takeLauncherKey()) : undefined;
        if (config.auth !== undefined && hasSecret(config) && key === undefined) throw noKey(config.auth);
        const keyed = { ...this.withLogger(config), key };
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
   * @throws IpcError `ERR_IPC_STATE` without a connection, or when a reader is already running
   */
  startReader(handler: MessageHandler, options: ReaderOptions = {}): void {
    const { connection } = this;
    if (connection === undefined || this.stage !== 'ready') throw this.wrongStage('start the reader');
    if (options.accept !== true && connection.state === 'listening') {
      throw new IpcError('ERR_IPC_STATE', 'this manager listens: start its reader with accept: true');
    }
    this.stage = 'reading';
    void this.acceptAndRead(connection, handler, options);
  }

  /**
   * Sends a message. Resolves when the kernel has accepted the message, which is the back-pressure. A message
   * sent while the manager accepts a peer waits for the peer.
   *
   * @throws IpcError `ERR_IPC_STATE` without a connection or a reader that accepts; the error that ended the
   *   session; and as `ConnectionBase.writeMessage`
   */
  sendMessage(message: Message): Promise<void> {
    const { connection } = this;
    if (connection === undefined) return Promise.reject(this.wrongStage('send'));
    if (connection.state !== 'listening' && this.waitingSends === 0) return connection.writeMessage(message);
    if (this.stage !== 'reading') return Promise.reject(this.wrongStage('send'));
    this.waitingSends += 1;
    return this.connected.then(() => {
      this.waitingSends -= 1;
      return connection.writeMessage(message);
    });
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
    if (this.stage !== 'new') return Promise.reject(this.wrongStage('begin another connection'));
    this.stage = 'starting';
    const result = work();
    this.starting = Promise.allSettled([result]);
    return result;
  }

  private withLogger(config: TransportConfig): TransportConfig {
    return { logger: this.logger, ...config };
  }

  /**
   * Delivers the key. If no file can be created, the environment is used, unless the delivery was configured.
   */
  private deliver(key: Uint8Array, { keyDelivery, logger = this.logger }: TransportConfig): DeliveredKey {
    try {
      return deliverKey(key, keyDelivery ?? 'file');
    } catch (error) {
      if (keyDelivery !== undefined) throw error;
      logger.warn({ err: error }, "no private file for the session's key can be had: it goes by environment");
      return deliverKey(key, 'env');
    }
  }

  private async setConnection(connection: ConnectionBase): Promise<void> {
    if (this.stage === 'over') {
      await connection.close();
      throw new IpcError('ERR_IPC_CLOSED', 'the session was closed while it began');
    }
    this.stage = 'ready';
    this.connection = connection;
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
    options: ReaderOptions,
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
    await read(connection, handler, reporter(options.onError, this.logger));
    this.readerEnd.resolve();
  }

  private wrongStage(doing: string): IpcError {
    const why = {
      new: 'createListener or connect comes first',
      starting: 'its connection is being made',
      ready: 'startReader comes first',
      reading: 'it is reading already',
      over: 'the session is over',
    };
    const code = this.stage === 'over' ? 'ERR_IPC_CLOSED' : 'ERR_IPC_STATE';
    return new IpcError(code, `this manager cannot ${doing}: ${why[this.stage]}`);
  }
}

/**
 * True if the session needs a key. An inherited pair needs no key: only the launcher can hold its other end.
 */
function hasSecret(config: TransportConfig): boolean {
  return authOf(config) !== 'off' && TransportFactory.resolveTransport(config.transport) !== 'fd';
}

function noKey(auth: string): IpcError {
  return new IpcError(
    'ERR_IPC_KEY',
    `auth is '${auth}', and there is no key: pass it, or start the launcher with the adapter's launcherEnv`,
  );
}
