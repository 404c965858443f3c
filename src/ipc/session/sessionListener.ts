import type { CloseInfo } from '../connection/closeInfo.js';
import { failedBy } from '../connection/closeInfo.js';
import type { MessageStream } from '../connection/messageStream.js';
import { openMessageStream } from '../connection/openMessageStream.js';
import type { OpenListener } from '../connection/openListener.js';
import { IpcError } from '../core/errors.js';
import { readLimits } from '../core/limits.js';
import { guardedLogger } from '../core/logger.js';
import type { Logger } from '../core/logger.js';
import type { Message } from '../core/messages.js';
import { requireKnownConfig } from '../core/transportConfig.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { checkedFraming } from '../framing/framingOf.js';
import { HealthRecord } from '../resume/health.js';
import { ResumableSessions } from '../resume/resumableSessions.js';
import type { Endpoint } from '../transport/transport.js';
import { listenForAll } from './listenForAll.js';
import { readAll, reporter } from './readerLoop.js';
import type { ErrorHandler, MessageHandler } from './readerLoop.js';

/** The session with one authenticated peer of a {@link SessionListener}. */
export class PeerSession {
  constructor(
    private readonly stream: MessageStream<Message, object>,
    private readonly logger: Logger,
    private readonly health: HealthRecord,
  ) {}

  /** Resolves once, when the session is over; never rejects. */
  get closed(): Promise<CloseInfo> {
    return this.stream.closed;
  }

  /**
   * Passes each message to `handler`, first those that the peer has sent already. Until this call, the
   * connection's limits bound what the peer can send.
   *
   * @param options.onError as in `IPCManager.startReader`
   */
  startReader(handler: MessageHandler, options: { readonly onError?: ErrorHandler } = {}): void {
    void readAll(this.stream, handler, reporter(options.onError, this.logger));
  }

  /** Sends a message. Resolves when the kernel has accepted the message. @throws IpcError as the stream does */
  sendMessage(message: object): Promise<void> {
    return this.stream.send(message);
  }

  /** True while the connection is broken, and the peer may continue the session over another one. */
  get isResuming(): boolean {
    return this.health.state === 'resuming';
  }

  /** Ends the session at once, without waiting for its peer. */
  destroy(reason: string): void {
    this.stream.destroy(failedBy('local', new IpcError('ERR_IPC_CLOSED', reason)));
  }

  /** Ends the session: messages already sent arrive. Can be repeated. */
  async cleanup(): Promise<void> {
    await this.stream.close();
  }
}

/**
 * Listens at one endpoint until it is closed, for any number of peers with a session each. The endpoint is
 * bound once, so that no other process can bind it between two peers.
 */
export class SessionListener {
  private constructor(private readonly listener: OpenListener) {}

  /**
   * Starts listening; resolves when peers can connect.
   *
   * @param onSession receives the session of each peer that has authenticated itself, and owns the session
   * @throws IpcError as `TransportFactory.createListener`; `ERR_IPC_CONFIG` for transport `fd`
   */
  static async listen(
    config: TransportConfig,
    onSession: (session: PeerSession) => void,
  ): Promise<SessionListener> {
    requireKnownConfig(config);
    const framing = checkedFraming(config.framing);
    const options = { framing, limits: readLimits(config), onFull: config.onFull ?? 'wait' };
    const way = new ResumableSessions();
    const logger = guardedLogger(config.logger);
    const listener = await listenForAll(
      config,
      (peer, authenticator) => {
        const health = new HealthRecord();
        const stream = openMessageStream(peer, { ...options, authenticator, way, health });
        onSession(new PeerSession(stream, logger, health));
      },
      way,
    );
    return new SessionListener(listener);
  }

  /** The address to connect to. */
  get endpoint(): Endpoint {
    return this.listener.endpoint;
  }

  /** Stops listening and removes the endpoint. Sessions are not affected, because they have other owners. */
  async close(): Promise<void> {
    await this.listener.close();
  }
}
