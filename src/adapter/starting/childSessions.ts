import { Rendezvous, toError } from '../../ipc/index.js';
import type { PendingPeer } from '../../ipc/index.js';
import { ChildOutputs } from '../childOutput/childOutputs.js';
import type { SessionServices } from '../debuggee/sessionServices.js';
import type { ChildSettings } from '../settings/childSettings.js';

/** The `type` of a child's configuration if the client's configuration has no `type`. */
const DEBUGGER_TYPE = 'debug-adapter-ipc';

/** Decides about one child that has come. */
interface Arrival {
  readonly rendezvous: Rendezvous;
  readonly child: PendingPeer;
  /** True for the first child of the program. */
  readonly isFirst: boolean;
}

/** The reason for children that are not debugged on purpose, which are not reported. */
const NOT_WANTED = 'only the first program is debugged, because autoAttachChildProcesses is false';

/** The rendezvous of one program's child processes. The client is asked for a session for each child. */
export class ChildSessions {
  private constructor(
    private readonly rendezvous: Rendezvous,
    private readonly settings: ChildSettings,
    private readonly arrivals: { count: number },
    /** The console calls of the children. */
    readonly outputs: ChildOutputs,
  ) {}

  /**
   * Opens a rendezvous for the children of a program.
   *
   * @param settings undefined: children are not debugged
   * @returns undefined if the client cannot start sessions, children are not debugged, or no endpoint is available
   */
  static async open(
    settings: ChildSettings | undefined,
    services: SessionServices,
  ): Promise<ChildSessions | undefined> {
    if (settings === undefined) return undefined;
    if (settings.byEvent !== true && !services.clientSupports('supportsStartDebuggingRequest'))
      return undefined;
    const arrivals = { count: 0 };
    const outputs = new ChildOutputs(services);
    try {
      const rendezvous: Rendezvous = await Rendezvous.open({
        waitTimeoutMs: settings.timeoutMs,
        logger: services.logger,
        onHello: (child) => {
          if (outputs.isAdapter(child)) {
            services.faults.watch(outputs.accept(rendezvous, child));
            return;
          }
          arrivals.count += 1;
          const arrival = { rendezvous, child, isFirst: arrivals.count === 1 };
          services.faults.watch(startSession(arrival, settings, services));
        },
        onReleased: services.faults.guard((child: PendingPeer, reason: string) => {
          if (!outputs.isAdapter(child)) reportReleased(child, reason, services);
        }),
      });
      return new ChildSessions(rendezvous, settings, arrivals, outputs);
    } catch (error) {
      services.logger.warn(
        { err: error },
        'child processes cannot be debugged: there is no place for them to come to',
      );
      return undefined;
    }
  }

  /** The options that give this package's launcher the address of the rendezvous. */
  get launcherOptions(): readonly string[] {
    const address = JSON.stringify({ ...this.rendezvous.address, timeoutMs: this.settings.timeoutMs });
    // Without quotes and blanks: a terminal's shell may read the command line.
    return ['--child-rendezvous', Buffer.from(address).toString('base64url')];
  }

  /** True once a child has come. */
  get hasAny(): boolean {
    return this.arrivals.count > 0;
  }

  /** Releases all waiting and later children: they run without a debugger. Repeatable; never rejects. */
  async close(): Promise<void> {
    await this.rendezvous.close('the session of the program that started it is over').catch(() => undefined);
    await this.outputs.close();
  }
}

/** Asks the client for a session for a child. The adapter of that session claims the child at the rendezvous. */
async function startSession(
  { rendezvous, child: { id, hello }, isFirst }: Arrival,
  settings: ChildSettings,
  { reverseRequests }: SessionServices,
): Promise<void> {
  const { timeoutMs, inherited, firstOnly = false, stopOnEntry = false, describesOutput = true } = settings;
  if (firstOnly && !isFirst) {
    rendezvous.release(id, NOT_WANTED);
    return;
  }
  const configuration = {
    type: DEBUGGER_TYPE,
    ...inherited,
    name: `child: ${describe(hello)}`,
    request: 'attach',
    stopOnEntry: stopOnEntry && isFirst,
    childSession: { id, ...rendezvous.address, describesOutput },
  };
  try {
    if (settings.byEvent === true) {
      const body = { configuration, isCommand: settings.isCommand === true };
      await reverseRequests.sendAsEvent('childSession', body, timeoutMs);
    } else {
      await reverseRequests.send('startDebugging', { request: 'attach', configuration }, timeoutMs);
    }
  } catch (thrown) {
    rendezvous.release(id, toError(thrown).message);
  }
}

function describe({ title, pid }: PendingPeer['hello']): string {
  const name = typeof title === 'string' ? title : 'a process without a name';
  return typeof pid === 'number' ? `${name} [${pid}]` : name;
}

function reportReleased({ hello }: PendingPeer, reason: string, { logger, send }: SessionServices): void {
  logger.warn({ hello, reason }, 'a child process runs without a debugger');
  if (reason === NOT_WANTED) return;
  const output = `The child process ${describe(hello)} runs without a debugger: ${reason}\n`;
  send('output', { category: 'console', output });
}
