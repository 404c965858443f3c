/** The kinds of trace entries that are no messages. */
export type TraceNote = 'state' | 'pressure' | 'stderr' | 'exit' | 'log';

/**
 * Records one link of a session: its messages, and what else happens on it. An implementation should not throw: an
 * error is an `uncaughtException`. `openTrace` gives one that writes a file.
 */
export interface TraceSink {
  /**
   * Records a message, before it is sent or before its handler gets it.
   *
   * @param json the text of the message, if the caller has it
   * @param at the time as `performance.now()` gives it, if that is not now
   */
  message(direction: 'sent' | 'received', message: object, json?: string, at?: number): void;
  /** Records what is no message, such as a change of state. `fields` can be written as JSON. */
  note(kind: TraceNote, fields: object): void;
}
