const FIRST_LENGTH = 1024;

/** Texts, each with a number. */
export class Names {
  readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  /** The number of a text, which is a new one the first time. */
  numberOf(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) this.numbers.set(text, (number = this.texts.push(text) - 1));
    return number;
  }

  /** The number of a text. -1: it was never added. */
  find(text: string): number {
    return this.numbers.get(text) ?? -1;
  }
}

/** What a filter and the list need of each entry, in arrays of numbers: a million objects would take seconds and a gigabyte. */
export class Columns {
  /** The clock, in milliseconds. */
  mono = new Float64Array(FIRST_LENGTH);
  /** The length of the message. */
  bytes = new Float64Array(FIRST_LENGTH);
  /** The time from request to response, in milliseconds, of either. -1: not known. */
  ms = new Float64Array(FIRST_LENGTH);
  /** The entry of the request or the response. -1: not there. */
  other = new Int32Array(FIRST_LENGTH);
  /** The numbers of kind, name and origin. */
  kind = new Uint8Array(FIRST_LENGTH);
  name = new Uint32Array(FIRST_LENGTH);
  origin = new Uint32Array(FIRST_LENGTH);
  /** 1: a failure or a violation. */
  wrong = new Uint8Array(FIRST_LENGTH);
  count = 0;

  /** Adds an empty row. @returns its number */
  add(): number {
    const index = this.count;
    if (index === this.mono.length) this.grow();
    this.ms[index] = -1;
    this.other[index] = -1;
    this.count += 1;
    return index;
  }

  private grow(): void {
    const length = this.count * 2;
    this.mono = longer(this.mono, new Float64Array(length));
    this.bytes = longer(this.bytes, new Float64Array(length));
    this.ms = longer(this.ms, new Float64Array(length));
    this.other = longer(this.other, new Int32Array(length));
    this.kind = longer(this.kind, new Uint8Array(length));
    this.name = longer(this.name, new Uint32Array(length));
    this.origin = longer(this.origin, new Uint32Array(length));
    this.wrong = longer(this.wrong, new Uint8Array(length));
  }
}

function longer<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
