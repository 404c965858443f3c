import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One connection through the proxy. */
interface Passage {
  readonly near: Socket;
  readonly far: Socket;
}

/** A proxy on loopback that breaks its connections on demand, as a tunnel or a network does. */
export class TcpProxy {
  /** What happens to those who connect: they are passed on, dropped at once, or kept without an answer. */
  mode: 'pass' | 'drop' | 'silent' = 'pass';
  /** How many have connected. */
  connections = 0;
  private readonly passages = new Set<Passage>();
  private readonly kept = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {}

  /** Starts a proxy to a port of this machine. It ends with the test. */
  static async to(target: number): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new TcpProxy(server, target);
    server.on('connection', (near) => proxy.accept(near));
    onTestFinished(() => proxy.close());
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Breaks all connections at once, what is in flight included. */
  cut(): void {
    for (const { near, far } of this.passages) {
      reset(near);
      reset(far);
    }
    this.passages.clear();
  }

  /** Passes on nothing any more, and leaves the connections open. */
  stall(): void {
    for (const { near, far } of this.passages) {
      near.unpipe(far).pause();
      far.unpipe(near).pause();
    }
  }

  /** Passes on again what has stalled. */
  unstall(): void {
    for (const { near, far } of this.passages) {
      near.pipe(far, { end: false });
      far.pipe(near, { end: false });
    }
  }

  /** Ends one direction alone. */
  halfClose(towards: 'near' | 'far'): void {
    for (const passage of this.passages) {
      const from = towards === 'near' ? passage.far : passage.near;
      from.unpipe();
      passage[towards].end();
    }
  }

  close(): void {
    this.server.close();
    this.cut();
    for (const socket of this.kept) socket.destroy();
  }

  private accept(near: Socket): void {
    this.connections += 1;
    near.on('error', () => undefined);
    if (this.mode === 'drop') {
      reset(near);
      return;
    }
    if (this.mode === 'silent') {
      this.kept.add(near.resume());
      return;
    }
    const far = connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    far.on('error', () => near.destroy());
    near.setNoDelay(true).pipe(far);
    far.pipe(near);
    const passage = { near, far };
    this.passages.add(passage);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  }
}

/** Resets a connection. One that is being ended can only be closed. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
