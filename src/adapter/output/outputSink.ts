import type { OutputDetails } from './pieces.js';

/** A program's stream, by its name in `output` events. */
export type OutputCategory = 'stdout' | 'stderr';

/** The receiver of a program's output. */
export interface OutputSink {
  /** @param details fields of the console call that wrote the text; undefined for plain text */
  write(category: OutputCategory, text: string, details?: OutputDetails): void;
  /** True while the last text waits to be sent. No more is written then. */
  isFull(): boolean;
  /** Settles when there is room again, or will never be. */
  hasRoom(): Promise<void>;
}
