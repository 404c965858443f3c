import type { Socket } from 'node:net';
import { readLimits, readServerLimits, toError } from '../../ipc/index.js';
import type { ServerLimits } from '../../ipc/index.js';
import type { AdapterOptions } from './adapterOptions.js';
import { readClientCheck, requireCheckable } from './clientCheck.js';
import type { ClientCheck, ClientCheckOptions } from './clientCheck.js';
import type { ClientSession } from './clientSession.js';
import { NodeDebugSession } from './debugSession.js';
import { IsolatedSession } from './isolatedSession.js';
import { onSignals } from './onSignals.js';
import { readInitialize } from './readInitialize.js';
import { RefusalReport } from './refusalReport.js';
import { reportToStderr } from './reportToStderr.js';
import { listenOn } from './serverListener.js';
import type { ServerListener } from './serverListener.js';
import { sweepLater } from './sweepLater.js';
import { UninitializedClients } from './uninitializedClients.js';

/** Settings of an adapter with any number of clients. */
export interface ServerOptions extends AdapterOptions, ClientCheckOptions {
  /** Takes the line with the server's address. Default: writes it to stdout, which carries no DAP messages here. */
  readonly announce?: ((line: string) => void) | undefined;
  /** The limits for clients that have not sent `initialize`. Default: `DEFAULT_SERVER_LIMITS`, as docs/limits.md. */
  readonly limits?: Partial<ServerLimits> | undefined;
  /**
   * True: each session runs in a process of its own, so that it cannot hold up or read another. A process takes some 50 MB
   * and 0.1 s. Default false: all sessions share this process.
   */
  readonly isolate?: boolean | undefined;
  /** Arguments of `debug-adapter-ipc adapter` for those processes, such as `--log-file`. Default: empty. */
  readonly isolateArgs?: readonly string[] | undefined;
}

const ignore = (): void => undefined;

/** An adapter that serves many clients, with a separate session for each client. */
export class AdapterServer implements AsyncDisposable {
  /** Settles when the server is closed and its last session has ended. */
  readonly closed: Promise<void>;

  private readonly sessions = new Set<ClientSession>();
  private readonly uninitialized: UninitializedClients;
  private readonly limits: ServerLimits;
  private readonly check: ClientCheck | undefined;
  private readonly report: (message: string) => void;
  private readonly refusals: RefusalReport;
  private listener: ServerListener | undefined;
  private closing: Promise<void> | undefined;
  private settleClosed: () => void = () => undefined;

  private constructor(
    private readonly options: ServerOptions,
    isPort: boolean,
  ) {
    this.closed = new Promise((resolve) => {
      this.settleClosed = resolve;
    });
    readLimits({ maxFrameBytes: options.maxFrameBytes });
    this.limits = readServerLimits(options.limits);
    this.check = readClientCheck(options, isPort);
    this.report = options.reportError ?? reportToStderr;
    this.refusals = new RefusalReport(this.report);
    this.uninitialized = new UninitializedClients(this.limits, (socket, reason) => {
      options.logger?.warn(
        { peer: socket.remoteAddress, port: socket.remotePort, reason },
        'refused a client',
      );
      this.refusals.add(`refused a client: ${reason}`);
    });
  }

  /**
   * Listens on 127.0.0.1, or at a path. Resolves when clients can connect.
   *
   * @param where a port, or 0: the operating system chooses it, see {@link AdapterServer.port}. A text is the path of
   *   a Unix socket, on Windows the name of a pipe
   * @throws the operating system's error if the port is not available; IpcError `ERR_IPC_OTHER_USER` if the system does
   *   not say who connects to a port, `ERR_IPC_KEY` for a bad token file, and as `listenAtPath`
   */
  static async listen(where: number | string, options: ServerOptions = {}): Promise<AdapterServer> {
    const adapter = new AdapterServer(options, typeof where === 'number');
    const listener = await listenOn(where, {
      onSocket: (socket) => void adapter.admit(socket),
      onError: (error) => options.logger?.error({ err: error }, 'adapter server'),
    });
    adapter.listener = listener;
    try {
      await requireCheckable(adapter.check, listener);
    } catch (error) {
      await adapter.close();
      throw error;
    }
    return adapter;
  }

  /** The port that the server listens on. 0 if it listens at a path. */
  get port(): number {
    return this.listener?.port ?? 0;
  }

  /** The address that the server listens on: `127.0.0.1:4711`, or a path. */
  get address(): string {
    return this.listener?.address ?? '';
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
    await this.listener?.close();
    this.uninitialized.close(reason);
    await Promise.all([...this.sessions].map((session) => session.end(reason)));
    this.settleClosed();
  }

  /** Checks a client, and serves it. Until then nothing but the token's line is read from it. */
  private async admit(socket: Socket): Promise<void> {
    // A socket without an owner ignores errors: a broken socket is noticed when it is used.
    socket.on('error', ignore);
    this.uninitialized.add(socket, this.check !== undefined && this.options.tokenFile === undefined);
    try {
      await this.check?.(socket);
    } catch (error) {
      this.uninitialized.refuse(socket, toError(error).message);
      return;
    } finally {
      this.uninitialized.identified(socket);
    }
    if (!socket.destroyed && this.closing === undefined) this.serve(socket);
  }

  private serve(socket: Socket): void {
    if (this.options.isolate === true) void this.serveIsolated(socket);
    else this.serveHere(socket);
  }

  /** Starts the process only for a client that has sent `initialize`: others cost no process. */
  private async serveIsolated(socket: Socket): Promise<void> {
    const { maxFrameBytes, isolateArgs = [] } = this.options;
    const { maxInitializeBytes } = this.limits;
    let head: Buffer;
    try {
      head = await readInitialize(socket, { maxFrameBytes, maxInitializeBytes });
    } catch (error) {
      this.uninitialized.refuse(socket, toError(error).message);
      return;
    }
    if (socket.destroyed || this.closing !== undefined || this.uninitialized.isRefused(socket)) return;
    this.uninitialized.remove(socket);
    const limit = maxFrameBytes === undefined ? [] : ['--max-frame-bytes', String(maxFrameBytes)];
    const args = [...limit, ...isolateArgs];
    this.keep(new IsolatedSession({ socket, head, args, onFailure: this.report }));
  }

  private serveHere(socket: Socket): void {
    let isInitialized = false;
    const session = new NodeDebugSession({
      ...this.options,
      reportError: (message) => {
        if (isInitialized) this.report(message);
        else this.uninitialized.refuse(socket, message);
      },
    });
    this.keep(session);
    session.start(socket, socket, {
      maxInitializeBytes: this.limits.maxInitializeBytes,
      onInitialize: () => {
        isInitialized = true;
        this.uninitialized.remove(socket);
      },
    });
    socket.resume();
    void session.ended.then(() => {
      if (!this.uninitialized.isRefused(socket)) socket.destroy();
    });
  }

  private keep(session: ClientSession): void {
    this.sessions.add(session);
    void session.ended.then(() => this.sessions.delete(session));
  }
}

/**
 * Serves DAP clients on 127.0.0.1 or at a path, several at a time, until `close` or a signal. The end of one session
 * does not affect the others.
 *
 * @param where a port, or 0: the operating system chooses it, and `announce` gets it. A text is a path
 * @throws as {@link AdapterServer.listen}
 */
export async function startServer(
  where: number | string,
  options: ServerOptions = {},
): Promise<AdapterServer> {
  const { announce = (line) => process.stdout.write(`${line}\n`) } = options;
  const server = await AdapterServer.listen(where, options);
  if (options.handleSignals !== false) {
    const removeSignalListeners = onSignals((signal) => void server.close(`the adapter was sent ${signal}`));
    void server.closed.then(removeSignalListeners);
  }
  const stopSweep = sweepLater(options.logger);
  void server.closed.then(stopSweep);
  // Last, because the reader of this line may connect or send a signal at once.
  announce(`Listening on ${server.address}`);
  return server;
}
