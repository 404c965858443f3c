import type { ChildProcess } from 'node:child_process';
import { defer } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import type { Peer } from '../authentication/authenticator.js';
import type { PeerProcess } from '../core/peerProcess.js';
import { describeEndpoint } from '../transport/transport.js';
import type { Endpoint, Transport, TransportListener } from '../transport/transport.js';
import { HandshakeQueue } from './handshakeQueue.js';
import type { HandshakeQueueOptions } from './handshakeQueue.js';

const HAS_PEER = 'the session has its peer';
const ignore = (): void => undefined;

/** Listens for one peer: the first connector that is let in. Everyone else is refused. */
export class PeerListener {
  private readonly arrival = defer<Peer>();
  private readonly reception: HandshakeQueue;
  private listener: TransportListener | undefined;

  private constructor(private readonly options: HandshakeQueueOptions) {
    this.reception = new HandshakeQueue(options, (peer) => {
      this.letIn(peer);
    });
  }

  /** Resolves when really listening. @throws IpcError as the transport does */
  static async listen(transport: Transport, options: HandshakeQueueOptions): Promise<PeerListener> {
    const made = new PeerListener(options);
    made.listener = await transport.listen((socket) => {
      made.reception.examine(socket, () => made.endpoint);
    });
    options.logger.info({ endpoint: describeEndpoint(made.endpoint) }, 'listening');
    return made;
  }

  get endpoint(): Endpoint {
    if (this.listener === undefined) throw new IpcError('ERR_IPC_STATE', 'not listening yet');
    return this.listener.endpoint;
  }

  /** The peer, its socket paused, as soon as there is one. Rejects when closed before that. */
  get peer(): Promise<Peer> {
    return this.arrival.promise;
  }

  /** Who was refused so far, in words, for the error of a wait that failed. Empty if nobody was. */
  refusals(): string {
    return this.reception.refusals();
  }

  /** Takes the launcher's process, for a transport whose socket comes with it. @throws IpcError `ERR_IPC_CONFIG` */
  offer(launcher: ChildProcess | PeerProcess | undefined): void {
    this.listener?.offer?.(launcher);
  }

  /** Stops listening and removes what listening made; `error` is told to who waits for a peer. A peer that is in stays in. */
  async close(
    error = new IpcError('ERR_IPC_CLOSED', 'the listener was closed before a peer came'),
  ): Promise<void> {
    this.reception.close(HAS_PEER);
    this.arrival.reject(error);
    await this.listener?.close();
  }

  /** As {@link close}; and a peer that came, but was never asked for, is dropped. */
  async dropPeer(error?: IpcError): Promise<void> {
    this.arrival.promise.then(({ socket }) => socket.destroy(), ignore);
    await this.close(error);
  }

  private letIn(peer: Peer): void {
    this.options.logger.debug({ peer: peer.socket.remoteAddress }, 'the peer is in');
    this.arrival.resolve(peer);
    this.reception.close(HAS_PEER);
    // One session, one peer: from here on there is nothing to find at the endpoint.
    void this.listener?.close();
  }
}
