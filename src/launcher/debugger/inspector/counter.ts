/** Gives out numbers from 1, none twice. */
export class Counter {
  private last = 0;

  next(): number {
    this.last += 1;
    return this.last;
  }
}
