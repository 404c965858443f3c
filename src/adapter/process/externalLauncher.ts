import { setTimeout as delay } from 'node:timers/promises';
import { processSpace } from '../../ipc/index.js';
import type { EventEnvelope, ProcessExit } from '../../ipc/index.js';
import type { LauncherProcess } from './launcherProcess.js';
import { groupRuns, processRuns, signalGroup } from './processGroup.js';
import type { GroupLeader } from './processGroup.js';

/** The interval at which a process is polled that has not sent its exit code, in milliseconds. */
const POLL_MS = 20;

interface ExternalLauncherOptions {
  /** True: the launcher counts as ended when its connection ends, even if its process runs on. Default false. */
  readonly endsWithConnection?: boolean;
}

/**
 * A launcher that another process has started: a terminal, a service manager or the program itself.
 *
 * The process id comes from the launcher's `process` event, and is used only if the launcher runs in the same process
 * space as the adapter; without it, the launcher gets no signals. The exit code comes from the `exited` event. The
 * launcher has ended when its connection has ended and its exit code is known or its process is gone. With
 * `endsWithConnection`, the end of the connection is sufficient.
 */
export class ExternalLauncher implements LauncherProcess {
  readonly exited: Promise<ProcessExit>;

  private leader: GroupLeader | undefined;
  private exitCode: number | null = null;
  private hasSentEvent = false;
  private isOver = false;
  private settleExited: (exit: ProcessExit) => void = () => undefined;

  constructor(private readonly options: ExternalLauncherOptions = {}) {
    this.exited = new Promise((resolve) => {
      this.settleExited = resolve;
    });
  }

  get pid(): number | undefined {
    return this.leader?.pid;
  }

  get hasExited(): boolean {
    return this.isOver;
  }

  stderrTail(): string {
    return '';
  }

  /** Settles `exited` with the error: the launcher could not be started. Ignored if the launcher has sent an event. */
  fail(error: Error): void {
    if (!this.hasSentEvent) this.end({ code: null, signal: null, error });
  }

  onEvent({ event, body }: EventEnvelope): void {
    this.hasSentEvent = true;
    if (event === 'exited' && typeof body.exitCode === 'number') this.exitCode = body.exitCode;
    if (event !== 'process' || body.processSpace !== processSpace()) return;
    if (typeof body.systemProcessId === 'number') this.leader = leaderOf(body.systemProcessId);
  }

  onDisconnect(): void {
    void this.awaitEnd();
  }

  signal(signal: NodeJS.Signals): boolean {
    const { leader } = this;
    if (leader === undefined || this.isOver) return false;
    return signalGroup(leader, signal) || leader.kill(signal);
  }

  isRunning(): boolean {
    const { leader } = this;
    if (leader === undefined || this.isOver) return false;
    return groupRuns(leader) || processRuns(leader);
  }

  detach(): void {
    this.isOver = true;
  }

  private async awaitEnd(): Promise<void> {
    const hasEnded = (): boolean => this.exitCode !== null || !this.isRunning();
    while (this.options.endsWithConnection !== true && !hasEnded()) await delay(POLL_MS);
    const isLost = this.exitCode === null && this.options.endsWithConnection === true;
    this.end({
      code: this.exitCode,
      signal: null,
      ...(isLost && { error: new Error('the connection to it is lost') }),
    });
  }

  private end(exit: ProcessExit): void {
    this.isOver = true;
    this.settleExited(exit);
  }
}

/** Makes a group leader of a process that is no child of this one, and whose exit code is therefore unknown. */
function leaderOf(pid: number): GroupLeader {
  const kill = (signal?: NodeJS.Signals | number): boolean => {
    try {
      return process.kill(pid, signal);
    } catch {
      return false; // The process is gone, or belongs to another user.
    }
  };
  return { pid, exitCode: null, signalCode: null, kill };
}
