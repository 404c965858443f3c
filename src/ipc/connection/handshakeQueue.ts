import type { Socket } from 'node:net';
import { toError } from '../core/errors.js';
import type { Authenticate, Peer } from '../authentication/authenticator.js';
import type { Logger } from '../core/logger.js';
import type { Endpoint } from '../transport/transport.js';

export interface HandshakeQueueOptions {
  readonly logger: Logger;
  readonly maxPendingHandshakes: number;
  /** What is asked of connectors. Without it, everyone is let in. */
  readonly admission?: Authenticate | undefined;
}

const ignore = (): void => undefined;

/**
 * Takes a listener's connectors, examines them beside each other, so that none waits for another, and hands
 * on those that are let in. Everyone else is refused without disturbing the others.
 */
export class HandshakeQueue {
  private readonly pending = new Set<Socket>();
  private closedBecause: string | undefined;
  private refused = 0;
  private lastRefusal: Error | undefined;

  /** @param letIn takes each peer, its socket paused */
  constructor(
    private readonly options: HandshakeQueueOptions,
    private readonly letIn: (peer: Peer) => void,
  ) {}

  /** Takes a connector of the listener at `endpoint`. */
  examine(socket: Socket, endpoint: () => Endpoint): void {
    // Until somebody owns it, a broken socket is found out when it is asked for.
    socket.on('error', ignore);
    const { admission } = this.options;
    if (this.closedBecause !== undefined) this.refuse(socket, new Error(this.closedBecause));
    else if (admission === undefined) this.letIn({ socket });
    else this.handshake(socket, admission(socket, endpoint()));
  }

  /** Refuses one that is not wanted. */
  refuse(socket: Socket, why: Error): void {
    this.refused += 1;
    this.lastRefusal = why;
    this.options.logger.warn(
      { peer: socket.remoteAddress, refused: this.refused, err: why },
      'refused a connector',
    );
    socket.destroy();
  }

  /** Who was refused so far, in words, for the error of a wait that failed. Empty if nobody was. */
  refusals(): string {
    if (this.lastRefusal === undefined) return '';
    return ` (${this.refused} refused, the last because ${this.lastRefusal.message})`;
  }

  /** Refuses everyone from now on, those under examination included. */
  close(why: string): void {
    this.closedBecause = why;
    for (const socket of this.pending) this.refuse(socket, new Error(why));
    this.pending.clear();
  }

  private handshake(socket: Socket, admitted: Promise<Peer>): void {
    this.pending.add(socket);
    this.makeRoom();
    admitted.then(
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
}
