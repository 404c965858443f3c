import type { FramingName } from '../core/transportConfig.js';
import type { IpcErrorCode } from '../core/errors.js';

/** What is wrong with a header, as an error's code and text. */
export interface HeaderFault {
  readonly code: IpcErrorCode;
  readonly what: string;
}

/**
 * How one framing says, before each payload, how long it is. Knows bytes, not messages, and keeps no state:
 * encoder and decoder do, and are the same for all framings.
 */
export interface Framing {
  readonly name: FramingName;
  /** The longest header in bytes: one that is not whole by then never will be. */
  readonly maxHeaderBytes: number;
  /** How long the header of such a payload is, in bytes; never less for a longer payload. */
  headerBytes(payloadBytes: number): number;
  /** Writes that header at `at`. */
  writeHeader(target: Buffer, at: number, payloadBytes: number): void;
  /**
   * How long the header at `at` is, in bytes, 0 while it is not whole, or what is wrong with it already.
   *
   * @param end where what has come so far ends, at most `maxHeaderBytes` behind `at` or more
   */
  measureHeader(source: Buffer, at: number, end: number): number | HeaderFault;
  /** The payload's length that a whole header at `at` tells, or what is wrong with it. */
  readLength(source: Buffer, at: number, headerBytes: number): number | HeaderFault;
}

/** What a payload that has to hold something, and does not, is told as. */
export const EMPTY_PAYLOAD: HeaderFault = {
  code: 'ERR_IPC_FRAME_EMPTY',
  what: 'a frame without a payload, where a JSON object must be',
};
