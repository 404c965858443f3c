import type { ChildProcess } from 'node:child_process';
import { defer } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import type { Peer } from '../authentication/authenticator.js';
import type { PeerProcess } from '../core/peerProcess.js';
import { describeEndpoint } from '../transport/transport.js';
import type { Endpoint, Transport, TransportListener } from '../transport/transport.js';
import type { ResumableSessions } from '../resume/resumableSessions.js';
import { HandshakeQueue } from './handshakeQueue.js';
import type { HandshakeQueueOptions } from './handshakeQueue.js';

const HAS_PEER = 'the session has its peer';
const ignore = (): void => undefined;

export interface PeerListenerOptions extends HandshakeQueueOptions {
  /** Where the peer's session is continued, if both ends have agreed on that. Default: it is not. */
  readonly sessions?: ResumableSessions | undefined;
}

/**
 * Listens for one peer: the first authenticated connector. Every other connector is refused. If another connection may
 * continue the peer's session, it goes on listening for that alone.
 */
export class PeerListener {
  private readonly arrival = defer<Peer>();
  private readonly handshakes: HandshakeQueue;
  private listener: TransportListener | undefined;

  private constructor(private readonly options: PeerListenerOptions) {
    this.handshakes = new HandshakeQueue(options, (peer) => {
      this.acceptPeer(peer);
    });
  }

  /** Starts listening; resolves when a peer can connect. @throws IpcError as the transport does */
  static async listen(transport: Transport, options: PeerListenerOptions): Promise<PeerListener> {
    const made = new PeerListener(options);
    made.listener = await transport.listen((socket) => {
      made.handshakes.add(socket, () => made.endpoint);
    });
    options.logger.info({ endpoint: describeEndpoint(made.endpoint) }, 'listening');
    return made;
  }

  get endpoint(): Endpoint {
    if (this.listener === undefined) throw new IpcError('ERR_IPC_STATE', 'not listening yet');
    return this.listener.endpoint;
  }

  /** The peer, its socket paused. Rejects if the listener is closed before there is a peer. */
  get peer(): Promise<Peer> {
    return this.arrival.promise;
  }

  /** Describes the refused connectors, for the error of a failed wait. Empty if there were no refusals. */
  refusals(): string {
    return this.handshakes.refusals();
  }

  /**
   * Passes on the launcher's process, for a transport that gets its socket from it.
   *
   * @throws IpcError `ERR_IPC_CONFIG`
   */
  offer(launcher: ChildProcess | PeerProcess | undefined): void {
    this.listener?.offer?.(launcher);
  }

  /**
   * Stops listening and removes the endpoint. A wait for the peer fails with `error`; a connected peer is not
   * affected.
   */
  async close(
    error = new IpcError('ERR_IPC_CLOSED', 'the listener was closed before a peer came'),
  ): Promise<void> {
    this.handshakes.close(HAS_PEER);
    this.arrival.reject(error);
    await this.listener?.close();
  }

  /** Closes the listener, and drops a peer that has connected but was not accepted. */
  async dropPeer(error?: IpcError): Promise<void> {
    this.arrival.promise.then(({ socket }) => socket.destroy(), ignore);
    await this.close(error);
  }

  private acceptPeer(peer: Peer): void {
    const { logger, sessions } = this.options;
    logger.debug({ peer: peer.socket.remoteAddress }, 'the peer is in');
    this.arrival.resolve(peer);
    if (sessions !== undefined && peer.secret !== undefined) {
      sessions.isTaken = true;
      sessions.expect(peer.secret);
      this.handshakes.refusePending(HAS_PEER);
      return;
    }
    this.handshakes.close(HAS_PEER);
    // A session has one peer, so the endpoint is not needed any more.
    void this.listener?.close();
  }
}
