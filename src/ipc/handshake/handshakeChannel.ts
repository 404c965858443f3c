import type { Socket } from 'node:net';
import { timerMs } from '../deferred.js';
import { IpcError } from '../errors.js';
import { HEADER_BYTES, readHandshakeHeader, writeHeader } from '../framing/dpFrame.js';
import type { HandshakeKind } from '../framing/dpFrame.js';

export interface HandshakeBounds {
  /** Milliseconds for the whole handshake. */
  readonly handshakeTimeoutMs: number;
  /** Bytes that a peer may send before it is in, headers included. */
  readonly maxHandshakeBytes: number;
}

const WAKING_EVENTS = ['readable', 'end', 'close', 'error'] as const;
const ignore = (): void => undefined;

/**
 * The frames of one handshake over a socket that is not trusted yet: bounded in time and in bytes, and never
 * reading beyond the frame it was asked for, so that what follows is left for the session.
 */
export class HandshakeChannel {
  private bytesLeft: number;
  private expired = false;
  private wake = ignore;
  private readonly timer: NodeJS.Timeout;
  private readonly onEvent = (): void => {
    this.wake();
  };

  constructor(
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

  /** Sends frames in one write. */
  send(...frames: readonly { kind: HandshakeKind; payload: Buffer }[]): void {
    const parts = frames.flatMap(({ kind, payload }) => {
      const header = Buffer.allocUnsafe(HEADER_BYTES);
      writeHeader(header, 0, kind, payload.length);
      return [header, payload];
    });
    this.socket.write(Buffer.concat(parts));
  }

  /**
   * The payload of the next frame, which has to be of this kind.
   *
   * @throws IpcError `ERR_IPC_HANDSHAKE`, `ERR_IPC_HANDSHAKE_TIMEOUT`
   */
  async receive(kind: HandshakeKind): Promise<Buffer> {
    const length = readHandshakeHeader(await this.readExactly(HEADER_BYTES), kind);
    if (typeof length === 'number') return this.readExactly(length);
    throw new IpcError('ERR_IPC_HANDSHAKE', length.what);
  }

  /** Ends the handshake's hold on the socket, however it went. */
  release(): void {
    clearTimeout(this.timer);
    for (const event of WAKING_EVENTS) this.socket.removeListener(event, this.onEvent);
  }

  private async readExactly(bytes: number): Promise<Buffer> {
    this.bytesLeft -= bytes;
    if (this.bytesLeft < 0) {
      const most = this.bounds.maxHandshakeBytes;
      throw new IpcError('ERR_IPC_HANDSHAKE', `the peer sends more than ${most} bytes before it is in`);
    }
    // A stream never gives a buffer of nothing: to wait for one would be to wait for the deadline.
    if (bytes === 0) return Buffer.alloc(0);
    for (;;) {
      if (this.expired) throw this.timedOut();
      const chunk = this.socket.read(bytes) as Buffer | null;
      if (chunk?.length === bytes) return chunk;
      // At the end of the stream `read` gives what there is, however little.
      if (chunk !== null || this.socket.readableEnded || this.socket.destroyed) throw closedEarly();
      await this.nextEvent();
    }
  }

  private nextEvent(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private timedOut(): IpcError {
    const { handshakeTimeoutMs } = this.bounds;
    return new IpcError(
      'ERR_IPC_HANDSHAKE_TIMEOUT',
      `the peer did not finish its handshake within ${handshakeTimeoutMs} ms: does it know of the key?`,
    );
  }
}

function closedEarly(): IpcError {
  return new IpcError(
    'ERR_IPC_HANDSHAKE',
    'the peer closed during the handshake: one end has no key, or another one',
  );
}
