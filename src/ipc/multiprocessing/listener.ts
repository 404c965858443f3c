import { HandshakeQueue } from '../connection/handshakeQueue.js';
import type { HandshakeQueueOptions } from '../connection/handshakeQueue.js';
import { defer, timerMs } from '../core/deferred.js';
import type { Deferred } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import { Fifo } from '../core/fifo.js';
import { Authenticator } from '../authentication/authenticator.js';
import type { Peer } from '../authentication/authenticator.js';
import { silentLogger } from '../core/logger.js';
import { describeEndpoint } from '../transport/transport.js';
import type { Endpoint, TransportListener } from '../transport/transport.js';
import { argumentError } from './argumentError.js';
import type { Address } from './address.js';
import { addressOf, transportAt } from './address.js';
import { Connection } from './connection.js';
import { configOf, settingsOf } from './options.js';
import type { ConnectionOptions, ConnectionSettings } from './options.js';

/** How many connections may wait to be accepted, unless `backlog` says otherwise. */
const DEFAULT_BACKLOG = 128;

export interface ListenOptions<T> extends ConnectionOptions<T> {
  /** Connections that may wait to be accepted, authenticated; one more is refused. Default 128. */
  readonly backlog?: number | undefined;
}

export interface AcceptOptions {
  /** Milliseconds to wait. Default `acceptTimeoutMs` of the listener: 30,000 unless given. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Listens for any number of peers, as `multiprocessing.connection.Listener` does. Who connects is
 * authenticated as it comes, beside all others: a silent or a false one holds nobody up, and shows in the
 * log alone.
 */
export class Listener<T = unknown> implements AsyncIterable<Connection<T>>, AsyncDisposable {
  private readonly arrived = new Fifo<Peer>();
  private readonly waiting = new Set<Deferred<Peer>>();
  private readonly reception: HandshakeQueue;
  private bound: TransportListener | undefined;
  private lastPeer: Address | undefined;
  private over = false;

  private constructor(
    private readonly settings: ConnectionSettings<T>,
    private readonly backlog: number,
    reception: HandshakeQueueOptions,
  ) {
    this.reception = new HandshakeQueue(reception, (peer) => {
      this.take(peer);
    });
  }

  /** As {@link listen}. */
  static async listen<T>(address: Address | undefined, options: ListenOptions<T>): Promise<Listener<T>> {
    const { backlog = DEFAULT_BACKLOG, ...rest } = options;
    if (!Number.isInteger(backlog) || backlog < 1)
      throw argumentError(`backlog ${backlog} is not a number from 1 on`);
    const config = configOf(rest);
    const settings = settingsOf(rest);
    const transport = transportAt(address, config);
    const { maxPendingHandshakes } = settings.stream;
    const admission = new Authenticator(transport, config, settings.stream).admission();
    const logger = rest.logger ?? silentLogger;
    const made = new Listener<T>(settings, backlog, { logger, maxPendingHandshakes, admission });
    made.bound = await transport.listen((socket) => {
      made.reception.examine(socket, () => made.endpoint);
    });
    logger.info({ endpoint: describeEndpoint(made.endpoint) }, 'listening');
    return made;
  }

  /** Where peers connect, as bound: with the port that the system chose, the path that was made. */
  get address(): Address {
    return addressOf(this.endpoint);
  }

  /** Where the last connection that was accepted came from. `undefined` before that, and for families without such addresses. */
  get lastAccepted(): Address | undefined {
    return this.lastPeer;
  }

  /**
   * The next connection, in the order in which they were let in.
   *
   * @throws IpcError `ERR_IPC_ACCEPT_TIMEOUT`, which says who was refused meanwhile; `ERR_IPC_ABORTED`;
   *   `ERR_IPC_CLOSED`
   */
  async accept(options: AcceptOptions = {}): Promise<Connection<T>> {
    const { timeoutMs = this.settings.stream.acceptTimeoutMs, signal } = options;
    const { socket } = this.arrived.shift() ?? (await this.nextArrival(timeoutMs, signal));
    const { remoteAddress, remotePort } = socket;
    const hasAddress = remoteAddress !== undefined && remotePort !== undefined;
    this.lastPeer = hasAddress ? [remoteAddress, remotePort] : undefined;
    return Connection.over(socket, this.settings);
  }

  /** Stops listening, removes what listening made, drops who was not accepted. Accepted ones go on. Repeatable. */
  async close(): Promise<void> {
    this.over = true;
    this.reception.close('the listener is closed');
    for (const arrival of this.waiting) arrival.reject(closedError());
    for (const { socket } of this.arrived.takeAll()) socket.destroy();
    await this.bound?.close();
  }

  /** The connections as they come, until the listener is closed. */
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

  private take(peer: Peer): void {
    const [longest] = this.waiting;
    if (longest !== undefined) {
      this.waiting.delete(longest);
      longest.resolve(peer);
    } else if (this.arrived.length < this.backlog) this.arrived.push(peer);
    else
      this.reception.refuse(peer.socket, new Error(`${this.backlog} wait to be accepted already (backlog)`));
  }

  private async nextArrival(timeoutMs: number, signal: AbortSignal | undefined): Promise<Peer> {
    if (this.over) throw closedError();
    const arrival = defer<Peer>();
    const giveUp = (error: IpcError): void => {
      // At once: who comes in this same turn must not be given to one that waits no more.
      this.waiting.delete(arrival);
      arrival.reject(error);
    };
    const abort = (): void => {
      const cause: unknown = signal?.reason;
      giveUp(new IpcError('ERR_IPC_ABORTED', 'the wait for a connection was aborted', { cause }));
    };
    const expire = (): void => {
      const where = describeEndpoint(this.endpoint);
      const what = `nobody connected to ${where} within ${timeoutMs} ms${this.reception.refusals()}`;
      giveUp(new IpcError('ERR_IPC_ACCEPT_TIMEOUT', what));
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
 * Listens for peers that speak `multiprocessing.connection`, in any language; resolves when they can connect.
 *
 * @param address default: one that nobody else has, of `options.family`; for a Unix socket in a private
 *   directory of its own
 * @throws IpcError `ERR_IPC_ARGUMENT`, `ERR_IPC_CONFIG`, `ERR_IPC_UNSUPPORTED_TRANSPORT`,
 *   `ERR_IPC_PATH_TOO_LONG`, `ERR_IPC_NON_LOOPBACK` before any I/O; `ERR_IPC_ENDPOINT_IN_USE`, `ERR_IPC_LISTEN`
 */
export function listen<T = unknown>(address?: Address, options: ListenOptions<T> = {}): Promise<Listener<T>> {
  return Listener.listen(address, options);
}

function closedError(): IpcError {
  return new IpcError('ERR_IPC_CLOSED', 'the listener is closed');
}
