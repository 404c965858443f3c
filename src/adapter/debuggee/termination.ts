import { settlesWithin } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { terminationTargetOf } from '../process/launcherProcess.js';
import type { LauncherProcess } from '../process/launcherProcess.js';
import { runTerminationSteps } from '../../processes/terminationSteps.js';
import type { TerminationStep } from '../../processes/terminationSteps.js';
import type { SessionServices } from './sessionServices.js';

/** The time in which a launcher detaches from its program, in milliseconds. */
const DETACH_TIMEOUT_MS = 2_000;

/** The launcher and the connection that a termination ends. */
export interface TerminationParts {
  readonly manager: { cleanup(): Promise<void> };
  readonly launcher: LauncherProcess;
  /** Tells the user something about the end. */
  readonly report: (text: string) => void;
  /** Sends `terminate` and `disconnect`. */
  readonly connection: {
    request(command: string, args?: Message, options?: { timeoutMs?: number }): Promise<unknown>;
  };
}

/** The steps and delays of a termination. */
export interface TerminationLimits {
  /** The time in which the program may end, in milliseconds. Then it is killed. */
  readonly terminateTimeoutMs: number;
  /** The first step: `asked` if the launcher's `disconnect` ends the program. */
  readonly firstStep: Exclude<TerminationStep, 'SIGKILL'>;
  /** Same as `TerminationTarget.endsOwnTree`. */
  readonly endsOwnTree?: boolean;
}

/** The end of the adapter's part in a program: it stops the program, or detaches from it. The first call decides. */
export class Termination {
  /** Settles when the program was detached. */
  readonly detached: Promise<void>;
  /** Settles when the program is to be stopped or detached. */
  readonly begun: Promise<void>;

  private isTerminating = false;
  private isExpected = false;
  /** The time at which the program was first to end, as of `performance.now()`. */
  private endBegan: number | undefined;
  private stopping: Promise<void> | undefined;
  private detaching: Promise<void> | undefined;
  private settleDetached: () => void = () => undefined;
  private settleBegun: () => void = () => undefined;

  /** @param hasEnded resolves with true once the program's end was reported */
  constructor(
    private readonly parts: TerminationParts,
    private readonly limits: TerminationLimits,
    private readonly services: Pick<SessionServices, 'logger' | 'faults'>,
    private readonly hasEnded: () => Promise<boolean>,
  ) {
    this.detached = new Promise((resolve) => {
      this.settleDetached = resolve;
    });
    this.begun = new Promise((resolve) => {
      this.settleBegun = resolve;
    });
  }

  /** True while the program is being stopped or detached: its end is expected then. */
  isUnderWay(): boolean {
    return this.isExpected;
  }

  /** True once the program is being detached: the client gets no more events. */
  get isDetaching(): boolean {
    return this.detaching !== undefined;
  }

  /**
   * Asks the program to end and resolves when it has been asked. Force follows if the program does not end, and for the
   * processes that it leaves behind.
   */
  async terminate(): Promise<void> {
    const { launcher, connection } = this.parts;
    this.settleBegun();
    this.isExpected = true;
    if (!launcher.hasExited) {
      this.isTerminating = true;
      launcher.beginEnd();
    }
    if (launcher.endTree !== undefined) {
      await settlesWithin(this.stop('SIGTERM'), this.limits.terminateTimeoutMs);
      return;
    }
    const asked = connection.request('terminate');
    this.services.faults.watch(this.stopAfterAsking());
    await settlesWithin(asked, this.limits.terminateTimeoutMs);
  }

  /** Ends the program and all that it started, unless it was detached. @param first the first step */
  stop(first = this.limits.firstStep): Promise<void> {
    this.settleBegun();
    if (this.detaching !== undefined) return this.detaching;
    this.isExpected = true;
    this.stopping ??= this.runSteps(first);
    return this.stopping;
  }

  /** Lets the program run on without the adapter, unless it is being stopped. */
  detach(): Promise<void> {
    return this.detachBy(() => this.askToDetach());
  }

  /** As `detach`, but the launcher is not told: it takes this adapter for lost. */
  abandon(): Promise<void> {
    return this.detachBy(() => Promise.resolve());
  }

  /**
   * Ends the processes that a program has left behind which was killed: unlike a program that ended by itself, it had no
   * say in that.
   */
  endLeftovers(): Promise<void> {
    if (this.detaching !== undefined) return this.detaching;
    this.isTerminating = true;
    this.stopping ??= this.runSteps('SIGTERM');
    return this.stopping;
  }

  /** Closes the connection. A failure is logged and does not hold up the end. */
  async closeConnection(): Promise<void> {
    await this.parts.manager.cleanup().catch((error: unknown) => {
      this.services.logger.error({ err: error }, 'closing the connection to the launcher');
    });
  }

  /**
   * Waits for a program that is to end now: its time begins with the first call. Later steps have what is left of it.
   *
   * @returns true once it has ended
   */
  exitsInTime(): Promise<boolean> {
    this.endBegan ??= performance.now();
    return settlesWithin(this.parts.launcher.exited, this.limits.terminateTimeoutMs);
  }

  private async stopAfterAsking(): Promise<void> {
    await this.exitsInTime();
    await this.stop('SIGTERM');
  }

  private async runSteps(first: TerminationLimits['firstStep']): Promise<void> {
    // A program that ended by itself may have left processes behind on purpose. They are not ended.
    if (!this.isTerminating && (await this.hasEnded())) return;
    const { connection, launcher, report } = this.parts;
    const ask = async (): Promise<void> => {
      await connection.request('disconnect', { terminateDebuggee: true });
    };
    const { endsOwnTree = false } = this.limits;
    const target = { ...terminationTargetOf(launcher, ask), endsOwnTree };
    this.endBegan ??= performance.now();
    const step = await runTerminationSteps(target, this.limits.terminateTimeoutMs, first, this.endBegan);
    this.services.logger.info({ pid: launcher.pid, step }, 'the program was stopped');
    // A program that no signal reaches counts as ended when its connection closes.
    if (await settlesWithin(launcher.exited, 0)) return;
    if (launcher.unreachable !== undefined) report(launcher.unreachable);
    await this.closeConnection();
  }

  private detachBy(ask: () => Promise<void>): Promise<void> {
    this.settleBegun();
    if (this.stopping !== undefined) return this.stopping;
    this.isExpected = true;
    this.detaching ??= this.runDetach(ask);
    return this.detaching;
  }

  private async askToDetach(): Promise<void> {
    const args = { terminateDebuggee: false };
    const asked = this.parts.connection.request('disconnect', args, { timeoutMs: DETACH_TIMEOUT_MS });
    await settlesWithin(asked, DETACH_TIMEOUT_MS);
  }

  private async runDetach(ask: () => Promise<void>): Promise<void> {
    if (await this.hasEnded()) return;
    await ask();
    await this.closeConnection();
    this.parts.launcher.detach();
    this.settleDetached();
  }
}
