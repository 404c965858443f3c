import { randomUUID } from 'node:crypto';
import type { OpenListener } from '../connection/openListener.js';
import { failedBy } from '../connection/closeInfo.js';
import type { MessageStream } from '../connection/messageStream.js';
import { timerMs } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { readCommand, responseEnvelope } from '../core/messages.js';
import { IpcError, toError } from '../core/errors.js';
import type { Peer } from '../authentication/authenticator.js';
import { openKeyFile } from '../authentication/keyFile.js';
import { formatLauncherArgs } from '../session/launcherArgs.js';
import { listenForAll } from '../session/listenForAll.js';
import { DEFAULT_RENDEZVOUS_LIMITS } from '../core/limits.js';
import type { Logger } from '../core/logger.js';
import { guardedLogger } from '../core/logger.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { readHello } from './hello.js';
import type { RendezvousAddress } from './rendezvousAddress.js';
import { CLAIM_COMMAND, HELLO_EVENT, readClaim } from './rendezvousMessages.js';
import { WaitingPeer } from './waitingPeer.js';
import { firstMessage, rendezvousStream, sentMore } from './rendezvousStream.js';

/** A process that waits at a rendezvous, as reported to the owner of the rendezvous. */
export interface PendingPeer {
  /** The id by which the process is claimed or released. */
  readonly id: string;
  /**
   * The process's description of itself, from a peer with the key of the rendezvous. `title`, `program` and `sessionId`
   * are strings of bounded length and `pid` and `parentPid` whole numbers above 0, or missing. Other fields are unchecked.
   */
  readonly hello: Message;
}

type RendezvousLimits = { -readonly [K in keyof typeof DEFAULT_RENDEZVOUS_LIMITS]: number };

/** Options of `Rendezvous.open`. */
export interface RendezvousOptions extends Partial<RendezvousLimits> {
  /** @deprecated Renamed to `maxWaiting`; removed in 0.3. */
  maxParked?: number;
  /** @deprecated Renamed to `waitTimeoutMs`; removed in 0.3. */
  parkTimeoutMs?: number;
  /** The endpoint to listen at. Default: as `createListener` chooses. */
  readonly transport?: Pick<TransportConfig, 'transport' | 'host' | 'port' | 'fallback'> | undefined;
  /** Called for each process that begins to wait. */
  readonly onHello: (waiting: PendingPeer) => void;
  /** Called with the reason for each process that stops waiting and was not claimed. */
  readonly onReleased?: ((waiting: PendingPeer, reason: string) => void) | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * A listener at which any number of processes send a hello and wait until they are claimed by another
 * process, or released after a time. The claiming process need not be the owner of the rendezvous: the
 * address is enough.
 *
 * Every peer first proves that it has the key of the rendezvous. The key is in a private file, which exists
 * as long as the rendezvous is open.
 */
export class Rendezvous implements AsyncDisposable {
  private readonly waiting = new Map<string, WaitingPeer>();
  private readonly streams = new Set<MessageStream<Message>>();
  /** The peers that have not sent their first message, the oldest first. */
  private readonly silent = new Set<MessageStream<Message>>();
  private waitingBytes = 0;
  private readonly limits: RendezvousLimits;
  private readonly logger: Logger;
  private listener: OpenListener | undefined;
  private removeKey: () => void = () => undefined;
  private keyFile = '';
  private isClosed = false;

  private constructor(private readonly options: RendezvousOptions) {
    this.limits = limitsOf(options);
    this.logger = guardedLogger(options.logger);
  }

  /**
   * Opens a rendezvous; resolves when peers can connect.
   *
   * @throws IpcError `ERR_IPC_LISTEN` if no private directory can be created for the key, and as
   *   `createListener`
   */
  static async open(options: RendezvousOptions): Promise<Rendezvous> {
    const rendezvous = new Rendezvous(options);
    await rendezvous.listen();
    return rendezvous;
  }

  /** The address for peers. */
  get address(): RendezvousAddress {
    if (this.listener === undefined) throw new IpcError('ERR_IPC_STATE', 'the rendezvous is not open yet');
    return { launcherArgs: formatLauncherArgs(this.listener.endpoint), keyFile: this.keyFile };
  }

  /** The number of waiting processes. */
  get size(): number {
    return this.waiting.size;
  }

  /** Releases a waiting process. Does nothing for an unknown id. */
  release(id: string, reason: string): void {
    const peer = this.waiting.get(id);
    if (peer === undefined || !this.waiting.delete(id)) return;
    this.reportReleased(peer, reason);
    peer.release(reason);
  }

  /** Releases all waiting processes, stops listening and removes the key. Can be repeated. */
  async close(reason = 'the rendezvous was closed'): Promise<void> {
    this.isClosed = true;
    for (const id of [...this.waiting.keys()]) this.release(id, reason);
    this.removeKey();
    await this.listener?.close();
    await Promise.all([...this.streams].map((stream) => stream.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async listen(): Promise<void> {
    const keys = openKeyFile();
    this.removeKey = keys.remove;
    this.keyFile = keys.path;
    const config = { ...this.options.transport, key: keys.key, logger: this.logger };
    try {
      this.listener = await listenForAll(config, (peer) => void this.receive(peer));
      keys.record(this.listener.endpoint);
    } catch (error) {
      this.removeKey();
      throw error;
    }
  }

  /** Serves an authenticated peer. A peer without a valid first message is disconnected. */
  private async receive(peer: Peer): Promise<void> {
    const stream = rendezvousStream(peer, this.limits.maxHelloBytes);
    this.streams.add(stream);
    this.silent.add(stream);
    this.disconnectOldestSilent();
    void stream.closed.then(() => this.streams.delete(stream));
    try {
      await this.serve(stream);
    } catch (thrown) {
      this.logger.warn({ err: thrown }, 'a peer of the rendezvous is disconnected');
      // Not closed in order: the peer may send on, and nothing of that is wanted.
      stream.destroy(failedBy('local', asIpcError(thrown)));
    } finally {
      this.silent.delete(stream);
    }
  }

  private disconnectOldestSilent(): void {
    const { maxSilentPeers } = this.limits;
    const [oldest] = this.silent;
    if (oldest === undefined || this.silent.size <= maxSilentPeers) return;
    this.silent.delete(oldest);
    const reason = `${maxSilentPeers} newer connections have not said either what they want`;
    oldest.destroy(failedBy('local', new IpcError('ERR_IPC_CLOSED', reason)));
  }

  private async serve(stream: MessageStream<Message>): Promise<void> {
    const message = await firstMessage(stream, this.limits.helloTimeoutMs);
    this.silent.delete(stream);
    if (message.event === HELLO_EVENT) {
      this.addWaiting(stream, readHello(message.body));
    } else if (message.command === CLAIM_COMMAND) {
      await this.claim(stream, message);
    } else {
      throw new IpcError('ERR_IPC_BAD_MESSAGE', `it said neither ${HELLO_EVENT} nor ${CLAIM_COMMAND}`);
    }
  }

  private addWaiting(stream: MessageStream<Message>, hello: Message): void {
    const peer = new WaitingPeer(randomUUID(), hello, stream, () => this.dropTalkative(peer));
    const { waitTimeoutMs } = this.limits;
    const helloBytes = peer.helloCharacters;
    const refusal = this.refusalOf(helloBytes);
    if (refusal !== undefined) {
      this.reportReleased(peer, refusal);
      if (this.isCrowded) peer.drop(new IpcError('ERR_IPC_RELEASED', refusal));
      else peer.release(refusal);
      return;
    }
    this.waiting.set(peer.id, peer);
    this.waitingBytes += helloBytes;
    const timer = setTimeout(() => {
      this.release(peer.id, `nobody adopted it within ${waitTimeoutMs} ms`);
    }, timerMs(waitTimeoutMs));
    void stream.closed.then(() => {
      clearTimeout(timer);
      this.waitingBytes -= helloBytes;
      if (this.waiting.delete(peer.id)) this.reportReleased(peer, 'it has gone');
    });
    this.logger.info({ id: peer.id, hello }, 'a process waits at the rendezvous');
    this.options.onHello({ id: peer.id, hello });
  }

  /** Returns the reason why one more peer cannot wait. Undefined if it can. */
  private refusalOf(helloBytes: number): string | undefined {
    const { maxWaiting, maxWaitingBytes } = this.limits;
    if (this.isClosed) return 'the rendezvous is closed';
    if (this.waiting.size >= maxWaiting) return `${maxWaiting} others wait already`;
    const isTooMuch = this.waitingBytes + helloBytes > maxWaitingBytes;
    return isTooMuch ? `the hellos of those that wait have ${maxWaitingBytes} bytes already` : undefined;
  }

  /** True if more peers are connected than can wait: those that are released are not given time to end. */
  private get isCrowded(): boolean {
    return this.streams.size > this.limits.maxWaiting + 2 * this.limits.maxSilentPeers;
  }

  private dropTalkative(peer: WaitingPeer): void {
    const error = sentMore();
    if (this.waiting.delete(peer.id)) this.reportReleased(peer, error.message);
    peer.drop(error);
  }

  private async claim(stream: MessageStream<Message>, message: Message): Promise<void> {
    const { arguments: args, id } = readCommand(message);
    try {
      const claim = readClaim(args);
      await this.removeWaiting(args.child).connect(claim);
      await stream.send(responseEnvelope(id, { success: true }));
    } catch (thrown) {
      await stream.send(responseEnvelope(id, { success: false, message: toError(thrown).message }));
    } finally {
      void stream.close();
    }
  }

  private removeWaiting(id: unknown): WaitingPeer {
    const peer = typeof id === 'string' ? this.waiting.get(id) : undefined;
    if (peer === undefined) {
      const what = 'no such process waits here: it was released, claimed or has ended';
      throw new IpcError('ERR_IPC_RELEASED', what);
    }
    this.waiting.delete(peer.id);
    this.logger.info({ id: peer.id }, 'a process is claimed');
    return peer;
  }

  private reportReleased({ id, hello }: WaitingPeer, reason: string): void {
    this.logger.info({ id, hello, reason }, 'a process is released');
    try {
      this.options.onReleased?.({ id, hello }, reason);
    } catch (error) {
      // This runs in timers and at the end of streams, where nothing else would catch the error.
      this.logger.error({ err: error }, 'onReleased failed');
    }
  }
}

function asIpcError(thrown: unknown): IpcError {
  if (thrown instanceof IpcError) return thrown;
  const cause = toError(thrown);
  return new IpcError('ERR_IPC_CLOSED', cause.message, { cause });
}

function limitsOf({ maxParked, parkTimeoutMs, ...limits }: RendezvousOptions): RendezvousLimits {
  const { maxWaiting, waitTimeoutMs, ...others } = DEFAULT_RENDEZVOUS_LIMITS;
  return {
    maxWaiting: limits.maxWaiting ?? maxParked ?? maxWaiting,
    waitTimeoutMs: limits.waitTimeoutMs ?? parkTimeoutMs ?? waitTimeoutMs,
    helloTimeoutMs: limits.helloTimeoutMs ?? others.helloTimeoutMs,
    maxHelloBytes: limits.maxHelloBytes ?? others.maxHelloBytes,
    maxWaitingBytes: limits.maxWaitingBytes ?? others.maxWaitingBytes,
    maxSilentPeers: limits.maxSilentPeers ?? others.maxSilentPeers,
  };
}
