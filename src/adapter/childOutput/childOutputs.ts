import { claimPeer, IPCManager, RequestClient, toError } from '../../ipc/index.js';
import type { Logger, Message, PendingPeer, Rendezvous } from '../../ipc/index.js';
import { refusedByLauncher } from '../dap/dapErrors.js';
import { PEER_JSON_BOUNDS } from '../dap/jsonBounds.js';
import { expectCalls, queryLauncher } from '../output/consoleCalls.js';
import type { ProgramOutput } from '../output/programOutput.js';
import { ChildReferences } from './childReferences.js';
import { CALLS_EVENT, OUTPUT_OF, VARIABLES_COMMAND } from './outputLink.js';

/** The time in which the adapter of a child connects, in milliseconds. */
const LINK_TIMEOUT_MS = 5_000;

/** The connections to the adapters of a program's children, which describe the console calls of the children. */
export class ChildOutputs {
  private output: ProgramOutput | undefined;
  private readonly managers = new Set<IPCManager>();
  private readonly references = new ChildReferences<RequestClient>();

  constructor(private readonly services: { readonly logger: Logger; readonly signal: AbortSignal }) {}

  /** Sets the output in which the texts of the children are. */
  useOutput(output: ProgramOutput): void {
    this.output = output;
  }

  /** True if the peer is the adapter of a child, and no child. */
  isAdapter({ hello }: PendingPeer): boolean {
    return hello[OUTPUT_OF] !== undefined;
  }

  /** Connects to the adapter of a child that waits at the rendezvous. Never rejects. */
  async accept(rendezvous: Rendezvous, { id }: PendingPeer): Promise<void> {
    const { output } = this;
    if (output?.addCallQuery === undefined) {
      rendezvous.release(id, 'the output of the program does not come to its adapter');
      return;
    }
    const { logger, signal } = this.services;
    const manager = new IPCManager({ logger });
    this.managers.add(manager);
    void manager.closed.then(() => this.managers.delete(manager));
    try {
      const launcherArgs = await manager.createListener({ ...PEER_JSON_BOUNDS });
      const client: RequestClient = new RequestClient(manager, {
        onEvent: ({ event, body }) => {
          if (event === CALLS_EVENT) expectCalls(output, this.references.inCalls(client, body));
        },
      });
      manager.startReader(client.handler, { accept: true, timeoutMs: LINK_TIMEOUT_MS, signal });
      const { launcherEnv } = manager;
      const options = { timeoutMs: LINK_TIMEOUT_MS, signal, logger };
      await claimPeer(rendezvous.address, id, { launcherArgs, launcherEnv }, options);
      await manager.connected;
      const request = (command: string, args?: Message, given?: { timeoutMs: number }): Promise<Message> =>
        client.request(command, args, given);
      queryLauncher(output, { request, ended: manager.allRead });
    } catch (thrown) {
      logger.warn({ err: thrown }, 'the console calls of a child are not described');
      await manager.cleanup();
    }
  }

  /** True if a reference belongs to a value of a child. */
  has(reference: unknown): reference is number {
    return this.references.isOne(reference);
  }

  /**
   * Reads a value of a child. @param args of the request `variables`
   *
   * @throws DapError if the value is not there any more
   */
  async variables(args: Message): Promise<Message> {
    const found = this.has(args.variablesReference)
      ? this.references.find(args.variablesReference)
      : undefined;
    if (found === undefined) throw refusedByLauncher('This value of a child process is not kept any more.');
    const { owner, reference } = found;
    try {
      const body = await owner.request(VARIABLES_COMMAND, { ...args, variablesReference: reference });
      return this.references.inVariables(owner, body);
    } catch (thrown) {
      throw refusedByLauncher(`The value is not there any more: ${toError(thrown).message}`);
    }
  }

  /** Disconnects from all. */
  async close(): Promise<void> {
    await Promise.all([...this.managers].map((manager) => manager.cleanup()));
  }
}
