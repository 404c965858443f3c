import type { FramingName } from '../core/transportConfig.js';
import type { IpcErrorCode } from '../core/errors.js';

/** A fault in a header, as an error's code and text. */
export interface HeaderFault {
  readonly code: IpcErrorCode;
  readonly what: string;
  /** True for the header of a goodbye, which is a fault only if the two ends have not agreed on goodbyes. */
  readonly isBye?: boolean;
  /** The control frame, by kind and length, that is a fault only if the two ends have not agreed on it. */
  readonly control?: { readonly kind: number; readonly length: number };
}

/**
 * The header format of one framing, which gives the length of each payload. A framing handles bytes, not
 * messages, and has no state: encoder and decoder keep the state and are shared by all framings.
 */
export interface Framing {
  readonly name: FramingName;
  /** The frame that a side sends after its last message, if both ends have the feature `bye`. A header alone. */
  readonly bye: Buffer;
  /** Longest header in bytes. A header that is still incomplete at this length is invalid. */
  readonly maxHeaderBytes: number;
  /** Returns the length of the header for a payload, in bytes; never less for a longer payload. */
  headerBytes(payloadBytes: number): number;
  /** Writes the header at `at`. */
  writeHeader(target: Buffer, at: number, payloadBytes: number): void;
  /**
   * Returns the length of the header at `at` in bytes, 0 while the header is incomplete, or its fault.
   *
   * @param end the end of the bytes received so far
   */
  measureHeader(source: Buffer, at: number, end: number): number | HeaderFault;
  /** Returns the payload's length in a complete header at `at`, or the fault of the header. */
  readLength(source: Buffer, at: number, headerBytes: number): number | HeaderFault;
}

/** The fault of an empty payload in a framing that requires a JSON object. */
export const EMPTY_PAYLOAD: HeaderFault = {
  code: 'ERR_IPC_FRAME_EMPTY',
  what: 'a frame without a payload, where a JSON object must be',
};
