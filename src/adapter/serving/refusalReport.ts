/** The shortest time between two lines, in milliseconds. */
const PAUSE_MS = 1_000;

/** Reports refused clients, at most one line per second, because any process can make the adapter refuse clients. */
export class RefusalReport {
  private lastAt = -Infinity;
  private unreported = 0;

  constructor(private readonly report: (message: string) => void) {}

  add(message: string): void {
    const now = performance.now();
    if (now - this.lastAt < PAUSE_MS) {
      this.unreported += 1;
      return;
    }
    const others = this.unreported === 0 ? '' : ` (and ${this.unreported} more since the last line)`;
    this.lastAt = now;
    this.unreported = 0;
    this.report(message + others);
  }
}
