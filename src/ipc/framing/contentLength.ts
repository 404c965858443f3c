import { EMPTY_PAYLOAD } from './framing.js';
import type { Framing, HeaderFault } from './framing.js';

/*
 * The frame of the Debug Adapter Protocol (and of the Language Server Protocol): a block of header lines as
 * in HTTP, then the payload.
 *
 *   Content-Length: 119\r\n
 *   \r\n
 *   {"seq":153,"type":"request", ...
 */
const BLOCK_END = '\r\n\r\n';
/** Longest header in bytes. Our own headers have about 25 bytes; peers may add other fields. */
const MAX_HEADER_BYTES = 4096;

/** Matches the name of a field. */
const FIELD_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
/** A block with the length alone, as most peers write it. */
const LENGTH_ALONE = /^Content-Length: (\d{1,15})$/;
const DIGITS = /^\d{1,15}$/;
/** Characters that are invalid in a header: control characters. */
const NO_TEXT = /[^\t\r\n\x20-\x7e\x80-\xff]/;
const EXCERPT_CHARACTERS = 60;

/** The frames of the Debug Adapter Protocol. */
export const contentLengthFraming: Framing = {
  name: 'content-length',
  bye: Buffer.from(headerText(0)),
  maxHeaderBytes: MAX_HEADER_BYTES,
  headerBytes: (payloadBytes) => headerText(payloadBytes).length,
  writeHeader: (target, at, payloadBytes) => {
    target.write(headerText(payloadBytes), at, 'latin1');
  },
  measureHeader,
  readLength: (source, at, headerBytes) =>
    readBlock(source.toString('latin1', at, at + headerBytes - BLOCK_END.length)),
};

/** Encodes one message of the Debug Adapter Protocol, header and payload, as UTF-8. */
export function encodeContentLength(payload: string): Buffer {
  const header = headerText(Buffer.byteLength(payload));
  return Buffer.from(header + payload);
}

function headerText(payloadBytes: number): string {
  return `Content-Length: ${payloadBytes}${BLOCK_END}`;
}

/**
 * Measures a header. Invalid bytes are reported as soon as they cannot become a header, not only at the
 * limit.
 */
function measureHeader(source: Buffer, at: number, end: number): number | HeaderFault {
  const blockEnd = source.indexOf(BLOCK_END, at) + BLOCK_END.length;
  const isWhole = blockEnd >= at + BLOCK_END.length && blockEnd <= end;
  if (isWhole && blockEnd - at <= MAX_HEADER_BYTES) return blockEnd - at;
  const begun = source.toString('latin1', at, Math.min(end, at + MAX_HEADER_BYTES));
  if (begun.length >= MAX_HEADER_BYTES) {
    return malformed(`no message header has ended within ${MAX_HEADER_BYTES} bytes`, begun);
  }
  const wholeLines = begun.split('\r\n').slice(0, -1);
  const isInvalid = NO_TEXT.test(begun) || wholeLines.some((line) => readField(line) === undefined);
  return isInvalid ? malformed('not a message header: the peer speaks another protocol', begun) : 0;
}

function readBlock(block: string): number | HeaderFault {
  const digits = LENGTH_ALONE.exec(block)?.[1] ?? lengthField(block);
  if (typeof digits !== 'string') return digits;
  const length = Number(digits);
  return length === 0 ? { ...EMPTY_PAYLOAD, isBye: true } : length;
}

/** Finds the digits of the only length in a block. Other fields may stand in any order. */
function lengthField(block: string): string | HeaderFault {
  const fields = block.split('\r\n').map(readField);
  if (fields.includes(undefined)) return malformed('a malformed message header', block);
  const lengths = fields.filter((field) => field?.name.toLowerCase() === 'content-length');
  if (lengths.length !== 1) return malformed(`${lengths.length} lengths in one message header`, block);
  const digits = lengths[0]?.value ?? '';
  return DIGITS.test(digits)
    ? digits
    : malformed('a malformed message header: its length is no number', block);
}

/** A header field, without the blanks around its value. */
interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** Reads one line of a header, in time linear to its length. Returns undefined for a line that is no field. */
function readField(line: string): HeaderField | undefined {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon);
  if (colon < 0 || !FIELD_NAME.test(name) || NO_TEXT.test(line) || /[\r\n]/.test(line)) return undefined;
  let [start, end] = [colon + 1, line.length];
  while (start < end && isBlank(line.charAt(start))) start += 1;
  while (end > start && isBlank(line.charAt(end - 1))) end -= 1;
  return { name, value: line.slice(start, end) };
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}

function malformed(what: string, text: string): HeaderFault {
  const excerpt = text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}...` : text;
  return { code: 'ERR_IPC_FRAME_HEADER', what: `${what}: ${JSON.stringify(excerpt)}` };
}
