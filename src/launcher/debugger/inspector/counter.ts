/** Gives out consecutive numbers, beginning with 1. */
export class Counter {
  private last = 0;

  next(): number {
    this.last += 1;
    return this.last;
  }
}
