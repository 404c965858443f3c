/*
 * Frames made by hand from the description of the protocol, without the code under test: a mistake in that
 * code then shows.
 */

/** Kinds of a frame, as bytes. */
export const EVENT = 0x01;
export const COMMAND = 0x02;

/** A header with any values, also invalid ones. */
export function rawHeader(
  length: number,
  { magic = 'DP', version = 1, kind = EVENT }: { magic?: string; version?: number; kind?: number } = {},
): Buffer {
  const header = Buffer.from([...Buffer.from(magic, 'latin1'), version, kind, 0, 0, 0, 0]);
  header.writeUInt32BE(length, 4);
  return header;
}

/** A frame with a payload: text, bytes, or a value to write as JSON. */
export function rawFrame(payload: unknown, kind: number = EVENT): Buffer {
  const bytes = Buffer.isBuffer(payload)
    ? payload
    : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return Buffer.concat([rawHeader(bytes.length, { kind }), bytes]);
}

/** A message of `multiprocessing.connection` with its length in the short form. */
export function shortFrame(payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeInt32BE(payload.length);
  return Buffer.concat([header, payload]);
}

/** A message of `multiprocessing.connection` with the length in the long form. The length may be false. */
export function longFrame(length: bigint, payload: Buffer): Buffer {
  const header = Buffer.alloc(12, 0xff);
  header.writeBigUInt64BE(length, 4);
  return Buffer.concat([header, payload]);
}

/** A message of the Debug Adapter Protocol. */
export function contentLengthFrame(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`Content-Length: ${payload.length}\r\n\r\n`), payload]);
}

/** Parses the JSON payloads of frames. @param bytes whole frames only */
export function parseFrames(bytes: Buffer): unknown[] {
  const values: unknown[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    values.push(JSON.parse(bytes.toString('utf8', at + 8, end)));
    at = end;
  }
  return values;
}
