import type { Socket } from 'node:net';
import { encodeContentLength } from '../../ipc/index.js';
import type { ServerLimits } from '../../ipc/index.js';

/** The time that a refused client has for reading the reason, in milliseconds. */
const REASON_MS = 1_000;
/** The bytes that a refused client may send meanwhile. */
const REASON_BYTES = 1024 * 1024;
/** The most clients whose user is being looked up at once. A look-up takes half a second at most. */
const MAX_LOOKED_UP = 1_024;

/**
 * The clients that have not sent `initialize` yet, or were refused: each has a deadline, and there is a limit for all of
 * them. If there are more, one is disconnected: the oldest of those that were refused and only read the reason, or else
 * the oldest of all, so that silent clients cannot keep others out. Clients whose user is being looked up have a limit of
 * their own: a flood of strangers must not push out a client before it is clear who that is.
 */
export class UninitializedClients {
  /** The deadline of each client, in the order of their connections. */
  private readonly deadlines = new Map<Socket, NodeJS.Timeout>();
  private readonly refused = new WeakSet<Socket>();
  private readonly lookedUp = new Set<Socket>();

  /** @param onRefused takes each refusal, for the log */
  constructor(
    private readonly limits: ServerLimits,
    private readonly onRefused: (socket: Socket, reason: string) => void,
  ) {}

  /** Adds a client that has just connected. @param isLookedUp true until {@link UninitializedClients.identified} */
  add(socket: Socket, isLookedUp = false): void {
    const { initializeTimeoutMs } = this.limits;
    const onDeadline = (): void => {
      this.disconnect(socket, `no "initialize" has come within ${initializeTimeoutMs} ms`);
    };
    this.deadlines.set(socket, setTimeout(onDeadline, initializeTimeoutMs));
    socket.once('close', () => this.remove(socket));
    if (!isLookedUp) {
      this.limit();
      return;
    }
    this.lookedUp.add(socket);
    const [first] = this.lookedUp;
    if (this.lookedUp.size > MAX_LOOKED_UP && first !== undefined) {
      this.disconnect(first, `more than ${MAX_LOOKED_UP} clients have connected at once`);
    }
  }

  /** The look-up of a client's user is over, whatever it has found. */
  identified(socket: Socket): void {
    if (this.lookedUp.delete(socket)) this.limit();
  }

  /** Removes a client: it has sent `initialize`, or is gone. */
  remove(socket: Socket): void {
    clearTimeout(this.deadlines.get(socket));
    this.deadlines.delete(socket);
    this.lookedUp.delete(socket);
  }

  /** True for a client that is about to be disconnected, and still has time to read the reason. */
  isRefused(socket: Socket): boolean {
    return this.refused.has(socket);
  }

  /** Refuses a client whose messages are not read. Nothing that the client sends is interpreted. */
  refuse(socket: Socket, reason: string): void {
    if (socket.destroyed || this.refused.has(socket) || !this.deadlines.has(socket)) return;
    this.refused.add(socket);
    this.onRefused(socket, reason);
    clearTimeout(this.deadlines.get(socket));
    this.deadlines.set(
      socket,
      setTimeout(() => socket.destroy(), REASON_MS),
    );
    // Bytes that are not read would make the system drop the reason: they are read and dropped, up to a limit.
    let dropped = 0;
    socket.on('end', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      dropped += chunk.length;
      if (dropped > REASON_BYTES) socket.destroy();
    });
    socket.end(refusalMessage(reason));
    socket.resume();
  }

  private limit(): void {
    const { maxUninitialized } = this.limits;
    if (this.deadlines.size - this.lookedUp.size <= maxUninitialized) return;
    const clients = [...this.deadlines.keys()].filter((client) => !this.lookedUp.has(client));
    const oldest = clients.find((client) => this.refused.has(client)) ?? clients[0];
    if (oldest === undefined) return;
    this.disconnect(oldest, `${maxUninitialized} clients that came later have not sent "initialize" either`);
  }

  /** Disconnects a client at once. Its session, if there is one, ends by that. */
  private disconnect(socket: Socket, reason: string): void {
    if (!this.refused.has(socket)) this.onRefused(socket, reason);
    this.drop(socket, reason);
  }

  private drop(socket: Socket, reason: string): void {
    this.remove(socket);
    if (socket.writable) socket.write(refusalMessage(reason));
    socket.destroy();
  }

  /** Disconnects all of them. */
  close(reason: string): void {
    for (const socket of [...this.deadlines.keys()]) this.drop(socket, reason);
  }
}

/** The reason as an event of DAP, which a client shows, and a person can read. */
export function refusalMessage(reason: string): Buffer {
  const output = `debug-adapter-ipc: disconnected: ${reason}\n`;
  const body = { category: 'important', output };
  return encodeContentLength(JSON.stringify({ seq: 1, type: 'event', event: 'output', body }));
}
