/** The size of a batch that counts as a flood, in bytes, if no console call wrote it. */
const FLOOD_BYTES = 32 * 1024;
/** The number of bytes without a console call before a batch counts as a flood: the text of one call may be long. */
const FLOOD_RUN_BYTES = 1024 * 1024;
/** The time without queries after a flood, in milliseconds. */
const FLOOD_QUIET_MS = 100;

/** Recognizes a flood of text that no console call describes, for which queries are in vain. */
export class FloodQuiet {
  /** The number of bytes since the last query that brought a console call. */
  private bytesWithoutCalls = 0;

  /** Records a batch. Returns the time in which no query is worthwhile, in milliseconds. */
  record(bytes: number, hasCalls: boolean): number {
    this.bytesWithoutCalls = hasCalls ? 0 : this.bytesWithoutCalls + bytes;
    return bytes >= FLOOD_BYTES && this.bytesWithoutCalls >= FLOOD_RUN_BYTES ? FLOOD_QUIET_MS : 0;
  }
}
