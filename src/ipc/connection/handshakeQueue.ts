import type { Socket } from 'node:net';
import { toError } from '../core/errors.js';
import type { Authenticate, Peer } from '../authentication/authenticator.js';
import type { Logger } from '../core/logger.js';
import { descriptorShortage } from '../transport/descriptorShortage.js';
import type { Endpoint } from '../transport/transport.js';

export interface HandshakeQueueOptions {
  readonly logger: Logger;
  readonly maxPendingHandshakes: number;
  /** Authenticates a connector. If absent, every connector is accepted. */
  readonly authenticate?: Authenticate | undefined;
}

const ignore = (): void => undefined;

/**
 * Authenticates a listener's connectors concurrently, so that they do not wait for each other, and passes on
 * the authenticated peers. A refused connector does not affect the others.
 */
export class HandshakeQueue {
  private readonly pending = new Set<Socket>();
  private closedBecause: string | undefined;
  private refused = 0;
  private lastRefusal: Error | undefined;

  /** @param onPeer receives each peer, its socket paused */
  constructor(
    private readonly options: HandshakeQueueOptions,
    private readonly onPeer: (peer: Peer) => void,
  ) {}

  /** Adds a connector of the listener at `endpoint`. */
  add(socket: Socket, endpoint: () => Endpoint): void {
    // A socket without an owner ignores errors: a broken socket is noticed when it is used.
    socket.on('error', ignore);
    const { authenticate } = this.options;
    if (this.closedBecause !== undefined) this.refuse(socket, new Error(this.closedBecause));
    else if (authenticate === undefined) this.onPeer({ socket });
    else this.handshake(socket, authenticate(socket, endpoint()));
  }

  /** Refuses a connector. */
  refuse(socket: Socket, why: Error): void {
    this.refused += 1;
    this.lastRefusal = why;
    this.options.logger.warn(
      { peer: socket.remoteAddress, refused: this.refused, err: why },
      'refused a connector',
    );
    socket.destroy();
  }

  /** Describes why no connector is in, for the error of a failed wait: the refusals, or that no connection can be taken. */
  refusals(): string {
    const shortage = descriptorShortage();
    const refused =
      this.lastRefusal && `${this.refused} refused, the last because ${this.lastRefusal.message}`;
    const reasons = [refused, shortage].filter((reason) => reason !== undefined);
    return reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  }

  /** Refuses every connector from now on, including those whose handshake is in progress. */
  close(why: string): void {
    this.closedBecause = why;
    this.refusePending(why);
  }

  /** Refuses the connectors whose handshake is in progress. */
  refusePending(why: string): void {
    for (const socket of this.pending) this.refuse(socket, new Error(why));
    this.pending.clear();
  }

  private handshake(socket: Socket, authenticated: Promise<Peer | undefined>): void {
    this.pending.add(socket);
    this.refuseOldestIfFull();
    authenticated.then(
      (peer) => {
        if (this.pending.delete(socket) && peer !== undefined) this.onPeer(peer);
      },
      (error: unknown) => {
        if (this.pending.delete(socket)) this.refuse(socket, toError(error));
      },
    );
  }

  /**
   * Refuses the connector whose handshake is the oldest, so that silent connectors cannot block the expected
   * peer.
   */
  private refuseOldestIfFull(): void {
    const [oldest] = this.pending;
    if (oldest === undefined || this.pending.size <= this.options.maxPendingHandshakes) return;
    this.pending.delete(oldest);
    this.refuse(oldest, new Error('too many others began a handshake after it'));
  }
}
