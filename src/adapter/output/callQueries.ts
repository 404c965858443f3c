/**
 * Asks a launcher for console calls. Settles once `expectCall` of the output was called for every console call whose text
 * is written so far. The result is the time in milliseconds in which no further call is made, or undefined if the launcher
 * cannot be asked again. Never rejects.
 */
export type CallQuery = () => Promise<number | undefined>;

/** The queries for console calls: one for each launcher whose program may write to the same streams. */
export class CallQueries {
  private readonly queries = new Set<CallQuery>();

  /** True if no peer can be asked. */
  get isEmpty(): boolean {
    return this.queries.size === 0;
  }

  add(query: CallQuery): void {
    this.queries.add(query);
  }

  clear(): void {
    this.queries.clear();
  }

  /** Asks all at once. Returns the time in milliseconds in which no further call is made; 0 if unknown. */
  async ask(): Promise<number> {
    const quiet = await Promise.all([...this.queries].map((query) => this.askOne(query)));
    const known = quiet.filter((quietMs) => quietMs !== undefined);
    return known.length === 0 ? 0 : Math.min(...known);
  }

  private async askOne(query: CallQuery): Promise<number | undefined> {
    const quietMs = await query();
    if (quietMs === undefined) this.queries.delete(query);
    return quietMs;
  }
}
