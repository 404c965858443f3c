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

export interface ReaderOptions extends AcceptOptions {
  /** Wait for the peer first: true for a manager that listens. Default false. */
  readonly accept?: boolean;
  /**
   * Takes what went wrong while reading: a message that is none, an error of the handler (both leave the
   * session alive), a broken stream (which ends it). Default: it is logged.
   */
  readonly onError?: ErrorHandler;
  /**
   * Wait for the promise that the handler returns before the next message is read, so that a handler that
   * cannot keep up stops the peer at `maxBufferedBytes`. Default false: messages are handed over as they come.
   */
  readonly paced?: boolean;
}

/**
 * Owns one session's connection from listen or connect to close: one peer, one reader loop, one end.
 *
 * Adapter side: `createListener`, start the launcher with the arguments it gives, `startReader` with
 * `accept: true`. Launcher side: `connect`, `startReader`. Both: `sendMessage`, `cleanup`.
 */
export class IPCManager implements AsyncDisposable {
  private readonly logger: Logger;
  private readonly peerIn = defer<void>();
  private readonly end = defer<CloseInfo>();
  private readonly readerEnd = defer<void>();
  private created: CreatedListener | undefined;
  // Private to the engine, not only to the compiler: who logs a manager must not log its key.
  #delivered: DeliveredKey | undefined;
  private connection: ConnectionBase | undefined;
  /** Settles when `createListener` or `connect` is through, however it ended. */
  private beginning: Promise<unknown> = Promise.resolve();
  private readonly over = new AbortController();
  /** Sends that wait for the peer: as long as there are any, later ones go behind them. */
  private earlySends = 0;
  private stage: 'new' | 'starting' | 'ready' | 'reading' | 'over' = 'new';

  /** @param options.logger where state changes are logged; default nowhere */
  constructor(options: { readonly logger?: Logger } = {}) {
    this.logger = options.logger ?? silentLogger;
  }

  /** Settles when the peer is in; rejects with the cause when it never will be. Quiet if nobody looks. */
  get connected(): Promise<void> {
    return this.peerIn.promise;
  }

  /** Settles once, when the session is over; never rejects. */
  get closed(): Promise<CloseInfo> {
    return this.end.promise;
  }

  /**
   * Settles once, when the reader has handed over its last message: with `closed`, or later where it is
   * `paced`. Never rejects; without `startReader` it does not settle.
   */
  get allRead(): Promise<void> {
    return this.readerEnd.promise;
  }

  /**
   * What the launcher's environment must carry beside its arguments, known from `createListener` on: how it
   * gets the session's key. Empty where nobody authenticates.
   */
  get launcherEnv(): Record<string, string> {
    return { ...this.#delivered?.env };
  }

  /** What `createListener` made. */
  get listening(): ListenerInfo | undefined {
    return this.created;
  }

  /**
   * Listens for the launcher, and resolves when it can connect.
   *
   * @returns the launcher's arguments, for instance `['--ipc', 'unix', '--ipc-path', '/run/...']`
   * @throws IpcError as `TransportFactory.createListener`; `ERR_IPC_STATE` if this manager has a connection
   */
  async createListener(config: TransportConfig = {}): Promise<string[]> {
    return this.begin(async () => {
      try {
        const key = hasSecret(config) ? (config.key ?? newKey()) : undefined;
        if (key !== undefined) this.#delivered = this.deliver(key, config);
        this.created = await TransportFactory.createListener({ ...this.withLogger(config), key });
        await this.adopt(this.created.connection);
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
   * @throws IpcError as `TransportFactory.createConnection`; `ERR_IPC_STATE` if this manager has a connection;
   *   `ERR_IPC_CLOSED` when `cleanup` came in between
   */
  async connect(config: TransportConfig, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.begin(async () => {
      try {
        const signal = eitherSignal(this.over.signal, options.signal);
        const key = hasSecret(config) ? (config.key ?? takeLauncherKey()) : undefined;
        if (config.auth !== undefined && hasSecret(config) && key === undefined) throw noKey(config.auth);
        const keyed = { ...this.withLogger(config), key };
        await this.adopt(await TransportFactory.createConnection(keyed, { signal }));
      } catch (error) {
        this.giveUp(error as IpcError);
        throw error;
      }
      this.peerIn.resolve();
    });
  }

  /**
   * Starts the one reader loop.
   *
   * @throws IpcError `ERR_IPC_STATE` without a connection, or when a reader runs already
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
   * Sends a message; resolves when the kernel has it, which is the back-pressure. Before the peer is in, it
   * waits for that.
   *
   * @throws IpcError `ERR_IPC_STATE` before there is anything to wait for; what ended the session after its
   *   end; and as `ConnectionBase.writeMessage`
   */
  sendMessage(message: Message): Promise<void> {
    const { connection } = this;
    if (connection === undefined) return Promise.reject(this.wrongStage('send'));
    if (connection.state !== 'listening' && this.earlySends === 0) return connection.writeMessage(message);
    if (this.stage !== 'reading') return Promise.reject(this.wrongStage('send'));
    this.earlySends += 1;
    return this.connected.then(() => {
      this.earlySends -= 1;
      return connection.writeMessage(message);
    });
  }

  /** Ends the session: what was sent arrives, what was made is removed. May be called at any time, repeatedly. */
  async cleanup(): Promise<void> {
    const closed = new IpcError('ERR_IPC_CLOSED', 'the session was closed before the peer was in');
    this.stage = 'over';
    this.peerIn.reject(closed);
    this.over.abort(closed);
    if (this.connection === undefined) this.end.resolve(CLOSED_HERE);
    await this.connection?.close();
    await this.beginning;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cleanup();
  }

  private begin<T>(work: () => Promise<T>): Promise<T> {
    if (this.stage !== 'new') return Promise.reject(this.wrongStage('begin another connection'));
    this.stage = 'starting';
    const result = work();
    this.beginning = Promise.allSettled([result]);
    return result;
  }

  private withLogger(config: TransportConfig): TransportConfig {
    return { logger: this.logger, ...config };
  }

  /** Where no file can be had, the environment is the second best, unless a file was asked for. */
  private deliver(key: Uint8Array, { keyDelivery, logger = this.logger }: TransportConfig): DeliveredKey {
    try {
      return deliverKey(key, keyDelivery ?? 'file');
    } catch (error) {
      if (keyDelivery !== undefined) throw error;
      logger.warn({ err: error }, "no private file for the session's key can be had: it goes by environment");
      return deliverKey(key, 'env');
    }
  }

  private async adopt(connection: ConnectionBase): Promise<void> {
    if (this.stage === 'over') {
      await connection.close();
      throw new IpcError('ERR_IPC_CLOSED', 'the session was closed while it began');
    }
    this.stage = 'ready';
    this.connection = connection;
    void connection.closed.then((info) => {
      // What came before a reader was started is still to be read.
      if (this.stage === 'reading') this.stage = 'over';
      this.#delivered?.withdraw();
      this.end.resolve(info);
    });
  }

  private giveUp(error: IpcError): void {
    this.stage = 'over';
    this.peerIn.reject(error);
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
      this.peerIn.resolve();
    } catch (error) {
      this.peerIn.reject(error as IpcError);
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

/** An inherited pair needs no secret: nobody else can hold its other end. */
function hasSecret(config: TransportConfig): boolean {
  return authOf(config) !== 'off' && TransportFactory.resolveTransport(config.transport) !== 'fd';
}

function noKey(auth: string): IpcError {
  return new IpcError(
    'ERR_IPC_KEY',
    `auth is '${auth}', and there is no key: pass it, or start the launcher with the adapter's launcherEnv`,
  );
}
