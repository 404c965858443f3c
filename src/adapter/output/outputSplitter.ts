/** What an `output` event carries beside its text. */
export interface OutputDetails {
  readonly variablesReference?: number;
  readonly source?: object;
  readonly line?: number;
  readonly column?: number;
  readonly group?: 'start' | 'startCollapsed' | 'end';
}

/** A call of the program's console, as its launcher has told of it: before or behind the bytes that it wrote. */
export interface ConsoleCall {
  /** Rises from call to call, over both streams. */
  readonly order: number;
  /** Where in its stream its text begins, in bytes, as far as the program knows. */
  readonly offset: number;
  /** Bytes of its text; 0: it wrote nothing, and only changes the groups. */
  readonly length: number;
  /** The first of these bytes. */
  readonly head: Buffer;
  readonly details: OutputDetails;
  /** How many groups are open around it; undefined: it says nothing of groups. */
  readonly depth: number | undefined;
}

/** A run of a stream's bytes, to be handed over as one. */
export interface Piece {
  readonly bytes: Buffer;
  /** The call that wrote them; undefined for plain text. */
  readonly call?: ConsoleCall;
}

/** The most that is handed over at once, in bytes: what is sent next stands behind no more than this. */
export const PIECE_BYTES = 16 * 1024;
/** Calls that wait for their bytes. Beyond it the oldest is given up: its bytes went elsewhere. */
const MAX_CALLS = 4_000;
/** Chunks in which a text is looked for that is not at its place. */
const MAX_TRIES = 4;
/** A shorter beginning is too easily found where it is not. */
const MIN_SEARCHED_BYTES = 4;
const NEWLINE = 0x0a;

/**
 * Cuts one stream of a program into pieces: what a console call wrote is one of its own, the rest is plain text.
 * No byte is changed, dropped or moved. A call whose bytes are not found is given up, and its text is plain.
 *
 * The program counts what it writes by its own streams. What reaches the pipe past them (a child that inherits
 * it, node's own warnings) moves all that follows, so a text that is not at its place is looked for behind it.
 */
export class OutputSplitter {
  private readonly calls: { readonly call: ConsoleCall; tries: number }[] = [];
  /** The beginning of a call's text, the rest of which is still to come. */
  private held: Buffer | undefined;
  /** Where in the stream the next byte to be cut is. */
  private position = 0;
  /** How many bytes the program does not know of. */
  private drift = 0;
  private lastByte = NEWLINE;

  /** Takes note of a call. Calls come in the order of their texts. */
  expect(call: ConsoleCall): void {
    this.calls.push({ call, tries: 0 });
    if (this.calls.length > MAX_CALLS) this.calls.shift();
  }

  /** Whether bytes are held back until the rest of their text comes. */
  get isHolding(): boolean {
    return this.held !== undefined;
  }

  /** @returns what can be handed over now, in order */
  split(chunk: Buffer): Piece[] {
    const bytes = this.held === undefined ? chunk : Buffer.concat([this.held, chunk]);
    this.held = undefined;
    const pieces: Piece[] = [];
    let at = 0;
    for (let found = this.next(bytes, at); found !== undefined; found = this.next(bytes, at)) {
      const { call, start, end } = found;
      pieces.push(...plainPieces(bytes.subarray(at, start)));
      at = start;
      if (end > bytes.length) {
        this.held = bytes.subarray(start);
        this.advance(bytes.subarray(0, start));
        return pieces;
      }
      this.calls.shift();
      pieces.push({ bytes: bytes.subarray(start, end), call });
      at = end;
    }
    pieces.push(...plainPieces(bytes.subarray(at)));
    this.advance(bytes);
    return pieces;
  }

  /** @returns what was held back, as plain text: the rest does not come */
  flush(): Piece[] {
    const { held } = this;
    if (held === undefined) return [];
    this.held = undefined;
    this.calls.shift();
    this.advance(held);
    return plainPieces(held);
  }

  private advance(bytes: Buffer): void {
    this.position += bytes.length;
    this.lastByte = bytes.at(-1) ?? this.lastByte;
  }

  /** The next call whose text begins in these bytes, and where; calls before it are given up. */
  private next(bytes: Buffer, from: number): { call: ConsoleCall; start: number; end: number } | undefined {
    for (const [at, { call }] of this.calls.entries()) {
      const place = call.offset + this.drift - this.position;
      if (place > bytes.length || (place === bytes.length && call.length > 0)) break;
      if (call.length === 0 && at > 0) break;
      const start = this.find(call, bytes, { from, place });
      if (start === undefined) continue;
      this.calls.splice(0, at);
      // Of a long text the first piece is the call's.
      return { call, start, end: start + Math.min(call.length, PIECE_BYTES) };
    }
    this.countTries(bytes.length);
    return undefined;
  }

  /** A text that should have begun here and did not may come a little later, behind bytes that were not counted. */
  private countTries(end: number): void {
    for (const waiting of this.calls) {
      if (waiting.call.offset + this.drift - this.position < end) waiting.tries += 1;
    }
    while (this.calls[0] !== undefined && this.calls[0].tries > MAX_TRIES) this.calls.shift();
  }

  private find(
    call: ConsoleCall,
    bytes: Buffer,
    { from, place }: { from: number; place: number },
  ): number | undefined {
    if (call.length === 0) return Math.max(place, from);
    if (place >= from && fits(call, bytes, place)) return place;
    const found = this.search(call, bytes, Math.max(place, from));
    if (found !== undefined) this.drift += found - place;
    return found;
  }

  private search(call: ConsoleCall, bytes: Buffer, from: number): number | undefined {
    if (call.head.length < MIN_SEARCHED_BYTES) return undefined;
    for (let at = bytes.indexOf(call.head, from); at !== -1; at = bytes.indexOf(call.head, at + 1)) {
      const before = at === 0 ? this.lastByte : bytes[at - 1];
      if (before === NEWLINE && fits(call, bytes, at)) return at;
    }
    return undefined;
  }
}

/** Whether the call's text may be here, as far as the bytes go: it begins as it should, and ends in a line break. */
function fits({ head, length }: ConsoleCall, bytes: Buffer, at: number): boolean {
  const there = bytes.subarray(at, at + head.length);
  if (!there.equals(head.subarray(0, there.length))) return false;
  return at + length > bytes.length || bytes[at + length - 1] === NEWLINE;
}

function plainPieces(bytes: Buffer): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    pieces.push({ bytes: bytes.subarray(at, at + PIECE_BYTES) });
  }
  return pieces;
}
