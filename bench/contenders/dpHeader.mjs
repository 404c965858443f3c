export const HEADER_BYTES = 8;

/** 'D', 'P' and the version: the first three of the eight bytes. */
const MAGIC_AND_VERSION = 0x445001;
const KIND = 1;

export function writeHeader(buffer, at, payloadBytes) {
  buffer.writeUInt32BE(MAGIC_AND_VERSION * 256 + KIND, at);
  buffer.writeUInt32BE(payloadBytes, at + 4);
}

/** The payload's length. Throws for what is no DP header. */
export function readHeader(buffer, at) {
  if (buffer.readUInt32BE(at) >>> 8 !== MAGIC_AND_VERSION) throw new Error('not a DP frame');
  return buffer.readUInt32BE(at + 4);
}
