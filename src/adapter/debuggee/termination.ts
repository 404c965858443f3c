import { settlesWithin } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import type { DebuggeeHost } from './debuggeeHost.js';
import { terminationTargetOf } from '../process/launcherProcess.js';
import type { LauncherProcess } from '../process/launcherProcess.js';
import type { LauncherProfile } from '../profiles/launcherProfile.js';
import { runTerminationSteps } from '../process/terminationSteps.js';

/** How long a launcher may take to let the program go, in milliseconds. */
const DETACH_TIMEOUT_MS = 2_000;

/** What there is to part from. */
export interface TerminationParts {
  readonly launch: { readonly terminateTimeoutMs: number };
  readonly manager: { cleanup(): Promise<void> };
  readonly launcher: LauncherProcess;
  readonly profile: Pick<LauncherProfile, 'firstStep'>;
  /** Takes `terminate` and `disconnect`. */
  readonly client: {
    request(command: string, args?: Message, options?: { timeoutMs?: number }): Promise<unknown>;
  };
}

/** How adapter and program part: the adapter ends it, or lets it go. Whichever comes first is done, once. */
export class Termination {
  /** Settles when the program was let go. */
  readonly letGo: Promise<void>;

  private stopping: Promise<void> | undefined;
  private detaching: Promise<void> | undefined;
  private settleLetGo: () => void = () => undefined;

  constructor(
    private readonly parts: TerminationParts,
    private readonly host: Pick<DebuggeeHost, 'logger'>,
    private readonly isOver: () => Promise<boolean>,
  ) {
    this.letGo = new Promise((resolve) => {
      this.settleLetGo = resolve;
    });
  }

  /** Whether the program is being ended or let go: its end is then no surprise. */
  isUnderWay(): boolean {
    return this.stopping !== undefined || this.isDetached;
  }

  /** Whether the program is let go: the client hears no more of it. */
  get isDetached(): boolean {
    return this.detaching !== undefined;
  }

  /** Asks the program to end, and resolves when it has been asked. Force follows if that does not help. */
  async terminate(): Promise<void> {
    const asked = this.parts.client.request('terminate');
    void this.stopUnlessEnded();
    await settlesWithin(asked, this.parts.launch.terminateTimeoutMs);
  }

  /** Ends the program and all that it started, unless it was let go. @param start the first rung; as the launcher has it */
  stop(start: 'asked' | 'SIGTERM' = this.parts.profile.firstStep): Promise<void> {
    if (this.detaching !== undefined) return this.detaching;
    this.stopping ??= this.climb(start);
    return this.stopping;
  }

  /** Lets the program run on without us, unless it is being ended. */
  detach(): Promise<void> {
    if (this.stopping !== undefined) return this.stopping;
    this.detaching ??= this.release();
    return this.detaching;
  }

  /** A connection that does not close as it should is no reason not to come to an end. */
  async closeConnection(): Promise<void> {
    await this.parts.manager.cleanup().catch((error: unknown) => {
      this.host.logger.error({ err: error }, 'closing the connection to the launcher');
    });
  }

  private async stopUnlessEnded(): Promise<void> {
    const { launcher, launch } = this.parts;
    if (!(await settlesWithin(launcher.exited, launch.terminateTimeoutMs))) await this.stop('SIGTERM');
  }

  private async climb(start: 'asked' | 'SIGTERM'): Promise<void> {
    // Once its end is told, what it left behind on purpose is no business of ours.
    if (await this.isOver()) return;
    const { client, launcher, launch } = this.parts;
    const target = terminationTargetOf(launcher, async () => {
      await client.request('disconnect', { terminateDebuggee: true });
    });
    const rung = await runTerminationSteps(target, launch.terminateTimeoutMs, start);
    this.host.logger.info({ pid: launcher.pid, rung }, 'the program was stopped');
    // What no signal reaches ends for us with its connection.
    if (!(await settlesWithin(launcher.exited, 0))) await this.closeConnection();
  }

  private async release(): Promise<void> {
    if (await this.isOver()) return;
    const { client, launcher } = this.parts;
    const asked = client.request(
      'disconnect',
      { terminateDebuggee: false },
      { timeoutMs: DETACH_TIMEOUT_MS },
    );
    await settlesWithin(asked, DETACH_TIMEOUT_MS);
    await this.closeConnection();
    launcher.detach();
    this.settleLetGo();
  }
}
