/**
 * A warehouse holds items by their article number. Taking more than it has takes what there is.
 */
export class Warehouse {
  /** @param {Iterable<{sku: string, name: string, priceCents: number, quantity: number, counted: string}>} rows */
  constructor(rows) {
    this.items = new Map();
    for (const { sku, counted, ...rest } of rows) {
      this.items.set(sku, { ...rest, shelf: { aisle: sku[0], counted: new Date(counted) } });
    }
  }

  /** Takes up to `wanted` pieces out, and tells how many there were to take. */
  take(sku, wanted) {
    const item = this.items.get(sku);
    if (item === undefined) throw new Error(`no article ${sku}`);
    const taken = Math.min(wanted, item.quantity);
    item.quantity -= taken; // demo: take
    return { item, taken, missing: wanted - taken };
  }

  /** What all that is left is worth, in cents. */
  worthCents() {
    let total = 0;
    for (const { priceCents, quantity } of this.items.values()) total += priceCents * quantity;
    return total;
  }
}
