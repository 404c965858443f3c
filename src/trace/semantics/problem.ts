/** A violation of the protocol. */
export interface Problem {
  /** The number of the entry, from 0. */
  readonly entry: number;
  /** The rule, as docs/trace.md lists them. */
  readonly rule: string;
  /** What is wrong, for people. */
  readonly text: string;
}

/** Reports a violation by the entry that is looked at, or by another one. */
export type Report = (rule: string, text: string, entry?: number) => void;
