/**
 * Keeps what has to happen in order: commands that change the run, and the events that follow from them.
 * A `stopped` put in here cannot overtake the response of the command that led to it.
 */
export class CommandQueue {
  private tail: Promise<void> = Promise.resolve();
  private readonly atWork = new Set<Promise<void>>();

  /** Runs when everything put in before is through. */
  inOrder(work: () => void | Promise<void>): void {
    this.tail = this.tail.then(work).catch(() => undefined);
    this.track(this.tail);
  }

  /** Runs now, beside whatever else is at work. */
  atOnce(work: () => Promise<void>): void {
    this.track(work().catch(() => undefined));
  }

  /** Resolves when nothing is at work any more. */
  async idle(): Promise<void> {
    while (this.atWork.size > 0) await Promise.all(this.atWork);
  }

  private track(work: Promise<void>): void {
    this.atWork.add(work);
    void work.then(() => this.atWork.delete(work));
  }
}
