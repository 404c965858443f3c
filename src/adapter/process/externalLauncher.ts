import { setTimeout as delay } from 'node:timers/promises';
import { processSpace } from '../../ipc/index.js';
import type { EventEnvelope, ProcessExit } from '../../ipc/index.js';
import type { LauncherProcess } from './launcherProcess.js';
import { groupRuns, processRuns, signalGroup } from './processGroup.js';
import type { GroupLeader } from './processGroup.js';

/** How often a process that told nothing of its end is looked for, in milliseconds. */
const POLL_MS = 20;

/** How it is to be treated. */
interface ExternalLauncherOptions {
  /** Whether it counts as ended when its connection ends, whatever becomes of its process. Default false. */
  readonly endsWithConnection?: boolean;
}

/**
 * A launcher that another process has started: a terminal, a service manager, the program itself. Its process
 * id is known from its `process` event, where ids mean the same to both of us, and only then it is signalled;
 * its exit code is known from its `exited` event; its end is that of the connection, or of the process behind it.
 */
export class ExternalLauncher implements LauncherProcess {
  readonly exited: Promise<ProcessExit>;

  private leader: GroupLeader | undefined;
  private exitCode: number | null = null;
  private hasSpoken = false;
  private over = false;
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
    return this.over;
  }

  stderrTail(): string {
    return '';
  }

  /** It could not be started: whoever waits for it to connect is told so. One that has spoken was. */
  fail(error: Error): void {
    if (!this.hasSpoken) this.end({ code: null, signal: null, error });
  }

  onEvent({ event, body }: EventEnvelope): void {
    this.hasSpoken = true;
    if (event === 'exited' && typeof body.exitCode === 'number') this.exitCode = body.exitCode;
    if (event !== 'process' || body.processSpace !== processSpace()) return;
    if (typeof body.systemProcessId === 'number') this.leader = leaderOf(body.systemProcessId);
  }

  onDisconnect(): void {
    void this.awaitEnd();
  }

  signal(signal: NodeJS.Signals): boolean {
    const { leader } = this;
    if (leader === undefined || this.over) return false;
    return signalGroup(leader, signal) || leader.kill(signal);
  }

  isRunning(): boolean {
    const { leader } = this;
    if (leader === undefined || this.over) return false;
    return groupRuns(leader) || processRuns(leader);
  }

  detach(): void {
    this.over = true;
  }

  private async awaitEnd(): Promise<void> {
    const isToldOrGone = (): boolean => this.exitCode !== null || !this.isRunning();
    while (this.options.endsWithConnection !== true && !isToldOrGone()) await delay(POLL_MS);
    const isLost = this.exitCode === null && this.options.endsWithConnection === true;
    this.end({
      code: this.exitCode,
      signal: null,
      ...(isLost && { error: new Error('the connection to it is lost') }),
    });
  }

  private end(exit: ProcessExit): void {
    this.over = true;
    this.settleExited(exit);
  }
}

/** A process that is no child of ours: it is there, or it is not. */
function leaderOf(pid: number): GroupLeader {
  const kill = (signal?: NodeJS.Signals | number): boolean => {
    try {
      return process.kill(pid, signal);
    } catch {
      return false; // gone, or another user's
    }
  };
  return { pid, exitCode: null, signalCode: null, kill };
}
