/** How long the program may take to end after it was asked to. In milliseconds. */
const GRACE_MS = 2_000;

/**
 * Ends the program that this very process hosts, from the worker. The main thread may be in an endless loop,
 * so only signals reach it. Idempotent in each of its steps.
 */
export class DebuggeeEnd {
  private asked = false;
  private forced = false;

  /** Whether the program's end was asked for. */
  get isAsked(): boolean {
    return this.asked;
  }

  /** Asks the program to end: SIGTERM, which it may handle. */
  ask(): void {
    if (this.asked) return;
    this.asked = true;
    process.kill(process.pid, 'SIGTERM');
  }

  /** Asks, unless that was done already, and sees to it: SIGKILL after a grace, for its process group too. */
  enforce(): void {
    if (this.forced) return;
    this.forced = true;
    if (!this.asked) {
      this.asked = true;
      killGroup('SIGTERM');
    }
    setTimeout(killGroup, GRACE_MS, 'SIGKILL');
  }
}

/** The processes that the program started belong to its group, if it leads one. */
function killGroup(signal: NodeJS.Signals): void {
  try {
    process.kill(-process.pid, signal);
  } catch {
    // Not a group's leader, or Windows, which has no groups.
    process.kill(process.pid, signal);
  }
}
