import type { Framing, HeaderFault } from './framing.js';

/*
 * The frame of Python's multiprocessing.connection:
 *
 *   0  4  payload length, signed, big-endian; or -1, and then
 *   4  8  payload length, unsigned, big-endian
 *         payload, which may be empty: an empty message is valid
 */
const SHORT_BYTES = 4;
const LONG_BYTES = 12;
const LONG_FORM = -1;
/** The length that stands for a goodbye. */
const BYE_LENGTH = -2;
const BYE = Buffer.alloc(SHORT_BYTES);
BYE.writeInt32BE(BYE_LENGTH);
const LONGEST_SHORT = 0x7fffffff;

/** The frames of Python's `multiprocessing.connection` over sockets. */
export const lengthPrefixFraming: Framing = {
  name: 'length-prefix',
  bye: BYE,
  maxHeaderBytes: LONG_BYTES,
  headerBytes: (payloadBytes) => (payloadBytes > LONGEST_SHORT ? LONG_BYTES : SHORT_BYTES),
  writeHeader: writeLength,
  measureHeader: (source, at, end) => {
    if (end - at < SHORT_BYTES) return 0;
    const bytes = source.readInt32BE(at) === LONG_FORM ? LONG_BYTES : SHORT_BYTES;
    return end - at < bytes ? 0 : bytes;
  },
  readLength: (source, at, headerBytes) => {
    if (headerBytes === SHORT_BYTES) return checkedShort(source.readInt32BE(at));
    return checkedLong(source.readBigUInt64BE(at + SHORT_BYTES));
  },
};

/** Writes the length of a message as `multiprocessing.connection` does. */
function writeLength(target: Buffer, at: number, payloadBytes: number): void {
  if (payloadBytes <= LONGEST_SHORT) {
    target.writeInt32BE(payloadBytes, at);
    return;
  }
  target.writeInt32BE(LONG_FORM, at);
  target.writeBigUInt64BE(BigInt(payloadBytes), at + SHORT_BYTES);
}

/**
 * Checks a short length. Python itself treats a negative length as an empty message, and continues after it.
 */
function checkedShort(length: number): number | HeaderFault {
  if (length >= 0) return length;
  return {
    code: 'ERR_IPC_FRAME_HEADER',
    what: `a message of length ${length}: the peer does not speak multiprocessing.connection`,
    isBye: length === BYE_LENGTH,
  };
}

function checkedLong(length: bigint): number | HeaderFault {
  if (length <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(length);
  return { code: 'ERR_IPC_FRAME_TOO_LARGE', what: `a message of ${length} bytes, which nobody can hold` };
}
