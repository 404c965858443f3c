import type { Socket } from 'node:net';
import { timerMs } from '../core/deferred.js';
import { AuthenticationError } from '../core/errors.js';

export interface HandshakeBounds {
  /** Time limit of the whole handshake, in milliseconds. */
  readonly handshakeTimeoutMs: number;
  /** Bytes that a peer may send before it is authenticated, headers included. */
  readonly maxHandshakeBytes: number;
}

const WAKING_EVENTS = ['readable', 'end', 'close', 'error'] as const;
const ignore = (): void => undefined;

/**
 * The bytes of one handshake over an untrusted socket, bounded in time and in number. Only the requested
 * bytes are read, so that the bytes after the handshake stay in the socket for the session.
 */
export class HandshakeChannel {
  private bytesLeft: number;
  private expired = false;
  private wake = ignore;
  private readonly timer: NodeJS.Timeout;
  private readonly onEvent = (): void => {
    this.wake();
  };

  private constructor(
    private readonly socket: Socket,
    private readonly bounds: HandshakeBounds,
  ) {
    this.bytesLeft = bounds.maxHandshakeBytes;
    for (const event of WAKING_EVENTS) socket.on(event, this.onEvent);
    this.timer = setTimeout(() => {
      this.expired = true;
      this.wake();
    }, timerMs(bounds.handshakeTimeoutMs));
  }

  /** Runs a handshake. Afterwards the channel's timer and listeners are removed, also after a failure. */
  static async over<T>(
    socket: Socket,
    bounds: HandshakeBounds,
    run: (channel: HandshakeChannel) => Promise<T>,
  ): Promise<T> {
    const channel = new HandshakeChannel(socket, bounds);
    try {
      return await run(channel);
    } finally {
      channel.release();
    }
  }

  /** Sends all parts in one write. */
  write(...parts: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  /**
   * Reads exactly `bytes` bytes.
   *
   * @throws AuthenticationError `ERR_IPC_HANDSHAKE`, `ERR_IPC_HANDSHAKE_TIMEOUT`
   */
  async read(bytes: number): Promise<Buffer> {
    this.bytesLeft -= bytes;
    if (this.bytesLeft < 0) {
      const most = this.bounds.maxHandshakeBytes;
      throw new AuthenticationError(
        'ERR_IPC_HANDSHAKE',
        `the peer sends more than ${most} bytes before it is in`,
      );
    }
    // A stream never returns an empty buffer, so a read of 0 bytes would wait until the deadline.
    if (bytes === 0) return Buffer.alloc(0);
    for (;;) {
      if (this.expired) throw this.timedOut();
      const chunk = this.socket.read(bytes) as Buffer | null;
      if (chunk?.length === bytes) return chunk;
      // `read` returns all remaining bytes at the end of the stream, even if they are too few.
      if (chunk !== null || this.socket.readableEnded || this.socket.destroyed) {
        throw closedEarly(this.socket.bytesRead > 0);
      }
      await this.nextEvent();
    }
  }

  private release(): void {
    clearTimeout(this.timer);
    for (const event of WAKING_EVENTS) this.socket.removeListener(event, this.onEvent);
  }

  private nextEvent(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private timedOut(): AuthenticationError {
    const { handshakeTimeoutMs } = this.bounds;
    return new AuthenticationError(
      'ERR_IPC_HANDSHAKE_TIMEOUT',
      `the peer did not finish its handshake within ${handshakeTimeoutMs} ms: does it know of the key?`,
    );
  }
}

function closedEarly(hasSpoken: boolean): AuthenticationError {
  const why = hasSpoken
    ? 'one end has no key, or another one'
    : 'it said nothing. One end has no key, the peer ends, or it has no file descriptors left';
  return new AuthenticationError('ERR_IPC_HANDSHAKE', `the peer closed during the handshake: ${why}`);
}
