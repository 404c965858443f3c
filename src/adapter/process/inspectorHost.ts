import type { EventEnvelope, ProcessExit } from '../../ipc/index.js';
import type { LauncherProcess } from './launcherProcess.js';

/**
 * The launcher of a program that runs in another process, reached by its inspector. The launcher's process is this
 * adapter's, the program is not: signals reach the launcher alone, and the exit code is the one that the launcher tells.
 */
export class InspectorHost implements LauncherProcess {
  readonly exited: Promise<ProcessExit>;
  private exitCode: number | null = null;
  private hasSentEvent = false;

  /** @param host the launcher's process */
  constructor(private readonly host: LauncherProcess) {
    this.exited = host.exited.then((exit) => (this.hasSentEvent ? this.exitOfProgram(exit) : exit));
  }

  get pid(): LauncherProcess['pid'] {
    return this.host.pid;
  }

  get stdio(): LauncherProcess['stdio'] {
    return this.host.stdio;
  }

  get streams(): LauncherProcess['streams'] {
    return this.host.streams;
  }

  get hasExited(): boolean {
    return this.host.hasExited;
  }

  stderrTail(): string {
    return this.host.stderrTail();
  }

  onEvent({ event, body }: EventEnvelope): void {
    this.hasSentEvent = true;
    if (event === 'exited' && typeof body.exitCode === 'number') this.exitCode = body.exitCode;
  }

  beginEnd(): void {
    this.host.beginEnd();
  }

  finishEnd(): void {
    this.host.finishEnd();
  }

  signal(signal: NodeJS.Signals): boolean {
    return this.host.signal(signal);
  }

  isRunning(): boolean {
    return this.host.isRunning();
  }

  detach(): void {
    this.host.detach();
  }

  abandonOutput(): void {
    this.host.abandonOutput();
  }

  private exitOfProgram({ code, signal }: ProcessExit): ProcessExit {
    const isLost = code !== 0 || signal !== null;
    const exit = { code: this.exitCode, signal: null };
    return isLost
      ? { ...exit, error: new Error('its debugger has failed, and the program may run on') }
      : exit;
  }
}
