/** The fields of an `output` event beside its category and text. */
export interface OutputDetails {
  readonly variablesReference?: number;
  readonly source?: object;
  readonly line?: number;
  readonly column?: number;
  readonly group?: 'start' | 'startCollapsed' | 'end';
}

/** A console call of the program, as its launcher describes it: before or after the bytes that the call wrote. */
export interface ConsoleCall {
  /** The number of the call, in the order of the calls on both streams. Undefined for a call of a worker thread. */
  readonly order: number | undefined;
  /** The position of the call's text in its stream, in bytes, as the program counts them. Undefined: not known. */
  readonly offset: number | undefined;
  /** The length of the text in bytes. 0: the call wrote nothing, and only changes the groups. */
  readonly length: number;
  /** The first bytes of the text. */
  readonly head: Buffer;
  readonly details: OutputDetails;
  /** The text to show in place of the bytes: the same, with codes for the styles of `%c`. */
  readonly styled?: string | undefined;
  /** The number of open groups around the call. Undefined: the groups are not known. */
  readonly depth: number | undefined;
}

/** Bytes of a stream that are written together. */
export interface Piece {
  readonly bytes: Buffer;
  /** The call that wrote the bytes; undefined for plain text. */
  readonly call?: ConsoleCall;
}

/** The longest piece, in bytes: a response or another event waits behind no more than one piece. */
export const PIECE_BYTES = 16 * 1024;

/** Cuts plain text into pieces. */
export function plainPieces(bytes: Buffer): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    pieces.push({ bytes: bytes.subarray(at, at + PIECE_BYTES) });
  }
  return pieces;
}
