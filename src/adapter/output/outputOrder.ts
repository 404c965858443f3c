import type { Piece } from './outputSplitter.js';

/** A piece of a stream. Without a piece: the end of the stream. */
interface Part {
  readonly source: object;
  readonly piece?: Piece;
}

/**
 * Orders the pieces of two streams by the console calls that wrote them: two pipes do not show which bytes were written
 * first. The order within each stream stays.
 */
export function inOrderOfCalls<T extends Part>(parts: readonly T[]): T[] {
  const streams = [...new Set(parts.map(({ source }) => source))].map((source) =>
    parts.filter((part) => part.source === source),
  );
  if (streams.length < 2) return [...parts];
  const ordered = parts
    .flatMap(({ piece }) => piece?.call ?? [])
    .toSorted((one, other) => one.order - other.order)
    .flatMap((call) =>
      streams.flatMap((stream) => removeThrough(stream, ({ piece }) => piece?.call === call)),
    );
  const moved = new Set(ordered);
  return [...ordered, ...parts.filter((part) => !moved.has(part))];
}

/** Removes and returns the items up to the first match, included. Without a match it removes no item. */
function removeThrough<T>(list: T[], matches: (item: T) => boolean): T[] {
  return list.splice(0, list.findIndex(matches) + 1);
}
