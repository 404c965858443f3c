import type { Piece } from './outputSplitter.js';

/** A piece of a stream, or its end where there is no piece. */
interface Part {
  readonly source: object;
  readonly piece?: Piece;
}

/**
 * Two pipes do not tell which of their bytes were written first, but calls do: what both streams gave at a time is
 * put in the order in which it was called. The order within each stream stays.
 */
export function inOrderOfCalls<T extends Part>(parts: readonly T[]): T[] {
  const streams = [...new Set(parts.map(({ source }) => source))].map((source) =>
    parts.filter((part) => part.source === source),
  );
  if (streams.length < 2) return [...parts];
  const ordered = parts
    .flatMap(({ piece }) => piece?.call ?? [])
    .toSorted((one, other) => one.order - other.order)
    .flatMap((call) => streams.flatMap((stream) => takeUpTo(stream, ({ piece }) => piece?.call === call)));
  const taken = new Set(ordered);
  return [...ordered, ...parts.filter((part) => !taken.has(part))];
}

/** Takes the items up to the one that fits off the list; none, where none fits. */
function takeUpTo<T>(list: T[], fits: (item: T) => boolean): T[] {
  return list.splice(0, list.findIndex(fits) + 1);
}
