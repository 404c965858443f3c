import { MAX_AT_ONCE } from './properties.js';

/** From the one of `start` to before the one of `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The most variables in an answer to a client that says how many it wants. */
const MAX_ASKED_FOR = 10_000;
/** Parts are of a hundred, a thousand and so on, so that there are no more of them than this. */
const MAX_PARTS = 100;

/** What a client asks for of a span. `tooLong`: it is to be told in parts, since nobody said how much of it. */
export function spanOf(
  within: Span,
  { start = 0, count = 0 }: { readonly start?: number | undefined; readonly count?: number | undefined },
): Span & { readonly tooLong: boolean } {
  const first = Math.min(within.start + Math.max(Math.trunc(start), 0), within.end);
  if (count > 0) {
    return {
      start: first,
      end: Math.min(first + Math.min(count, MAX_ASKED_FOR), within.end),
      tooLong: false,
    };
  }
  return { start: first, end: within.end, tooLong: within.end - first > MAX_AT_ONCE };
}

/** Divides a span into parts of the same size; the last may be smaller. */
export function partsOf({ start, end }: Span): { readonly size: number; readonly parts: Span[] } {
  let size = 100;
  while ((end - start) / size > MAX_PARTS) size *= 10;
  const length = Math.ceil((end - start) / size);
  const parts = Array.from({ length }, (_, index) => ({
    start: start + index * size,
    end: Math.min(start + (index + 1) * size, end),
  }));
  return { size, parts };
}
