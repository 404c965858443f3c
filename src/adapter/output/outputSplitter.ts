import { ThreadCalls } from './threadCalls.js';
import { PIECE_BYTES, plainPieces } from './pieces.js';
import type { ConsoleCall, Piece } from './pieces.js';

/** The number of calls that wait for their bytes. Beyond it the oldest is dropped: its bytes went elsewhere. */
const MAX_CALLS = 4_000;
/** The number of chunks in which a text is searched for that is not at its offset. */
const MAX_TRIES = 4;
/** The shortest beginning of a text that is searched for, in bytes: shorter ones match by chance. */
const MIN_SEARCHED_BYTES = 4;
const NEWLINE = 0x0a;

/** A call whose text has a position in the stream. */
type PlacedCall = ConsoleCall & { readonly offset: number };

/**
 * Splits one stream of a program into pieces: the text of each console call is a piece, and the rest is plain text. No
 * byte is changed, dropped or moved. A call whose text is not found is dropped, and its text is plain.
 *
 * The program counts the bytes that its own stream objects write. Other bytes of the same pipe (from a child that
 * inherits it, or warnings of Node.js) shift all that follows, so a text that is not at its offset is searched for
 * after it.
 */
export class OutputSplitter {
  private readonly calls: { readonly call: PlacedCall; tries: number }[] = [];
  private readonly threadCalls = new ThreadCalls();
  /** The beginning of a call's text whose rest has not arrived. */
  private incomplete: Buffer | undefined;
  /** The position of the next byte to split in the stream. */
  private position = 0;
  /** The number of bytes so far that the program did not count. */
  private uncountedBytes = 0;
  private lastByte = NEWLINE;

  /** Adds a call. Calls are added in the order of their texts. */
  expectCall(call: ConsoleCall): void {
    if (!isPlaced(call)) {
      this.threadCalls.add(call);
      return;
    }
    this.calls.push({ call, tries: 0 });
    if (this.calls.length > MAX_CALLS) this.calls.shift();
  }

  /** The number of the first call whose text has not arrived. Undefined: every text has. */
  get missingOrder(): number | undefined {
    return this.calls[0]?.call.order;
  }

  /** True while the beginning of a text is held back until the rest arrives. */
  get isIncomplete(): boolean {
    return this.incomplete !== undefined;
  }

  /** Splits a chunk. Returns the pieces that are complete, in order. */
  split(chunk: Buffer): Piece[] {
    const bytes = this.incomplete === undefined ? chunk : Buffer.concat([this.incomplete, chunk]);
    this.incomplete = undefined;
    const pieces: Piece[] = [];
    let at = 0;
    for (let found = this.nextCall(bytes, at); found !== undefined; found = this.nextCall(bytes, at)) {
      const { call, start, end } = found;
      pieces.push(...this.splitRest(bytes, at, start));
      at = start;
      if (end > bytes.length) {
        this.incomplete = bytes.subarray(start);
        this.advance(bytes.subarray(0, start));
        return pieces;
      }
      this.calls.shift();
      pieces.push({ bytes: bytes.subarray(start, end), call });
      at = end;
    }
    pieces.push(...this.splitRest(bytes, at, bytes.length));
    this.advance(bytes);
    return pieces;
  }

  /** Returns the bytes that were held back, as plain text: the rest of their text does not arrive. */
  flush(): Piece[] {
    const { incomplete } = this;
    if (incomplete === undefined) return [];
    this.incomplete = undefined;
    this.calls.shift();
    this.advance(incomplete);
    return plainPieces(incomplete);
  }

  /** Splits bytes between the texts of calls that have a position. */
  private splitRest(bytes: Buffer, from: number, to: number): Piece[] {
    const before = from === 0 ? this.lastByte : bytes[from - 1];
    return this.threadCalls.split(bytes.subarray(from, to), before === NEWLINE);
  }

  private advance(bytes: Buffer): void {
    this.position += bytes.length;
    this.lastByte = bytes.at(-1) ?? this.lastByte;
  }

  /** Finds the next call whose text begins in these bytes, and drops the calls before it. */
  private nextCall(
    bytes: Buffer,
    from: number,
  ): { call: PlacedCall; start: number; end: number } | undefined {
    for (const [at, { call }] of this.calls.entries()) {
      const expected = call.offset + this.uncountedBytes - this.position;
      if (expected > bytes.length || (expected === bytes.length && call.length > 0)) break;
      if (call.length === 0 && at > 0) break;
      const start = this.locate(call, bytes, { from, expected });
      if (start === undefined) continue;
      this.calls.splice(0, at);
      // Only the first piece of a long text belongs to the call.
      return { call, start, end: start + Math.min(call.length, PIECE_BYTES) };
    }
    this.countTries(bytes.length);
    return undefined;
  }

  /** Counts a failed search for each call whose text was expected in these bytes. The text may still follow. */
  private countTries(end: number): void {
    for (const waiting of this.calls) {
      if (waiting.call.offset + this.uncountedBytes - this.position < end) waiting.tries += 1;
    }
    while (this.calls[0] !== undefined && this.calls[0].tries > MAX_TRIES) this.calls.shift();
  }

  private locate(
    call: PlacedCall,
    bytes: Buffer,
    { from, expected }: { from: number; expected: number },
  ): number | undefined {
    if (call.length === 0) return Math.max(expected, from);
    if (expected >= from && matchesAt(call, bytes, expected)) return expected;
    const found = this.search(call, bytes, Math.max(expected, from));
    if (found !== undefined) this.uncountedBytes += found - expected;
    return found;
  }

  private search(call: ConsoleCall, bytes: Buffer, from: number): number | undefined {
    if (call.head.length < MIN_SEARCHED_BYTES) return undefined;
    for (let at = bytes.indexOf(call.head, from); at !== -1; at = bytes.indexOf(call.head, at + 1)) {
      const before = at === 0 ? this.lastByte : bytes[at - 1];
      if (before === NEWLINE && matchesAt(call, bytes, at)) return at;
    }
    return undefined;
  }
}

/** Returns true if the bytes at this position match the call's head, and a line break ends its text, as far as it has arrived. */
function matchesAt({ head, length }: ConsoleCall, bytes: Buffer, at: number): boolean {
  const start = bytes.subarray(at, at + head.length);
  if (!start.equals(head.subarray(0, start.length))) return false;
  return at + length > bytes.length || bytes[at + length - 1] === NEWLINE;
}

function isPlaced(call: ConsoleCall): call is PlacedCall {
  return call.offset !== undefined;
}
