import type { JsonBounds } from '../core/limits.js';

/** The fewest bytes that one more level, or one more value, adds to a JSON text. */
const LEAST_BYTES = 2;
/** The bytes of a string that are read one by one. The end of a longer string is searched for. */
const SHORT_STRING_BYTES = 64;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** The bit that distinguishes a brace from the bracket of the same direction. */
const BRACE_BIT = 0x20;

/**
 * Returns the reason why a JSON text exceeds its bounds, or undefined if it does not. Takes linear time and no memory.
 * Most texts are too short, or have too few brackets, to exceed a bound: their bytes are not read one by one. For bytes
 * that are not JSON in UTF-8, the result has no meaning. Call this before the text is parsed: values that are nested
 * deep cannot be written or walked without a stack overflow.
 */
export function jsonExcess(
  source: Buffer,
  start: number,
  end: number,
  bounds: JsonBounds,
): string | undefined {
  const { maxJsonDepth, maxJsonValues } = bounds;
  const length = end - start;
  const mayBeDeep = length > maxJsonDepth * LEAST_BYTES && opensMoreThan(maxJsonDepth, source, start, end);
  if (!mayBeDeep && length <= maxJsonValues * LEAST_BYTES) return undefined;
  let depth = 0;
  let values = 1;
  for (let at = start; at < end; at += 1) {
    const byte = source[at] ?? 0;
    if (byte === QUOTE) {
      at = endOfString(source, at + 1, end);
    } else if (byte === COMMA) {
      values += 1;
    } else if ((byte | BRACE_BIT) === OPEN_BRACE) {
      values += 1;
      depth += 1;
      if (depth > maxJsonDepth) return `is nested more than ${maxJsonDepth} deep, which is maxJsonDepth`;
    } else if ((byte | BRACE_BIT) === CLOSE_BRACE) {
      depth -= 1;
    }
    if (values > maxJsonValues) return `has more than ${maxJsonValues} values, which is maxJsonValues`;
  }
  return undefined;
}

/** True if the bytes have more than `limit` opening brackets and braces, those inside strings included. */
function opensMoreThan(limit: number, source: Buffer, start: number, end: number): boolean {
  let opened = 0;
  for (const opening of [OPEN_BRACE, OPEN_BRACKET]) {
    for (let at = source.indexOf(opening, start); at >= 0 && at < end; at = source.indexOf(opening, at + 1)) {
      opened += 1;
      if (opened > limit) return true;
    }
  }
  return false;
}

/** Finds the quote that ends a string. Without such a quote: `end`. @param from the first byte behind the first quote */
function endOfString(source: Buffer, from: number, end: number): number {
  let at = from;
  for (let near = Math.min(at + SHORT_STRING_BYTES, end); at < near;) {
    const byte = source[at];
    if (byte === QUOTE) return at;
    at += byte === BACKSLASH ? 2 : 1;
  }
  while (at < end) {
    const quote = source.indexOf(QUOTE, at);
    if (quote < 0 || quote >= end) return end;
    if (!isEscaped(source, quote, at)) return quote;
    at = quote + 1;
  }
  return end;
}

/** True if an odd number of backslashes is in front of the quote. @param from a byte that no backslash escapes */
function isEscaped(source: Buffer, quote: number, from: number): boolean {
  let first = quote;
  while (first > from && source[first - 1] === BACKSLASH) first -= 1;
  return (quote - first) % 2 === 1;
}
