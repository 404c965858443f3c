import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { AdapterOptions } from './adapterOptions.js';
import { NodeDebugSession } from './debugSession.js';
import { onSignals } from './onSignals.js';
import { reportToStderr } from './reportToStderr.js';
import { sweepLater } from './sweepLater.js';

/** Settings of an adapter with any number of clients. */
export interface ServerOptions extends AdapterOptions {
  /** Takes the line with the server's address. Default: writes it to stdout, which carries no DAP messages here. */
  readonly announce?: ((line: string) => void) | undefined;
}

/** The only address that is served, because every client can run programs as this user. */
const LOOPBACK = '127.0.0.1';

/** An adapter that serves many clients, with a separate session for each client. */
export class AdapterServer implements AsyncDisposable {
  /** Settles when the server is closed and its last session has ended. */
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
   * Listens on 127.0.0.1. Resolves when clients can connect.
   *
   * @param port 0: the operating system chooses a port, see {@link AdapterServer.port}
   * @throws the operating system's error if the port is not available
   */
  static async listen(port: number, options: AdapterOptions = {}): Promise<AdapterServer> {
    // Half-open: a client that has closed its sending side still gets the end of its program.
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const adapter = new AdapterServer(server, { reportError: reportToStderr, ...options });
    server.listen({ host: LOOPBACK, port });
    await once(server, 'listening');
    server.on('error', (error) => options.logger?.error({ err: error }, 'adapter server'));
    return adapter;
  }

  /** The port that the server listens on. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Accepts no more clients, and ends every session and its program. Repeatable. */
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
 * Serves DAP clients on 127.0.0.1, several at a time, until `close` or a signal. The end of one session does not affect
 * the others.
 *
 * @param port 0: the operating system chooses a port, which `announce` gets
 * @throws the operating system's error if the port is not available
 */
export async function startServer(port: number, options: ServerOptions = {}): Promise<AdapterServer> {
  const { announce = (line) => process.stdout.write(`${line}\n`) } = options;
  const server = await AdapterServer.listen(port, options);
  if (options.handleSignals !== false) {
    const removeSignalListeners = onSignals((signal) => void server.close(`the adapter was sent ${signal}`));
    void server.closed.then(removeSignalListeners);
  }
  const stopSweep = sweepLater(options.logger);
  void server.closed.then(stopSweep);
  // Last, because the reader of this line may connect or send a signal at once.
  announce(`Listening on ${LOOPBACK}:${server.port}`);
  return server;
}
