/** A queue with operations in constant time. `Array.shift` moves all later items. */
export class Fifo<T> {
  private items: T[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  first(): T | undefined {
    return this.items[this.head];
  }

  /** Removes and returns the first item. */
  shift(): T | undefined {
    const item = this.items[this.head];
    this.head += 1;
    if (this.head >= this.items.length) this.removeAll();
    return item;
  }

  /** Removes and returns all items, first item first. */
  removeAll(): T[] {
    const removed = this.head === 0 ? this.items : this.items.slice(this.head);
    this.items = [];
    this.head = 0;
    return removed;
  }
}
