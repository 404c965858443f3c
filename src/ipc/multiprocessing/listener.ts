import { HandshakeQueue } from '../connection/handshakeQueue.js';
import type { HandshakeQueueOptions } from '../connection/handshakeQueue.js';
import { defer, timerMs } from '../core/deferred.js';
import type { Deferred } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import { Fifo } from '../core/fifo.js';
import { Authenticator } from '../authentication/authenticator.js';
import type { Peer } from '../authentication/authenticator.js';
import { guardedLogger } from '../core/logger.js';
import { describeEndpoint } from '../transport/transport.js';
import type { Endpoint, TransportListener } from '../transport/transport.js';
import { argumentError } from './argumentError.js';
import type { Address } from './address.js';
import { addressOf, transportAt } from './address.js';
import { Connection } from './connection.js';
import { configOf, settingsOf } from './options.js';
import type { ConnectionOptions, ConnectionSettings } from './options.js';

/** Default number of connections that may wait to be accepted. */
const DEFAULT_BACKLOG = 128;

/** Options of `listen`. */
export interface ListenOptions<T> extends ConnectionOptions<T> {
  /** Authenticated connections that may wait to be accepted; further ones are refused. Default 128. */
  readonly backlog?: number | undefined;
}

/** Options of `Listener.accept`. */
export interface AcceptOptions {
  /** Milliseconds to wait. Default: `acceptTimeoutMs` of the listener, 30,000 unless set. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the wait. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Listens for any number of peers, like `multiprocessing.connection.Listener`. Connectors are authenticated
 * concurrently: a silent or false connector delays no other connector, and only the log reports it.
 */
export class Listener<T = unknown> implements AsyncIterable<Connection<T>>, AsyncDisposable {
  private readonly arrived = new Fifo<Peer>();
  private readonly waiting = new Set<Deferred<Peer>>();
  private readonly handshakes: HandshakeQueue;
  private bound: TransportListener | undefined;
  private lastPeer: Address | undefined;
  private isClosed = false;

  private constructor(
    private readonly settings: ConnectionSettings<T>,
    private readonly backlog: number,
    handshakes: HandshakeQueueOptions,
  ) {
    this.handshakes = new HandshakeQueue(handshakes, (peer) => {
      this.addPeer(peer);
    });
  }

  /** Same as {@link listen}. */
  static async listen<T>(address: Address | undefined, options: ListenOptions<T>): Promise<Listener<T>> {
    const { backlog = DEFAULT_BACKLOG, ...rest } = options;
    if (!Number.isInteger(backlog) || backlog < 1)
      throw argumentError(`backlog ${backlog} is not a number from 1 on`);
    const config = configOf(rest);
    const settings = settingsOf(rest);
    const transport = transportAt(address, config);
    const { maxPendingHandshakes } = settings.stream;
    const authenticate = new Authenticator(transport, config, settings.stream).forListener();
    const logger = guardedLogger(rest.logger);
    const made = new Listener<T>(settings, backlog, { logger, maxPendingHandshakes, authenticate });
    made.bound = await transport.listen((socket) => {
      made.handshakes.add(socket, () => made.endpoint);
    });
    logger.info({ endpoint: describeEndpoint(made.endpoint) }, 'listening');
    return made;
  }

  /** The bound address, with the port that the system chose or the path that was created. */
  get address(): Address {
    return addressOf(this.endpoint);
  }

  /**
   * The peer's address of the last accepted connection. `undefined` before that, and for families without
   * such addresses.
   */
  get lastAccepted(): Address | undefined {
    return this.lastPeer;
  }

  /**
   * Accepts the next connection, in the order of authentication.
   *
   * @throws IpcError `ERR_IPC_ACCEPT_TIMEOUT`, which describes the connectors refused meanwhile;
   *   `ERR_IPC_ABORTED`; `ERR_IPC_CLOSED`
   */
  async accept(options: AcceptOptions = {}): Promise<Connection<T>> {
    const { timeoutMs = this.settings.stream.acceptTimeoutMs, signal } = options;
    const { socket } = this.arrived.shift() ?? (await this.nextArrival(timeoutMs, signal));
    const { remoteAddress, remotePort } = socket;
    const hasAddress = remoteAddress !== undefined && remotePort !== undefined;
    this.lastPeer = hasAddress ? [remoteAddress, remotePort] : undefined;
    return Connection.over(socket, this.settings);
  }

  /**
   * Stops listening, removes the endpoint and drops connections that were not accepted. Accepted connections
   * continue. Can be repeated.
   */
  async close(): Promise<void> {
    this.isClosed = true;
    this.handshakes.close('the listener is closed');
    for (const arrival of this.waiting) arrival.reject(closedError());
    for (const { socket } of this.arrived.removeAll()) socket.destroy();
    await this.bound?.close();
  }

  /** Accepts connections until the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncIterator<Connection<T>> {
    try {
      for (;;) yield await this.accept({ timeoutMs: Infinity });
    } catch (error) {
      if (!(error instanceof IpcError && error.code === 'ERR_IPC_CLOSED')) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private get endpoint(): Endpoint {
    if (this.bound === undefined) throw new IpcError('ERR_IPC_STATE', 'not listening yet');
    return this.bound.endpoint;
  }

  private addPeer(peer: Peer): void {
    const [oldest] = this.waiting;
    if (oldest !== undefined) {
      this.waiting.delete(oldest);
      oldest.resolve(peer);
    } else if (this.arrived.length < this.backlog) this.arrived.push(peer);
    else
      this.handshakes.refuse(peer.socket, new Error(`${this.backlog} wait to be accepted already (backlog)`));
  }

  private async nextArrival(timeoutMs: number, signal: AbortSignal | undefined): Promise<Peer> {
    if (this.isClosed) throw closedError();
    const arrival = defer<Peer>();
    const failWait = (error: IpcError): void => {
      // The wait is removed at once, so that a peer that connects in the same turn is not given to it.
      this.waiting.delete(arrival);
      arrival.reject(error);
    };
    const abort = (): void => {
      const cause: unknown = signal?.reason;
      failWait(new IpcError('ERR_IPC_ABORTED', 'the wait for a connection was aborted', { cause }));
    };
    const expire = (): void => {
      const where = describeEndpoint(this.endpoint);
      const what = `nobody connected to ${where} within ${timeoutMs} ms${this.handshakes.refusals()}`;
      failWait(new IpcError('ERR_IPC_ACCEPT_TIMEOUT', what));
    };
    this.waiting.add(arrival);
    const timer = timeoutMs === Infinity ? undefined : setTimeout(expire, timerMs(timeoutMs));
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    try {
      return await arrival.promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
}

/**
 * Listens for peers that speak `multiprocessing.connection`, in any language; resolves when peers can
 * connect.
 *
 * @param address default: a new address of `options.family`; a Unix socket is in a new private directory
 * @throws IpcError `ERR_IPC_ARGUMENT`, `ERR_IPC_CONFIG`, `ERR_IPC_UNSUPPORTED_TRANSPORT`,
 *   `ERR_IPC_PATH_TOO_LONG`, `ERR_IPC_NON_LOOPBACK` before any I/O; `ERR_IPC_ENDPOINT_IN_USE`,
 *   `ERR_IPC_LISTEN`
 */
export function listen<T = unknown>(address?: Address, options: ListenOptions<T> = {}): Promise<Listener<T>> {
  return Listener.listen(address, options);
}

function closedError(): IpcError {
  return new IpcError('ERR_IPC_CLOSED', 'the listener is closed');
}
