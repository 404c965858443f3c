/**
 * Runs work in order: commands that change the state of the program, and the events that follow from them. A
 * `stopped` event in the queue cannot overtake the response of the command that led to it.
 */
export class CommandQueue {
  private tail: Promise<void> = Promise.resolve();
  private readonly running = new Set<Promise<void>>();

  /** Runs `work` when all work before it is done. */
  inOrder(work: () => void | Promise<void>): void {
    this.tail = this.tail.then(work).catch(() => undefined);
    this.track(this.tail);
  }

  /** Runs `work` now, at the same time as other work. */
  atOnce(work: () => Promise<void>): void {
    this.track(work().catch(() => undefined));
  }

  /** Resolves when no work is left. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private track(work: Promise<void>): void {
    this.running.add(work);
    void work.then(() => this.running.delete(work));
  }
}
