import { randomUUID } from 'node:crypto';
import type { OpenListener } from '../connection/openListener.js';
import type { MessageStream } from '../connection/messageStream.js';
import { timerMs } from '../deferred.js';
import type { Message } from '../envelopes.js';
import { isRecord, readCommand, responseEnvelope } from '../envelopes.js';
import { IpcError, toError } from '../errors.js';
import type { Peer } from '../handshake/gate.js';
import { openKeyFile } from '../handshake/keyFile.js';
import { formatLauncherArgs } from '../launcherArgs.js';
import { DEFAULT_DESK_LIMITS } from '../limits.js';
import type { Logger } from '../logger.js';
import { silentLogger } from '../logger.js';
import type { TransportConfig } from '../transportConfig.js';
import type { DeskAddress } from './deskAddress.js';
import { listenForAll } from './deskListener.js';
import { ADOPT_COMMAND, HELLO_EVENT, readAdoption } from './deskMessages.js';
import { ParkedPeer } from './parkedPeer.js';
import { firstMessage, visitorStream } from './visitor.js';

/** One that waits at a desk, as its owner is told. */
export interface Waiting {
  /** By which it is adopted and released. */
  readonly id: string;
  /** What it said of itself: unchecked, but it has the desk's key. */
  readonly hello: Message;
}

export interface DeskOptions extends Partial<{ -readonly [K in keyof typeof DEFAULT_DESK_LIMITS]: number }> {
  /** Where to listen. Default: as `createListener` chooses. */
  readonly transport?: Pick<TransportConfig, 'transport' | 'host' | 'port' | 'fallback'> | undefined;
  /** Takes each that begins to wait. */
  readonly onHello: (waiting: Waiting) => void;
  /** Takes each that waits no more and was not adopted, and why. */
  readonly onReleased?: ((waiting: Waiting, reason: string) => void) | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * One listener where any number of processes say hello and wait, beside each other, until somebody comes and
 * adopts them, or nobody does in time. Who adopts need not be who opened the desk: the address is enough.
 *
 * Everyone proves that they have the desk's key first. It is in a private file, which is there as long as the
 * desk is open, so that whoever is told of the desk can come.
 */
export class Desk implements AsyncDisposable {
  private readonly parked = new Map<string, ParkedPeer>();
  private readonly streams = new Set<MessageStream<Message>>();
  private readonly limits: typeof DEFAULT_DESK_LIMITS;
  private readonly logger: Logger;
  private listener: OpenListener | undefined;
  private withdrawKey: () => void = () => undefined;
  private keyFile = '';
  private isClosed = false;

  private constructor(private readonly options: DeskOptions) {
    const { maxParked, parkTimeoutMs, helloTimeoutMs } = { ...DEFAULT_DESK_LIMITS, ...options };
    this.limits = { maxParked, parkTimeoutMs, helloTimeoutMs } as typeof DEFAULT_DESK_LIMITS;
    this.logger = options.logger ?? silentLogger;
  }

  /**
   * Opens a desk, and resolves when one can come to it.
   *
   * @throws IpcError `ERR_IPC_LISTEN` where no private directory can be had for the key, and as `createListener`
   */
  static async open(options: DeskOptions): Promise<Desk> {
    const desk = new Desk(options);
    await desk.listen();
    return desk;
  }

  /** Where one comes to it. */
  get address(): DeskAddress {
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
    const stream = visitorStream(socket);
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
    } else if (message.command === ADOPT_COMMAND) {
      await this.adopt(stream, message);
    } else {
      throw new IpcError('ERR_IPC_BAD_MESSAGE', `it said neither ${HELLO_EVENT} nor ${ADOPT_COMMAND}`);
    }
  }

  private park(stream: MessageStream<Message>, hello: Message): void {
    const peer = new ParkedPeer(randomUUID(), hello, stream);
    const { maxParked, parkTimeoutMs } = this.limits;
    if (this.isClosed || this.parked.size >= maxParked) {
      const reason = this.isClosed ? 'the desk is closed' : `${maxParked} others wait already`;
      this.tellReleased(peer, reason);
      peer.release(reason);
      return;
    }
    this.parked.set(peer.id, peer);
    const timer = setTimeout(() => {
      this.release(peer.id, `nobody adopted it within ${parkTimeoutMs} ms`);
    }, timerMs(parkTimeoutMs));
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
      const adoption = readAdoption(args);
      await this.take(args.child).connect(adoption);
      await stream.send(responseEnvelope(id, { success: true }));
    } catch (thrown) {
      await stream.send(responseEnvelope(id, { success: false, message: toError(thrown).message }));
    } finally {
      void stream.close();
    }
  }

  private take(id: unknown): ParkedPeer {
    const peer = typeof id === 'string' ? this.parked.get(id) : undefined;
    if (peer === undefined) {
      const what = 'no such process waits here: it was released, adopted or has ended';
      throw new IpcError('ERR_IPC_RELEASED', what);
    }
    this.parked.delete(peer.id);
    this.logger.info({ id: peer.id }, 'a process is adopted');
    return peer;
  }

  private tellReleased({ id, hello }: ParkedPeer, reason: string): void {
    this.logger.info({ id, hello, reason }, 'a process is released');
    this.options.onReleased?.({ id, hello }, reason);
  }
}
