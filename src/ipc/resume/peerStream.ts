import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { nextTick } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import { CONTROL_KIND, controlFrame, controlValue } from '../framing/dpFrame.js';
import type { ControlKind } from '../framing/dpFrame.js';
import type { FrameDecoder } from '../framing/frameDecoder.js';
import { copiesWrites } from '../transport/copiesWrites.js';
import { Acknowledgements } from './acknowledgements.js';
import { Continuation } from './continuation.js';
import type { ContinuationOptions } from './continuation.js';
import { Heartbeat } from './heartbeat.js';
import type { HealthRecord } from './health.js';
import type { HeartbeatTimes } from '../authentication/resumeSettings.js';
import { OutgoingBytes, impossiblePosition } from './outgoingBytes.js';
import type { WriteCallback } from './outgoingBytes.js';

export interface PeerStreamOptions {
  /** Undefined: the session ends when the stream breaks. */
  readonly resume?: ContinuationOptions | undefined;
  /** Undefined: the peer may be silent. */
  readonly heartbeat?: HeartbeatTimes | undefined;
  readonly health: HealthRecord;
}

/**
 * The bytes to and from one peer, over one stream after the other: what was in flight when a stream broke is sent again
 * over the next one. The control frames between the messages are here too: acknowledgements and heartbeats.
 *
 * To its reader and writer it is one stream. The events `data`, `end`, `error` and `close` mean what they mean for a
 * socket.
 */
export class PeerStream extends EventEmitter {
  /** The sent bytes that may have to be sent again. Undefined if the session is not continued. */
  readonly store: OutgoingBytes | undefined;
  /** What the first stream does. With others the memory of bytes is not used again. */
  readonly copiesWrites: boolean;
  closed = false;
  /** The end of a stream is reported by its event alone. */
  readonly readableEnded = false;
  private socket: Duplex | undefined;
  private decoder: FrameDecoder | undefined;
  private readonly continuation: Continuation | undefined;
  private readonly acknowledgements: Acknowledgements | undefined;
  private readonly heartbeat: Heartbeat | undefined;
  private isPausedHere = false;
  private isEnded = false;
  /** True when no other stream may follow. */
  private isOver = false;
  private peerSaidBye = false;
  private peerEnded = false;
  private peerIsGone: IpcError | undefined;
  private brokenBy: Error | undefined;

  constructor(
    socket: Duplex,
    private readonly options: PeerStreamOptions,
  ) {
    super();
    const { resume, heartbeat, health } = options;
    this.copiesWrites = copiesWrites(socket);
    this.heartbeat = heartbeat && new Heartbeat(heartbeat, this, health);
    if (resume !== undefined) {
      this.store = new OutgoingBytes(resume.maxUnacknowledgedBytes);
      this.continuation = new Continuation(resume, this);
      this.acknowledgements = new Acknowledgements(
        () => this.decoder?.position ?? 0,
        (position) => this.sendControl(CONTROL_KIND.acknowledgement, position),
      );
    }
    this.attach(socket);
  }

  /** How often the session was continued. Undefined if it is not continued. */
  get summary(): { readonly times: number; readonly replayedBytes: number } | undefined {
    const { resumes: times, replayedBytes } = this.options.health;
    return this.store && { times, replayedBytes };
  }

  /** The number of the last attempt to continue the session. */
  get lastCounter(): number {
    return this.continuation?.lastCounter ?? 0;
  }

  /** Sets the decoder of the bytes, which knows how far the peer has been understood. */
  follow(decoder: FrameDecoder): void {
    this.decoder = decoder;
  }

  isPaused(): boolean {
    return this.isPausedHere;
  }

  pause(): void {
    this.isPausedHere = true;
    this.socket?.pause();
  }

  resume(): void {
    this.isPausedHere = false;
    this.socket?.resume();
  }

  cork(): void {
    this.socket?.cork();
  }

  uncork(): void {
    this.socket?.uncork();
  }

  /** Writes bytes. `callback` is called when the kernel has accepted them, of this stream or of a later one. */
  write(segment: Buffer, callback?: WriteCallback): void {
    if (this.store === undefined) this.socket?.write(segment, callback);
    else this.store.write(this.socket, segment, callback);
  }

  /** Ends the stream: both ends have said goodbye. */
  end(): void {
    this.isEnded = true;
    this.socket?.end();
  }

  /** Drops the stream, and tells the peer that it need not wait for another one. */
  destroy(): void {
    this.leave();
    nextTick(() => this.close());
  }

  /** Called by the reader for the peer's goodbye. The peer learns at once that everything has arrived. */
  receiveBye(): void {
    this.peerSaidBye = true;
    this.acknowledgements?.sendNews();
  }

  /** Called by the reader for each control frame. */
  receiveControl(kind: number, payload: Buffer): void {
    const value = controlValue(payload);
    if (kind === CONTROL_KIND.acknowledgement) {
      if (this.store?.acknowledge(value) === false) this.fail(impossiblePosition(value));
    } else if (kind === CONTROL_KIND.ping) this.sendControl(CONTROL_KIND.pong, value);
    else if (kind === CONTROL_KIND.pong) this.heartbeat?.receivePong(value);
    else if (kind === CONTROL_KIND.abort)
      this.fail(new IpcError('ERR_IPC_CONNECTION_LOST', 'the peer has given up the session'));
  }

  /** Says that the peer will not come back: if the stream is or gets broken, the session ends with `error`. */
  expectNobody(error: IpcError): void {
    this.peerIsGone = error;
    if (this.options.health.state === 'resuming') this.fail(error);
  }

  /** Reads no more of the present stream. @returns the bytes that were taken over, for the peer of the next stream */
  suspend(counter: number): number {
    if (this.continuation !== undefined) this.continuation.lastCounter = counter;
    if (this.options.health.state === 'resuming') this.drop();
    else this.beginResume();
    return this.acknowledgements?.tell() ?? 0;
  }

  /** Goes on over another stream, unless a newer one is on its way. */
  continueOn(socket: Duplex, counter: number, peerPosition: number): void {
    if (this.isOver || counter !== this.continuation?.lastCounter) {
      socket.destroy();
      return;
    }
    this.continuation.end();
    if (this.store?.acknowledge(peerPosition) !== true) {
      socket.destroy();
      this.fail(impossiblePosition(peerPosition));
      return;
    }
    this.attach(socket);
    const replayedBytes = this.store.writeAgain(socket);
    if (this.isEnded) socket.end();
    this.options.health.resumed(replayedBytes);
  }

  /** Ends the session with an error. */
  fail(error: IpcError): void {
    if (this.isOver) return;
    this.leave();
    this.emit('error', error);
    nextTick(() => this.close());
  }

  isReading(): boolean {
    return !this.isPausedHere;
  }

  sendSign(): void {
    if (this.acknowledgements === undefined) this.sendControl(CONTROL_KIND.acknowledgement, 0);
    else this.acknowledgements.repeat();
  }

  /** Leaves a stream on which nothing has come for too long. */
  loseSilent(error: IpcError): void {
    this.brokenBy = error;
    if (this.continuation === undefined) this.fail(error);
    else this.beginResume();
  }

  private attach(socket: Duplex): void {
    this.socket = socket;
    this.brokenBy = undefined;
    const ifCurrent = (act: () => void) => (): void => {
      if (this.socket === socket) act();
    };
    const onEnd = ifCurrent(() => this.receiveEnd());
    const onClose = ifCurrent(() => this.lose('the connection is gone'));
    socket
      .on('data', (chunk: Buffer) => {
        if (this.socket === socket) this.receive(chunk);
      })
      .on('error', (error) => {
        if (this.socket === socket) this.brokenBy = error;
      })
      .once('end', onEnd)
      .once('close', onClose);
    if (this.isPausedHere) socket.pause();
    else socket.resume();
    this.heartbeat?.start();
    // A socket reads on after a handshake, so it may have ended before these listeners were added.
    if (socket.closed) nextTick(onClose);
    else if (socket.readableEnded) nextTick(onEnd);
  }

  private receive(chunk: Buffer): void {
    if (this.heartbeat !== undefined) this.heartbeat.heard = true;
    if (this.options.health.state === 'silent') this.options.health.enter('good');
    this.emit('data', chunk);
    if (this.socket !== undefined) this.acknowledgements?.afterChunk();
  }

  private receiveEnd(): void {
    this.peerEnded = true;
    if (this.options.resume === undefined) this.emit('end');
    // A side ends its stream when it has the other's goodbye, so an end before that is a break.
    else if (!this.peerSaidBye) this.lose('the stream ended');
  }

  private lose(how: string): void {
    const isComplete = this.peerSaidBye && (this.peerEnded || (this.isEnded && this.store?.bytes === 0));
    this.brokenBy ??= new Error(how);
    if (!isComplete && this.options.resume !== undefined) {
      this.beginResume();
      return;
    }
    this.leave();
    if (!isComplete) this.emit('error', this.brokenBy);
    this.close();
  }

  private beginResume(): void {
    const { continuation } = this;
    if (continuation === undefined || this.isOver) return;
    this.drop();
    this.peerEnded = false;
    this.decoder?.restart();
    this.options.health.enter('resuming');
    if (this.peerIsGone !== undefined) {
      this.fail(this.peerIsGone);
      return;
    }
    continuation.lastFailure = this.brokenBy;
    continuation.begin(this.acknowledgements?.tell() ?? 0);
  }

  /** Leaves the present stream. Another one may follow. */
  private drop(): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.destroy();
    this.heartbeat?.stop();
    this.acknowledgements?.stop();
  }

  /** Leaves the session. */
  private leave(): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.store !== undefined) this.sendControl(CONTROL_KIND.abort, 0);
    this.drop();
    this.continuation?.end();
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    this.store?.clear();
    this.emit('close');
  }

  /** Sends a control frame, behind everything that was written. */
  sendControl(kind: ControlKind, value: number): void {
    if (!this.isEnded) this.socket?.write(controlFrame(kind, value));
  }
}
