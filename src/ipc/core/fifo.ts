/** Removed items from which on their places are dropped. */
const COMPACT_ITEMS = 1024;

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

  /** All items, first item first. */
  values(): T[] {
    return this.items.slice(this.head);
  }

  /** Removes and returns the first item. */
  shift(): T | undefined {
    const item = this.items[this.head];
    // What has been removed is not kept alive.
    (this.items as (T | undefined)[])[this.head] = undefined;
    this.head += 1;
    if (this.head >= this.items.length) this.removeAll();
    else if (this.head >= COMPACT_ITEMS && this.head * 2 >= this.items.length) this.compact();
    return item;
  }

  /** Drops the places of removed items, which would otherwise grow with a queue that is never empty. */
  private compact(): void {
    this.items = this.items.slice(this.head);
    this.head = 0;
  }

  /** Removes and returns all items, first item first. */
  removeAll(): T[] {
    const removed = this.head === 0 ? this.items : this.items.slice(this.head);
    this.items = [];
    this.head = 0;
    return removed;
  }
}
