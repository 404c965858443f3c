export const HEADER_BYTES = 8;

/** The first three of the eight header bytes: 'D', 'P' and the version. */
const MAGIC_AND_VERSION = 0x445001;
const KIND = 1;

export function writeHeader(buffer, at, payloadBytes) {
  buffer.writeUInt32BE(MAGIC_AND_VERSION * 256 + KIND, at);
  buffer.writeUInt32BE(payloadBytes, at + 4);
}

/** Returns the payload's length. Throws if the bytes are not a DP header. */
export function readHeader(buffer, at) {
  if (buffer.readUInt32BE(at) >>> 8 !== MAGIC_AND_VERSION) throw new Error('not a DP frame');
  return buffer.readUInt32BE(at + 4);
}
