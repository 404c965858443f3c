import { MAX_AT_ONCE } from './properties.js';

/** A range of indexes. The end is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The most variables in one response for a request with a count. */
const MAX_REQUESTED = 10_000;
/**
 * The most chunks of a span. Chunks have 100, 1,000, 10,000 or more entries, depending on the size of the
 * span.
 */
const MAX_CHUNKS = 100;

/**
 * The requested part of a span. `tooLong` is true if the request has no count and the part must be divided
 * into chunks.
 */
export function requestedSpan(
  available: Span,
  { start = 0, count = 0 }: { readonly start?: number | undefined; readonly count?: number | undefined },
): Span & { readonly tooLong: boolean } {
  const first = Math.min(available.start + Math.max(Math.trunc(start), 0), available.end);
  if (count > 0) {
    return {
      start: first,
      end: Math.min(first + Math.min(count, MAX_REQUESTED), available.end),
      tooLong: false,
    };
  }
  return { start: first, end: available.end, tooLong: available.end - first > MAX_AT_ONCE };
}

/** Divides a span into chunks of the same size. The last chunk may be smaller. */
export function divideIntoChunks({ start, end }: Span): { readonly size: number; readonly chunks: Span[] } {
  let size = 100;
  while ((end - start) / size > MAX_CHUNKS) size *= 10;
  const length = Math.ceil((end - start) / size);
  const chunks = Array.from({ length }, (_, index) => ({
    start: start + index * size,
    end: Math.min(start + (index + 1) * size, end),
  }));
  return { size, chunks };
}
