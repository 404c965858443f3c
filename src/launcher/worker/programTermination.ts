import type { ProgramEnding } from '../link/debuggedProgram.js';

/** Time between SIGTERM and SIGKILL, in milliseconds. */
const GRACE_MS = 2_000;

/**
 * Ends the program that this process runs, from the worker. The main thread may be in an endless loop, so
 * only signals reach it. Repeated calls do nothing.
 */
export class ProgramTermination implements ProgramEnding {
  private requested = false;
  private forced = false;

  /** True once the end of the program has been requested. */
  get isRequested(): boolean {
    return this.requested;
  }

  /** Requests the end of the program by SIGTERM, which the program may handle. */
  request(): void {
    if (this.requested) return;
    this.requested = true;
    process.kill(process.pid, 'SIGTERM');
  }

  /**
   * Requests the end of the program, unless that was done before, and sends SIGKILL after {@link GRACE_MS}.
   * Both signals go to the whole process group.
   */
  enforce(): void {
    if (this.forced) return;
    this.forced = true;
    if (!this.requested) {
      this.requested = true;
      killGroup('SIGTERM');
    }
    setTimeout(killGroup, GRACE_MS, 'SIGKILL');
  }
}

/** Sends a signal to the process group, which contains the processes that the program started. */
function killGroup(signal: NodeJS.Signals): void {
  try {
    process.kill(-process.pid, signal);
  } catch {
    // This process does not lead a group, or this is Windows, which has no process groups.
    process.kill(process.pid, signal);
  }
}
