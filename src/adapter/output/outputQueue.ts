import type { Piece } from './pieces.js';

/** A stream of the program, from the queue's point of view. */
export interface OrderedStream {
  /** The number of the first console call whose text has not arrived. Undefined: every text has. */
  readonly missingOrder: number | undefined;
}

/** A piece of a stream that is to be written. Without a piece: the end of the stream. */
export interface OutputItem<S> {
  readonly source: S;
  readonly piece?: Piece;
}

/** An event of the program that has its place between the texts of console calls. */
export interface OrderedEvent {
  /** The number of the event, in the order of the calls. */
  readonly order: number;
  readonly send: () => void;
  /** False as long as the event waits for more than the calls before it. */
  isReady: boolean;
}

/** The waiting items of one stream, in the order of the stream. */
interface Lane<S> {
  readonly source: S;
  readonly items: { readonly item: OutputItem<S>; readonly arrival: number }[];
  /** The numbers of the calls among the items. */
  readonly orders: number[];
}

/**
 * The output and the events that wait to be written. Two pipes do not show which bytes were written first, so the texts
 * of console calls are written in the order of the calls: a text waits for that of an earlier call on the other stream.
 * Text without a call has no order beside its own stream's. The order within a stream stays.
 */
export class OutputQueue<S extends OrderedStream> {
  private readonly lanes: readonly Lane<S>[];
  private readonly events: OrderedEvent[] = [];
  private arrivals = 0;
  private size = 0;
  /** The texts of calls up to this number are not waited for any more. */
  private abandonedOrder = 0;

  constructor(sources: readonly S[]) {
    this.lanes = sources.map((source) => ({ source, items: [], orders: [] }));
  }

  /** True if neither output nor events wait. */
  get isEmpty(): boolean {
    return this.size === 0 && this.events.length === 0;
  }

  /** True while an event waits: later ones must not overtake it. */
  get hasEvents(): boolean {
    return this.events.length > 0;
  }

  push(items: readonly OutputItem<S>[]): void {
    for (const item of items) {
      const lane = this.lanes.find(({ source }) => source === item.source);
      this.arrivals += 1;
      lane?.items.push({ item, arrival: this.arrivals });
      const order = item.piece?.call?.order;
      if (order !== undefined) lane?.orders.push(order);
    }
    this.size += items.length;
  }

  pushEvent(event: OrderedEvent): void {
    this.events.push(event);
  }

  /** Removes and returns the events up to this one, whose time to wait is over. All of them, without an argument. */
  takeEvents(last?: OrderedEvent): OrderedEvent[] {
    const index = last === undefined ? this.events.length - 1 : this.events.indexOf(last);
    return this.events.splice(0, index + 1);
  }

  /** Removes and returns what is to be written next. Undefined: nothing may be written yet. */
  next(): OutputItem<S> | OrderedEvent | undefined {
    const [first] = this.events;
    const event = first?.isReady === true ? first : undefined;
    const lowest = this.lowestWaiting(event);
    if (lowest === Infinity) return this.takeEarliest(this.lanes);
    const unordered = this.lanes.filter(({ orders }) => orders.length === 0);
    if (this.lowestMissing() < lowest) return this.takeEarliest(unordered);
    if (event?.order === lowest) return this.events.shift();
    return this.takeEarliest(this.lanes.filter(({ orders }) => orders.length === 0 || orders[0] === lowest));
  }

  /** Gives up the texts that what waits now would have to follow. */
  abandonMissing(): void {
    const lowest = this.lowestWaiting(this.events[0]);
    if (lowest !== Infinity) this.abandonedOrder = Math.max(this.abandonedOrder, lowest - 1);
  }

  private lowestWaiting(event: OrderedEvent | undefined): number {
    return Math.min(event?.order ?? Infinity, ...this.lanes.map(({ orders }) => orders[0] ?? Infinity));
  }

  private lowestMissing(): number {
    const missing = this.lanes.map(({ source }) => source.missingOrder ?? Infinity);
    return Math.min(...missing.filter((order) => order > this.abandonedOrder));
  }

  private takeEarliest(lanes: readonly Lane<S>[]): OutputItem<S> | undefined {
    const [first] = lanes
      .filter(({ items }) => items.length > 0)
      .sort((one, other) => (one.items[0]?.arrival ?? 0) - (other.items[0]?.arrival ?? 0));
    const taken = first?.items.shift();
    if (first === undefined || taken === undefined) return undefined;
    this.size -= 1;
    if (taken.item.piece?.call?.order !== undefined) first.orders.shift();
    return taken.item;
  }
}
