import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { AdapterOptions } from './adapterOptions.js';
import { NodeDebugSession } from './debugSession.js';
import { onSignals } from './onSignals.js';
import { reportToStderr } from './reportToStderr.js';

/** Settings of an adapter with any number of clients. */
export interface ServerOptions extends AdapterOptions {
  /** Takes the line that says where the server listens. Default: it goes to stdout, where no DAP goes. */
  readonly announce?: ((line: string) => void) | undefined;
}

/** The one address that is served: whoever connects can run programs as this user. */
const LOOPBACK = '127.0.0.1';

/** An adapter that serves many clients, each in a session of its own. */
export class AdapterServer implements AsyncDisposable {
  /** Settles when the server is closed and its last session over. */
  readonly closed: Promise<void>;

  private readonly sessions = new Set<NodeDebugSession>();
  private closing: Promise<void> | undefined;
  private settleClosed: () => void = () => undefined;

  private constructor(
    private readonly server: Server,
    private readonly options: AdapterOptions,
  ) {
    this.closed = new Promise((resolve) => {
      this.settleClosed = resolve;
    });
    server.on('connection', (socket) => this.serve(socket));
  }

  /**
   * Listens on 127.0.0.1; resolves when clients can connect.
   *
   * @param port 0 has the operating system choose: see {@link AdapterServer.port}
   * @throws the operating system's error where the port cannot be had
   */
  static async listen(port: number, options: AdapterOptions = {}): Promise<AdapterServer> {
    // Half-open: a client that has said all it has to say still hears how its program ends.
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const adapter = new AdapterServer(server, { reportError: reportToStderr, ...options });
    server.listen({ host: LOOPBACK, port });
    await once(server, 'listening');
    server.on('error', (error) => options.logger?.error({ err: error }, 'adapter server'));
    return adapter;
  }

  /** The port as bound. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Takes no more clients, ends every session and its program; repeatable. */
  close(reason = 'the adapter server is closing'): Promise<void> {
    this.closing ??= this.finish(reason);
    return this.closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async finish(reason: string): Promise<void> {
    const serverClosed = new Promise((resolve) => this.server.close(resolve));
    await Promise.all([...this.sessions].map((session) => session.end(reason)));
    await serverClosed;
    this.settleClosed();
  }

  private serve(socket: Socket): void {
    const session = new NodeDebugSession(this.options);
    this.sessions.add(session);
    session.start(socket, socket);
    void session.ended.then(() => {
      this.sessions.delete(session);
      socket.destroy();
    });
  }
}

/**
 * Serves DAP clients on 127.0.0.1, several at a time, until `close` or a signal. How one session ends is of
 * no consequence for the others.
 *
 * @param port 0 has the operating system choose; the choice is announced
 * @throws the operating system's error where the port cannot be had
 */
export async function startServer(port: number, options: ServerOptions = {}): Promise<AdapterServer> {
  const { announce = (line) => process.stdout.write(`${line}\n`) } = options;
  const server = await AdapterServer.listen(port, options);
  if (options.handleSignals !== false) {
    const stopListening = onSignals((signal) => void server.close(`the adapter was sent ${signal}`));
    void server.closed.then(stopListening);
  }
  // Last: whoever reads it may act on it, by a signal too.
  announce(`Listening on ${LOOPBACK}:${server.port}`);
  return server;
}
