/** The latencies of one command on one link, in milliseconds. */
export interface CommandTimes {
  readonly link: string;
  readonly name: string;
  readonly count: number;
  readonly failed: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

/** A count of messages of one kind and name. */
export interface MessageCount {
  readonly link: string;
  readonly kind: string;
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
}

/** A step of a launch. */
export interface Phase {
  readonly name: string;
  readonly ms: number;
}

/** A time in which nothing was recorded, and the entry after it. */
export interface Gap {
  readonly ms: number;
  readonly entry: number;
}

/** What a recording comes to. */
export interface Summary {
  readonly entries: number;
  readonly sessions: number;
  readonly ms: number;
  /** From `initialize` on, for the first session. */
  readonly phases: readonly Phase[];
  /** The slowest first. */
  readonly commands: readonly CommandTimes[];
  /** The most bytes first. */
  readonly messages: readonly MessageCount[];
  /** The longest times in which nothing was recorded, the longest first. */
  readonly gaps: readonly Gap[];
  readonly output: { readonly events: number; readonly characters: number; readonly perSecond: number };
}

/** A violation of the protocol, as the page gets it: its entry, its rule and its text. */
export type ProblemLine = readonly [entry: number, rule: string, text: string];

/** What the page of a recording gets beside the entries. */
export interface PageData {
  readonly summary: Summary;
  readonly problems: readonly ProblemLine[];
}

/** What a page that is live gets from time to time. Violations are given once. */
export interface PageUpdate extends PageData {
  readonly lines: readonly string[];
}
