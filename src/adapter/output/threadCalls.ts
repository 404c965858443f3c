import { PIECE_BYTES, plainPieces } from './pieces.js';
import type { ConsoleCall, Piece } from './pieces.js';

/** The number of calls that wait for their texts. Beyond it the oldest is dropped: its text went elsewhere. */
const MAX_CALLS = 2_000;
/**
 * The numbers of characters after which the beginning of a text is cut: in the launcher's workerConsole.ts, and in its
 * callRecords.cts, where a cut may come one character earlier.
 */
const HEAD_CHARS = [256, 48, 47];
/** The number of bytes that hold the longest beginning in any case. */
const HEAD_BYTES = 4 * 256;
const NEWLINE = 0x0a;

/**
 * The console calls of worker threads and of child processes whose texts have not arrived. Another thread or process writes
 * to the same stream, so the place of a text in it is not known: a text is found by its beginning, at the beginning of a
 * line. If it arrives in two parts, it is plain.
 */
export class ThreadCalls {
  private readonly byHead = new Map<string, ConsoleCall[]>();
  private size = 0;

  add(call: ConsoleCall): void {
    const head = call.head.toString();
    this.byHead.set(head, [...(this.byHead.get(head) ?? []), call]);
    this.size += 1;
    if (this.size > MAX_CALLS) this.dropOldest();
  }

  /** Splits bytes that belong to no call of the program's main thread. @param startsLine true if a line begins with them */
  split(bytes: Buffer, startsLine: boolean): Piece[] {
    if (this.size === 0) return plainPieces(bytes);
    const pieces: Piece[] = [];
    let plainFrom = 0;
    let at = startsLine ? 0 : endOfLine(bytes, 0);
    while (at < bytes.length && this.size > 0) {
      const call = this.takeAt(bytes, at);
      if (call === undefined) {
        at = endOfLine(bytes, at);
        continue;
      }
      pieces.push(...plainPieces(bytes.subarray(plainFrom, at)));
      plainFrom = at + Math.min(call.length, PIECE_BYTES);
      pieces.push({ bytes: bytes.subarray(at, plainFrom), call });
      at += call.length;
    }
    return [...pieces, ...plainPieces(bytes.subarray(plainFrom))];
  }

  /** Removes and returns the first call whose text is at this position. */
  private takeAt(bytes: Buffer, at: number): ConsoleCall | undefined {
    const line = bytes.toString('utf8', at, Math.min(endOfLine(bytes, at), at + HEAD_BYTES));
    const heads = new Set(HEAD_CHARS.map((chars) => line.slice(0, chars)));
    for (const head of heads) {
      const calls = this.byHead.get(head);
      const index = calls?.findIndex(({ length }) => bytes[at + length - 1] === NEWLINE) ?? -1;
      if (calls === undefined || index === -1) continue;
      const [call] = calls.splice(index, 1);
      this.size -= 1;
      if (calls.length === 0) this.byHead.delete(head);
      return call;
    }
    return undefined;
  }

  private dropOldest(): void {
    const [oldest] = this.byHead;
    if (oldest === undefined) return;
    const [head, calls] = oldest;
    calls.shift();
    this.size -= 1;
    if (calls.length === 0) this.byHead.delete(head);
  }
}

/** The position behind the line break of a line, or behind the last byte. */
function endOfLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(NEWLINE, at);
  return end === -1 ? bytes.length : end + 1;
}
