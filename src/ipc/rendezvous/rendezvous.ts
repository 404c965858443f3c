import { randomUUID } from 'node:crypto';
import type { OpenListener } from '../connection/openListener.js';
import type { MessageStream } from '../connection/messageStream.js';
import { timerMs } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { isRecord, readCommand, responseEnvelope } from '../core/messages.js';
import { IpcError, toError } from '../core/errors.js';
import type { Peer } from '../authentication/authenticator.js';
import { openKeyFile } from '../authentication/keyFile.js';
import { formatLauncherArgs } from '../session/launcherArgs.js';
import { DEFAULT_RENDEZVOUS_LIMITS } from '../core/limits.js';
import type { Logger } from '../core/logger.js';
import { silentLogger } from '../core/logger.js';
import type { TransportConfig } from '../core/transportConfig.js';
import type { RendezvousAddress } from './rendezvousAddress.js';
import { listenForAll } from './rendezvousListener.js';
import { CLAIM_COMMAND, HELLO_EVENT, readClaim } from './rendezvousMessages.js';
import { WaitingPeer } from './waitingPeer.js';
import { firstMessage, rendezvousStream } from './rendezvousStream.js';

/** One that waits at a desk, as its owner is told. */
export interface PendingPeer {
  /** By which it is adopted and released. */
  readonly id: string;
  /** What it said of itself: unchecked, but it has the desk's key. */
  readonly hello: Message;
}

export interface RendezvousOptions extends Partial<{
  -readonly [K in keyof typeof DEFAULT_RENDEZVOUS_LIMITS]: number;
}> {
  /** Where to listen. Default: as `createListener` chooses. */
  readonly transport?: Pick<TransportConfig, 'transport' | 'host' | 'port' | 'fallback'> | undefined;
  /** Takes each that begins to wait. */
  readonly onHello: (waiting: PendingPeer) => void;
  /** Takes each that waits no more and was not adopted, and why. */
  readonly onReleased?: ((waiting: PendingPeer, reason: string) => void) | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * One listener where any number of processes say hello and wait, beside each other, until somebody comes and
 * adopts them, or nobody does in time. Who adopts need not be who opened the desk: the address is enough.
 *
 * Everyone proves that they have the desk's key first. It is in a private file, which is there as long as the
 * desk is open, so that whoever is told of the desk can come.
 */
export class Rendezvous implements AsyncDisposable {
  private readonly parked = new Map<string, WaitingPeer>();
  private readonly streams = new Set<MessageStream<Message>>();
  private readonly limits: typeof DEFAULT_RENDEZVOUS_LIMITS;
  private readonly logger: Logger;
  private listener: OpenListener | undefined;
  private withdrawKey: () => void = () => undefined;
  private keyFile = '';
  private isClosed = false;

  private constructor(private readonly options: RendezvousOptions) {
    const {
      maxWaiting: maxWaiting,
      waitTimeoutMs: waitTimeoutMs,
      helloTimeoutMs,
    } = { ...DEFAULT_RENDEZVOUS_LIMITS, ...options };
    this.limits = {
      maxWaiting: maxWaiting,
      waitTimeoutMs: waitTimeoutMs,
      helloTimeoutMs,
    } as typeof DEFAULT_RENDEZVOUS_LIMITS;
    this.logger = options.logger ?? silentLogger;
  }

  /**
   * Opens a desk, and resolves when one can come to it.
   *
   * @throws IpcError `ERR_IPC_LISTEN` where no private directory can be had for the key, and as `createListener`
   */
  static async open(options: RendezvousOptions): Promise<Rendezvous> {
    const desk = new Rendezvous(options);
    await desk.listen();
    return desk;
  }

  /** Where one comes to it. */
  get address(): RendezvousAddress {
    if (this.listener === undefined) throw new IpcError('ERR_IPC_STATE', 'the desk is not open yet');
    return { launcherArgs: formatLauncherArgs(this.listener.endpoint), keyFile: this.keyFile };
  }

  /** How many wait. */
  get size(): number {
    return this.parked.size;
  }

  /** Lets one go that waits; does nothing to one that does not. */
  release(id: string, reason: string): void {
    const peer = this.parked.get(id);
    if (peer === undefined || !this.parked.delete(id)) return;
    this.tellReleased(peer, reason);
    peer.release(reason);
  }

  /** Releases all that wait, stops listening, removes the key. Repeatable. */
  async close(reason = 'the desk was closed'): Promise<void> {
    this.isClosed = true;
    for (const id of [...this.parked.keys()]) this.release(id, reason);
    this.withdrawKey();
    await this.listener?.close();
    await Promise.all([...this.streams].map((stream) => stream.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async listen(): Promise<void> {
    const keys = openKeyFile();
    this.withdrawKey = keys.remove;
    this.keyFile = keys.path;
    const config = { ...this.options.transport, key: keys.key, logger: this.logger };
    try {
      this.listener = await listenForAll(config, (peer) => void this.receive(peer));
      keys.record(this.listener.endpoint);
    } catch (error) {
      this.withdrawKey();
      throw error;
    }
  }

  /** Takes one that is in; whatever it says, and whether it says anything, it comes to an end. */
  private async receive({ socket }: Peer): Promise<void> {
    const stream = rendezvousStream(socket);
    this.streams.add(stream);
    void stream.closed.then(() => this.streams.delete(stream));
    try {
      await this.serve(stream);
    } catch (thrown) {
      this.logger.warn({ err: thrown }, 'one who came to the desk is sent away');
      void stream.close();
    }
  }

  private async serve(stream: MessageStream<Message>): Promise<void> {
    const message = await firstMessage(stream, this.limits.helloTimeoutMs);
    if (message.event === HELLO_EVENT) {
      this.park(stream, isRecord(message.body) ? message.body : {});
    } else if (message.command === CLAIM_COMMAND) {
      await this.adopt(stream, message);
    } else {
      throw new IpcError('ERR_IPC_BAD_MESSAGE', `it said neither ${HELLO_EVENT} nor ${CLAIM_COMMAND}`);
    }
  }

  private park(stream: MessageStream<Message>, hello: Message): void {
    const peer = new WaitingPeer(randomUUID(), hello, stream);
    const { maxWaiting: maxWaiting, waitTimeoutMs: waitTimeoutMs } = this.limits;
    if (this.isClosed || this.parked.size >= maxWaiting) {
      const reason = this.isClosed ? 'the desk is closed' : `${maxWaiting} others wait already`;
      this.tellReleased(peer, reason);
      peer.release(reason);
      return;
    }
    this.parked.set(peer.id, peer);
    const timer = setTimeout(() => {
      this.release(peer.id, `nobody adopted it within ${waitTimeoutMs} ms`);
    }, timerMs(waitTimeoutMs));
    void stream.closed.then(() => {
      clearTimeout(timer);
      if (this.parked.delete(peer.id)) this.tellReleased(peer, 'it has gone');
    });
    this.logger.info({ id: peer.id, hello }, 'a process waits at the desk');
    this.options.onHello({ id: peer.id, hello });
  }

  private async adopt(stream: MessageStream<Message>, message: Message): Promise<void> {
    const { arguments: args, id } = readCommand(message);
    try {
      const adoption = readClaim(args);
      await this.take(args.child).connect(adoption);
      await stream.send(responseEnvelope(id, { success: true }));
    } catch (thrown) {
      await stream.send(responseEnvelope(id, { success: false, message: toError(thrown).message }));
    } finally {
      void stream.close();
    }
  }

  private take(id: unknown): WaitingPeer {
    const peer = typeof id === 'string' ? this.parked.get(id) : undefined;
    if (peer === undefined) {
      const what = 'no such process waits here: it was released, adopted or has ended';
      throw new IpcError('ERR_IPC_RELEASED', what);
    }
    this.parked.delete(peer.id);
    this.logger.info({ id: peer.id }, 'a process is adopted');
    return peer;
  }

  private tellReleased({ id, hello }: WaitingPeer, reason: string): void {
    this.logger.info({ id, hello, reason }, 'a process is released');
    this.options.onReleased?.({ id, hello }, reason);
  }
}
