import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { defer } from '../deferred.js';
import { IpcError, toError } from '../errors.js';
import type { Admission, Peer } from '../handshake/gate.js';
import type { Logger } from '../logger.js';
import type { PeerProcess } from '../peerProcess.js';
import { describeEndpoint } from '../transport/transport.js';
import type { Endpoint, Transport, TransportListener } from '../transport/transport.js';

export interface PeerListenerOptions {
  readonly logger: Logger;
  readonly maxPendingHandshakes: number;
  readonly admission?: Admission | undefined;
}

const ignore = (): void => undefined;

/**
 * Listens for one peer. Connectors are examined beside each other, so that none waits for another; the first
 * that is let in is the peer, and everyone else is refused without disturbing it.
 */
export class PeerListener {
  private readonly arrival = defer<Peer>();
  private readonly pending = new Set<Socket>();
  private listener: TransportListener | undefined;
  private over = false;
  private refused = 0;
  private lastRefusal: Error | undefined;

  private constructor(private readonly options: PeerListenerOptions) {}

  /** Resolves when really listening. @throws IpcError as the transport does */
  static async listen(transport: Transport, options: PeerListenerOptions): Promise<PeerListener> {
    const made = new PeerListener(options);
    made.listener = await transport.listen((socket) => {
      made.examine(socket);
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
    if (this.lastRefusal === undefined) return '';
    return ` (${this.refused} refused, the last because ${this.lastRefusal.message})`;
  }

  /** Takes the launcher's process, for a transport whose socket comes with it. @throws IpcError `ERR_IPC_CONFIG` */
  offer(launcher: ChildProcess | PeerProcess | undefined): void {
    this.listener?.offer?.(launcher);
  }

  /** Stops listening and removes what listening made; `error` is told to who waits for a peer. A peer that is in stays in. */
  async close(
    error = new IpcError('ERR_IPC_CLOSED', 'the listener was closed before a peer came'),
  ): Promise<void> {
    this.end();
    this.arrival.reject(error);
    await this.listener?.close();
  }

  /** As {@link close}; and a peer that came, but was never asked for, is dropped. */
  async dropPeer(error?: IpcError): Promise<void> {
    this.arrival.promise.then(({ socket }) => socket.destroy(), ignore);
    await this.close(error);
  }

  private examine(socket: Socket): void {
    // Until somebody owns it, a broken socket is found out when it is asked for.
    socket.on('error', ignore);
    const { admission } = this.options;
    if (this.over) this.refuse(socket, new Error('the session has its peer'));
    else if (admission === undefined) this.letIn({ socket });
    else this.handshake(socket, admission);
  }

  private handshake(socket: Socket, admission: Admission): void {
    this.pending.add(socket);
    this.makeRoom();
    admission(socket, this.endpoint).then(
      (peer) => {
        if (this.pending.delete(socket)) this.letIn(peer);
      },
      (error: unknown) => {
        if (this.pending.delete(socket)) this.refuse(socket, toError(error));
      },
    );
  }

  /** Silent connectors must not keep the true one out: the one that has been silent longest gives way. */
  private makeRoom(): void {
    const [longest] = this.pending;
    if (longest === undefined || this.pending.size <= this.options.maxPendingHandshakes) return;
    this.pending.delete(longest);
    this.refuse(longest, new Error('too many others began a handshake after it'));
  }

  private letIn(peer: Peer): void {
    this.options.logger.debug({ peer: peer.socket.remoteAddress }, 'the peer is in');
    this.arrival.resolve(peer);
    this.end();
    // One session, one peer: from here on there is nothing to find at the endpoint.
    void this.listener?.close();
  }

  private refuse(socket: Socket, why: Error): void {
    this.refused += 1;
    this.lastRefusal = why;
    this.options.logger.warn(
      { peer: socket.remoteAddress, refused: this.refused, err: why },
      'refused a connector',
    );
    socket.destroy();
  }

  private end(): void {
    this.over = true;
    for (const socket of this.pending) this.refuse(socket, new Error('the session has its peer'));
    this.pending.clear();
  }
}
