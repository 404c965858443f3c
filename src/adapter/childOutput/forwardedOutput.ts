import {
  eventEnvelope,
  IPCManager,
  parseLauncherArgs,
  readCommand,
  responseEnvelope,
  takeLauncherKey,
  toError,
  waitAtRendezvous,
} from '../../ipc/index.js';
import type { Command, Logger, Message, RendezvousAddress } from '../../ipc/index.js';
import { PEER_JSON_BOUNDS } from '../dap/jsonBounds.js';
import { CallQueries } from '../output/callQueries.js';
import type { CallQuery } from '../output/callQueries.js';
import type { ProgramOutput } from '../output/programOutput.js';
import { CALLS_EVENT, DESCRIBE_COMMAND, OUTPUT_OF, VARIABLES_COMMAND } from './outputLink.js';

/** Reads variables in the client's terms. */
type ReadVariables = (args: Message) => Promise<Message>;

/** The time in which the parent's adapter accepts, in milliseconds. After it, the child's console calls are plain text. */
const LINK_TIMEOUT_MS = 5_000;

/**
 * The output of a child process, which goes where its parent directs it. Its console calls are described to the adapter of
 * the parent's session, which shows the text if it comes there: by a connection between the two adapters.
 */
export class ForwardedOutput implements ProgramOutput {
  private readonly queries = new CallQueries();
  private manager: IPCManager | undefined;
  private readVariables: ReadVariables | undefined;
  private isDiscarded = false;

  /**
   * Connects to the adapter of the parent's session. Never rejects: without a connection, the calls are not described.
   *
   * @param child the id of the child at the parent's rendezvous
   */
  async connect(
    parent: RendezvousAddress,
    child: string,
    { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
  ): Promise<void> {
    const manager = new IPCManager({ logger });
    try {
      const options = { timeoutMs: LINK_TIMEOUT_MS, signal, logger };
      const { launcherArgs, launcherEnv } = await waitAtRendezvous(parent, { [OUTPUT_OF]: child }, options);
      const { config } = parseLauncherArgs(launcherArgs);
      const key = takeLauncherKey({ ...launcherEnv });
      await manager.connect({ ...PEER_JSON_BOUNDS, ...config, key }, { signal });
      manager.startReader((message: Message) => void this.serve(manager, readCommand(message)));
      if (this.isDiscarded) await manager.cleanup();
      else this.manager = manager;
    } catch (thrown) {
      logger.info({ err: thrown }, 'the console calls of this child are not described to its parent');
      await manager.cleanup();
    }
  }

  /** True if the calls are described to the parent's adapter. */
  get isConnected(): boolean {
    return this.manager !== undefined;
  }

  /** Adds a query for console calls. Undefined without a connection. */
  get addCallQuery(): ((query: CallQuery) => void) | undefined {
    return this.isConnected ? (query) => this.queries.add(query) : undefined;
  }

  /** Takes the body of a `consoleCalls` event, in the client's terms. */
  readonly forwardCalls = (body: Message): void => {
    this.manager?.sendMessage(eventEnvelope(CALLS_EVENT, body)).catch(() => undefined);
  };

  /** Sets the reader of the values in the calls. */
  serveVariables(read: ReadVariables): void {
    this.readVariables = read;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  /** Disconnects. What was described before arrives. */
  discard(): void {
    this.isDiscarded = true;
    this.queries.clear();
    void this.manager?.cleanup();
  }

  private async serve(manager: IPCManager, { command, arguments: args, id }: Command): Promise<void> {
    const result = await this.answer(command, args).then(
      (body) => ({ success: true, body }),
      (thrown: unknown) => ({ success: false, message: toError(thrown).message }),
    );
    await manager.sendMessage(responseEnvelope(id, result)).catch(() => undefined);
  }

  private async answer(command: string, args: Message): Promise<Message> {
    if (command === DESCRIBE_COMMAND) return { quietMs: await this.queries.ask() };
    if (command === VARIABLES_COMMAND && this.readVariables !== undefined) return this.readVariables(args);
    throw new Error(`the adapter of a child has no command ${command}`);
  }
}
