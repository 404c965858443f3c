/** A session of a server, in this process or in one of its own. */
export interface ClientSession {
  /** Settles when the session is over and nothing of it is left. Never rejects. */
  readonly ended: Promise<void>;
  /** Ends the session and its program. Resolves when nothing of it is left. Repeatable. */
  end(reason: string): Promise<void>;
}
